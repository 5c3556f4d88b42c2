"""`tinynet compare`: what parts two saved models, and whether one is better."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..data.columns import shown
from ..engine.tables import table
from ..layers import modules
from ..training.checkpoints.saved import SavedModel
from ..training.comparison import Difference, paired
from .models import answered, note, opened
from .options import add_notation, is_file_name, new_file, number

FEW = 50  # rows, below which an interval is rough


class Measure(NamedTuple):
    """A score that is a function of a mean over rows."""

    name: str
    of_row: Callable  # from an error, or 1 for a right class, to what the mean is taken of
    of_mean: Callable = np.positive
    more_is_better: bool = False


NUMBERS = (Measure("rmse", np.square, np.sqrt), Measure("mae", np.abs))
CLASSES = (Measure("accuracy", np.positive, more_is_better=True),)


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "compare",
        help="what parts two saved models, and whether one is better",
        description="Print in what two models differ; and, with rows whose answers are known, how"
        " much better one is, with a 95 % interval (bootstrap): where it holds 0, these rows"
        " cannot tell the two apart.",
        epilog="Each model reads the file in its own way, with its own columns. Rows that one of"
        " them cannot use are left out for both.",
    )
    add = parser.add_argument
    add("first", type=new_file, metavar="A.npz", help="saved by `tinynet train --save`")
    add("second", type=new_file, metavar="B.npz", help="the one to compare with it")
    add("data", nargs="?", metavar="FILE.csv | DATASET", help="the rows")
    seed = number(int, "a whole number of at least 0", lambda n: n >= 0)
    count = number(int, "a whole number from 100 to 1000000", lambda n: 100 <= n <= 1_000_000)
    add("--seed", type=seed, default=0, metavar="N", help="of the bootstrap (0)")
    add("--resamples", type=count, default=2000, metavar="N", help="of the bootstrap (2000)")
    add_notation(add)
    parser.set_defaults(command=compare)


def compare(options: argparse.Namespace) -> int:
    """Print what differs, and whether one is better."""
    paths = (options.first, options.second)
    models = [opened(path) for path in paths]
    print(_differences(paths, models))
    if options.data is None:
        return 0
    _check_targets(paths, models)
    if is_file_name(options.data):
        results = _of_file(models, options)
    else:
        results = [_results(m, d.x, d.y) for m in models for d in [answered(m, options)]]
    measures = NUMBERS if models[0].task == "regression" else CLASSES
    print(f"\n{_verdicts(paths, measures, results, options)}")
    return 0


# --- what differs ---------------------------------------------------------------------------


def _differences(paths: tuple[str, str], models: list[SavedModel]) -> str:
    """A table of what the files say."""
    rows = [_facts(model) for model in models]
    lines = [("", *paths), *((name, rows[0][name], rows[1][name]) for name in rows[0])]
    said = [table(lines, right=())]
    names = [dict.fromkeys(model.feature_names) for model in models]
    for path, own, other in zip(paths, names, reversed(names), strict=True):
        if only := [name for name in own if name not in other]:
            more = f" and {len(only) - 10} more" if len(only) > 10 else ""
            said.append(f"only {path} has: {', '.join(only[:10])}{more}")
    columns = [model.preparation and model.preparation.columns for model in models]
    if list(names[0]) == list(names[1]) and columns[0] != columns[1]:
        said.append(
            "the features are the same, but gaps are filled in or cells read in another way"
        )
    return "\n".join(said)


def _facts(model: SavedModel) -> dict[str, str]:
    how, parameters = model.preparation, list(model.model.parameters())
    layers = [layer for layer in modules(model.model) if len(modules(layer)) == 1]
    return {
        "target": how.target.column.name if how else "",
        "task": model.task,
        "trained with": model.loss or "an unknown loss",
        "features": str(len(model.feature_names)),
        "layers": " ".join(layer.describe() for layer in layers),
        "parameters": f"{sum(parameter.data.size for parameter in parameters):,}",
    }


def _check_targets(paths: tuple[str, str], models: list[SavedModel]) -> None:
    """Do they answer the same question?"""
    targets = [model.preparation.target for model in models if model.preparation]
    asked = [(of.column.name, of.task, sorted(of.names)) for of in targets]
    if asked[0] != asked[1]:
        told = [
            f"{path} predicts {name} ({'a number' if task == 'regression' else shown(names)})"
            for path, (name, task, names) in zip(paths, asked, strict=True)
        ]
        raise ValueError(f"{' but '.join(told)}: only models of the same target can be compared")


# --- which is better ------------------------------------------------------------------------


def _of_file(models: list[SavedModel], options: argparse.Namespace) -> list[np.ndarray]:
    """The results of both models for the rows of a file that both can use."""
    pairs = [(model, model.reader(options.data)) for model in models]
    file = pairs[0][1].table(options.data, options.separator)
    usable = set.intersection(*(set(how.complete(file, options.decimal)) for _, how in pairs))
    rows = sorted(usable)
    if not rows:
        raise ValueError(f"{file.file}: every row has a missing value that a model needs")
    if lacking := [row for row in range(len(file.lines)) if row not in usable]:
        where = file.all_columns[0].at(*lacking)
        note(f"{len(lacking)} of {len(file.lines)} rows are left out, with missing values: {where}")
    return [_results(model, *how.labelled(file, rows, options.decimal)) for model, how in pairs]


def _results(model: SavedModel, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """For each row: the error, or 1 where the class is right."""
    y_pred = model.predict(x)
    if model.task == "regression":
        return (model.numbers(y_pred) - y)[:, 0]
    return (model.ids(y_pred) == y).astype(np.float64)


def _verdicts(
    paths: tuple[str, str],
    measures: Sequence[Measure],
    results: list[np.ndarray],
    options: argparse.Namespace,
) -> str:
    """A table with a line for each score, and what it says."""
    lines, said = [("", *paths, "difference", "95 % interval")], []
    for measure in measures:
        one, other = map(measure.of_row, results)
        settings = {"resamples": options.resamples, "rng": options.seed}
        found = paired(one, other, measure.of_mean, **settings)
        shown = (f"{found.first:.4g}", f"{found.second:.4g}", f"{found.second - found.first:+.4g}")
        lines.append((measure.name, *shown, f"{found.low:+.4g} to {found.high:+.4g}"))
        said.append(_verdict(paths, measure, found))
    rows = len(results[0])
    rough = " They are few, so the interval is rough." if rows < FEW else ""
    said.append(f"{rows} rows, {options.resamples} resamples, seed {options.seed}.{rough}")
    return "\n".join([table(lines, right=range(1, 4)), *said])


def _verdict(paths: tuple[str, str], measure: Measure, found: Difference) -> str:
    name = measure.name
    if not found.certain:
        return f"{name}: the interval holds 0, so these rows cannot tell the two models apart"
    better = paths[(found.second > found.first) == measure.more_is_better]
    return f"{name}: {better} is better on rows like these"
