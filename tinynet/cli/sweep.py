"""`tinynet sweep`: train with many settings, several seeds each, and say which are the best."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import Dataset
from ..training import History, sweep
from ..training.ranking import Ranking
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
    count = number(int, "a whole number of at least 1", lambda n: n >= 1)
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
        history = train.fitted(bare, scaling.trained, chosen, pairs, progress=False)
        part = parts[1] if self.prefix == "val_" else parts[2]
        found = measured(scaling.between(bare), scaling, part)
        return scaling.told(history), {self.prefix + name: v for name, v in found.items()}


def run(options: argparse.Namespace) -> int:
    """Sweep, print the table, the best command and its test figures, and draw."""
    data = train.load(options)
    grid = _grid(options, data)
    picture = None if options.no_plot else options.plot or f"tinynet-{data.name}-sweep.png"
    if picture:
        from ..views import plots

        plots.check_path(picture)
    by = options.by or _usual(grid, data)
    how = {"jobs": options.jobs, "progress": not options.quiet, "score": f"val_{by}"}
    ranking = sweep(Training(data, "val_"), grid, options.seeds, folder=options.out, **how)
    print(ranking)
    if ranking.stopped:
        go_on = f"; the same command goes on, with what stands in {options.out}"
        return complain(ranking.stopped + (go_on if options.out else ""), 130)
    if not ranking.seeds:
        return complain("every run failed", 1)
    print(_best(ranking, options, data))
    if picture:
        plots.save(ranking.plot().figure, picture)
        print(f"picture: {picture}")
    return 0


def _grid(options: argparse.Namespace, data: Dataset) -> dict[str, list]:
    """Every setting of `tinynet train` with its values, each of which is known to fit the data."""
    given = {name: getattr(options, name, None) for name in train.DEFAULTS}
    usual = argparse.Namespace(data=options.data)
    grid = {name: [value] for name, value in vars(train.chosen(usual, data)).items()}
    grid |= {name: values for name, values in given.items() if values is not None}
    del grid["seed"]
    for name in ("activation", "loss", "optimizer"):
        for value in grid[name]:
            settings = {each: values[0] for each, values in grid.items()} | {name: value}
            tried = train.chosen(argparse.Namespace(data=options.data, **settings), data)
            train.prepared(tried, data)
    content = hashlib.sha256(data.x.tobytes() + data.y.tobytes()).hexdigest()
    return grid | {"rows": [f"{len(data)} of {data.name}, {content[:16]}"]}


def _usual(grid: dict[str, list], data: Dataset) -> str:
    """What is compared; the figures of several losses cannot be."""
    if len(grid["loss"]) == 1:
        return "loss"
    return "rmse" if data.task == "regression" else "accuracy"


def _best(ranking: Ranking, options: argparse.Namespace, data: Dataset) -> str:
    """The best settings as a command, and how they do on the test rows, used only here."""
    seeds = ranking.seeds
    single = {name: [value] for name, value in ranking.best.items()}
    how: dict[str, Any] = {"jobs": options.jobs, "progress": False}
    tested = sweep(Training(data, "test_"), single, seeds, score="test_loss", mode="min", **how)
    settings = {name: value for name, value in ranking.best.items() if name != "rows"}
    command = train.command(options, argparse.Namespace(**settings, seed=0))
    return (
        f"best: {command}\nits test rows, looked at for the best settings only:"
        f" {_told([trial.scores for trial in tested.trials])}\n(each seed splits the rows anew: a"
        " test row of one seed was a validation row, and had a say in the choice, with others)"
    )


def _told(scores: Sequence[dict[str, float]]) -> str:
    """Each score, as the mean over the seeds ± the standard deviation."""
    lines = []
    for name in scores[0]:
        values = [each[name] for each in scores]
        spread = f" ± {np.std(values, ddof=1):.2g}" if len(values) > 1 else ""
        lines.append(f"{name.removeprefix('test_')} {np.mean(values):.4g}{spread}")
    return ", ".join(lines)
