"""`tinynet evaluate`: how good a saved model is on rows whose answers are known."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from .. import losses, metrics
from ..data import Dataset
from ..engine.tables import table
from ..training.checkpoints.saved import SavedModel
from ..training.suited import suited
from .models import answered, note, opened
from .options import add_notation, is_file_name, new_file

WIDEST = 20  # so many classes fit into a square of counts


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="how good a saved model is on rows whose answers are known",
        description="Print how good the answers of a model are, beside those of a model that looks"
        " at nothing; and, of classes, which are taken for which.",
        epilog="Rows without a target are left out, and so are those with a missing cell that the"
        " model cannot fill in; their lines are told.",
    )
    add = parser.add_argument
    add("model", type=new_file, metavar="MODEL.npz", help="saved by `tinynet train --save`")
    add("data", metavar="FILE.csv | DATASET", help="the rows, with the target that was learned")
    add_notation(add)
    parser.set_defaults(command=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Print the table, the baseline, and the counts of classes."""
    model = opened(options.model)
    data = answered(model, options)
    if is_file_name(options.data):
        print(data.card.partition("\n\n")[2])  # without the heading
    else:
        note(f"all rows of {data.name}, those that the model was trained on among them")
    y_pred = model.predict(data.x)
    if data.task == "regression":
        said = _numbers(data, model.numbers(y_pred))
    else:
        ids = model.ids(y_pred)
        said = [*_classes(model, data, y_pred, ids), "", *_confusion(data, ids)]
    print("\n".join([f"{data!r}\n", *said]))
    return 0


def _numbers(data: Dataset, y_pred: np.ndarray) -> list[str]:
    """The metrics of predicted numbers, and of the mean in every row."""
    mean = np.full_like(data.y, data.y.mean())
    r2 = []  # where all targets are alike, there is no variance to explain
    if data.y.min() < data.y.max():
        r2 = [("r2", f"{metrics.r2(data.y, y_pred):.4g}", "0")]  # the mean explains none of it
    columns = [("", "model", "baseline"), ("rows", *[str(len(data))] * 2)]
    for metric in (metrics.rmse, metrics.mae):
        scores = (f"{metric(data.y, answers):.4g}" for answers in (y_pred, mean))
        columns.append((metric.__name__, *scores))
    lines = list(zip(*columns, *r2, strict=True))
    said = f"baseline: always {mean[0, 0]:.5g}, the mean of {data.target_names[0]} in these rows"
    return [table(lines, right=range(1, len(lines[0]))), said]


def _classes(model: SavedModel, data: Dataset, y_pred: np.ndarray, ids: np.ndarray) -> list[str]:
    """The loss, where it is known, and the accuracy; and that of the largest class in every row."""
    largest = int(np.argmax(np.bincount(data.y)))
    rows, accuracy = str(len(data)), metrics.accuracy(data.y, ids, kind="ids")
    baseline = f"{np.mean(data.y == largest):.4g}"
    lines = [
        ("", "rows", "accuracy"),
        ("model", rows, f"{accuracy:.4g}"),
        ("baseline", rows, baseline),
    ]
    said = f"baseline: always {data.target_names[largest]}, the largest class of these rows"
    if model.loss in losses.names() and model.output != "probabilities":
        loss, encode = suited(losses.names()[model.loss], data)
        said = f"loss: {model.loss} {float(loss(encode(data.y), y_pred)):.4g}\n{said}"
    return [table(lines, right=range(1, 3)), said]


def _confusion(data: Dataset, ids: np.ndarray) -> list[str]:
    """How many rows of each class are taken for which; of very many classes, the most mistaken."""
    names = data.target_names
    counts = metrics.confusion(data.y, ids, kind="ids", classes=len(names)).tolist()
    if len(names) > WIDEST:
        wrong = [
            (rows, f"{names[i]} taken for {names[j]}: {rows}")
            for i, row in enumerate(counts)
            for j, rows in enumerate(row)
            if rows and i != j
        ]
        mistakes = [told for _, told in sorted(wrong, key=lambda pair: -pair[0])[:10]]
        return ["the most frequent mistakes, with the number of rows:", *mistakes]
    rows = [(name, *map(str, row)) for name, row in zip(names, counts, strict=True)]
    heading = "rows of each class (down) that are taken for each class (across):"
    return [heading, table([("", *names), *rows], right=range(1, len(names) + 1))]
