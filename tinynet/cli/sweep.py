"""`tinynet sweep`: train with many settings, several seeds each, and say which are the best."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import losses
from ..data import Dataset
from ..engine.names import lookup
from ..training import History, fit, sweep
from ..training.suited import suited
from ..training.sweeps.ranking import Ranking
from . import train
from .options import complain, new_file, number
from .scores import measured


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "sweep",
        help="train with many settings, and find the best",
        epilog="Settings that get no value are those of `tinynet train`.",
    )
    parser.add_argument(
        "data",
        nargs="?",
        default="penguins",
        metavar="DATASET | FILE.csv",
        help="what to learn (%(default)s)",
    )
    train.add_reading(parser.add_argument_group("reading a CSV file").add_argument)
    several = parser.add_argument_group("the settings, as many values of each as you like")
    train.add_learning(several.add_argument, several=True)
    count = number(int, "a whole number from 1 to 10000", lambda n: 1 <= n <= 10_000)
    jobs = number(int, "a whole number of at least 1, or -1", lambda n: n >= 1 or n == -1)
    add = parser.add_argument_group("how they are compared").add_argument
    add("--seeds", type=count, default=5, metavar="N", help="runs of each setting (%(default)s)")
    add(
        "--by",
        choices=("loss", "accuracy", "rmse", "r2"),
        help="of the validation rows (loss; accuracy or rmse, if there are several losses)",
    )
    add("--jobs", type=jobs, metavar="N", help="processes; -1 is one for each core (1)")
    add = parser.add_argument_group("what comes out").add_argument
    add("--out", type=new_file, metavar="FOLDER", help="for every run; a second start goes on")
    add("--plot", type=new_file, metavar="FILE", help="for the picture (tinynet-NAME-sweep.png)")
    add("--no-plot", action="store_true", help="draw nothing")
    add("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(command=run)


@dataclass(frozen=True)
class Training:
    """One run of `tinynet train` on a dataset, measured on the validation or the test part."""

    data: Dataset
    prefix: str  # "val_" or "test_"

    def __call__(self, seed: int, rows: str, **settings: Any) -> tuple[History, dict[str, float]]:
        """Train; `rows` tells the data of one sweep from those of another."""
        chosen = argparse.Namespace(**settings, seed=seed)
        parts, scaling, pairs, bare = train.prepared(chosen, self.data)
        history = fit(**train.arguments(bare, scaling.trained, chosen, pairs), progress=False)
        part = parts[1] if self.prefix == "val_" else parts[2]
        found = measured(scaling.between(bare), scaling, part)
        return scaling.told(history), {self.prefix + name: v for name, v in found.items()}


def run(options: argparse.Namespace) -> int:
    """Sweep; print the table, the best command and its test figures; draw the sweep."""
    data = train.load(options)
    grid = _grid(options, data)
    picture = None if options.no_plot else options.plot or f"tinynet-{data.name}-sweep.png"
    if picture:
        from ..views import plots

        plots.check_path(picture)
    by = _score(options.by, grid, data)
    how: dict[str, Any] = {"jobs": options.jobs, "progress": not options.quiet}
    how["score"] = f"val_{by}"
    try:
        ranking = sweep(Training(data, "val_"), grid, options.seeds, folder=options.out, **how)
    except ImportError as error:  # of what the extra brings
        raise ValueError(str(error)) from None
    print(ranking)
    if ranking.stopped:
        kept = f"goes on with what stands in {options.out}" if options.out else "begins anew"
        return complain(f"the sweep was interrupted; the same command {kept}", 130)
    if not ranking.seeds:
        return complain("every run failed", 1)
    print(f"best: {_command(ranking.best, options)}")
    single = {name: [value] for name, value in ranking.best.items()}
    how |= {"score": f"test_{by}", "mode": "min", "progress": False}  # only one is ranked
    tested = sweep(Training(data, "test_"), single, options.seeds, **how)
    print(_told(tested))
    if picture:
        plots.save(ranking.plot().figure, picture)
        print(f"picture: {picture}")
    return complain("the measuring of test rows was interrupted", 130) if tested.stopped else 0


def _grid(options: argparse.Namespace, data: Dataset) -> dict[str, list]:
    """Every setting of `tinynet train` with its values, each of which is known to fit the data."""
    given = {name: getattr(options, name, None) for name in train.DEFAULTS}
    usual = argparse.Namespace(data=options.data)
    grid = {name: [value] for name, value in vars(train.chosen(usual, data)).items()}
    grid |= {name: values for name, values in given.items() if values is not None}
    del grid["seed"]
    for name, values in grid.items():
        _check_unlike(name, values)
    for name in ("activation", "optimizer"):
        for value in grid[name]:
            train.chosen(argparse.Namespace(data=options.data, **{name: value}), data)
    for value in grid["loss"]:
        suited(lookup("loss", value, losses.names()), data)
    content = hashlib.sha256(data.x.tobytes() + data.y.tobytes()).hexdigest()
    return grid | {"rows": [f"{len(data)} of {data.name}, {content[:16]}"]}


def _check_unlike(name: str, values: list) -> None:
    """ValueError where one value is given twice."""
    for value in values:
        if values.count(value) > 1:
            hint = "; two layers of 16 units are 16,16" if name == "hidden" else ""
            told = ",".join(map(str, value)) if isinstance(value, list) else value
            raise ValueError(f"--{name.replace('_', '-')}: {told} is given twice{hint}")


def _score(by: str | None, grid: dict[str, list], data: Dataset) -> str:
    """What is compared: the loss, but of several losses the figures cannot be."""
    metrics = ("rmse", "r2") if data.task == "regression" else ("accuracy",)
    if by not in (None, "loss", *metrics):
        raise ValueError(
            f"--by {by}: {data.name} is a {data.task} task: choose loss or {' or '.join(metrics)}"
        )
    return by or ("loss" if len(grid["loss"]) == 1 else metrics[0])


def _command(best: dict[str, Any], options: argparse.Namespace) -> str:
    """The `tinynet train` that does the first of the best runs again."""
    settings = {name: value for name, value in best.items() if name != "rows"}
    return train.command(options, argparse.Namespace(**settings, seed=0))


def _told(tested: Ranking) -> str:
    """What the best settings reach on the test rows, which are used here only."""
    scores = [trial.scores for trial in tested.trials if not trial.error]
    names = [name for name in (scores or [{}])[0] if name.startswith("test_")]
    figures = []
    for name in names:
        values = [each[name] for each in scores]
        spread = f" ± {np.std(values, ddof=1):.2g}" if len(values) > 1 else ""
        figures.append(f"{name.removeprefix('test_')} {np.mean(values):.4g}{spread}")
    return (
        f"its test rows, looked at for the best settings only: {', '.join(figures) or 'none'}\n"
        "(each seed splits the rows anew, so some test rows of one seed were validation rows of"
        " another)"
    )
