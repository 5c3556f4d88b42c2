"""`tinynet predict`: what a saved model answers for the rows of a file."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from ..data.columns import Category, Number, shown
from ..data.csv_file import Table
from ..data.preparation import Preparation
from ..training.checkpoints.saved import SavedModel
from ..training.files import atomic_write, check_can_write
from .models import note, opened
from .options import add_notation, check_apart, new_file

Answers: TypeAlias = dict[str, "list[str] | np.ndarray"]


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "predict",
        help="what a saved model answers for the rows of a file",
        description="Print a CSV file: the rows and columns of FILE, and beside them the answers"
        " of the model: a number in the units of the target; or the most probable class, and the"
        " probabilities (of two classes: of the second one).",
        epilog="FILE needs the columns that the model was trained on, in any order; others, such"
        " as an id, are kept and not used. What is written has the separator and the decimal mark"
        " of FILE.",
    )
    add = parser.add_argument
    add("model", type=new_file, metavar="MODEL.npz", help="saved by `tinynet train --save`")
    add("data", type=new_file, metavar="FILE.csv", help="the rows")
    add("--out", type=new_file, metavar="FILE", help="the file to write (standard output)")
    add_notation(add)
    parser.set_defaults(command=predict)


def predict(options: argparse.Namespace) -> int:
    """Write the rows and the answers."""
    model = opened(options.model)
    if options.out:
        check_can_write(options.out)
        check_apart({"--out": options.out}, [options.data, options.model])
    how = model.reader(options.data)
    table = how.table(options.data, options.separator)
    answers = _answers(model, how, model.predict(how.encode(table, options.decimal)))
    _check_names(table, how, answers)
    text = _written(table, answers, _decimal(how, table, options.decimal))
    if options.out:
        with atomic_write(options.out) as file:
            file.write(text.encode())
        rows = len(table.lines)
        print(f"{rows} row{'s' * (rows != 1)} with answers: {options.out}", file=sys.stderr)
    else:
        _print(text)
    return 0


def _print(text: str) -> None:
    """A terminal shows what it can; a file or a program gets UTF-8, so that no cell changes."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure and not sys.stdout.isatty():
        reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def _answers(model: SavedModel, how: Preparation, y_pred: np.ndarray) -> Answers:
    """The new columns by their names: classes as texts, probabilities and numbers as arrays."""
    name = f"predicted {how.target.column.name}"
    if model.task == "regression":
        return {name: model.numbers(y_pred)[:, 0]}
    classes: Answers = {name: model.named(y_pred)}
    if model.output == "scores":
        note(f"the scores of {model.loss} are no probabilities: only classes are given")
        return classes
    if not model.output:
        note(
            "the file does not say with which loss the model was trained; the probabilities are"
            " those of cross_entropy, or log_loss"
        )
    columns = model.probable(y_pred).T.astype(np.float32)  # with no more digits than a model has
    named = [(f"probability of {c}", p) for c, p in zip(model.target_names, columns, strict=True)]
    return classes | dict(named[1:] if len(named) == 2 else named)


def _check_names(table: Table, how: Preparation, answers: Answers) -> None:
    """Is each new name new? A note on columns that are not used."""
    for name in answers:
        if name in table.columns:
            raise ValueError(
                f"{table.file} has a column {name!r} already: is it an answer of `tinynet predict`?"
                " Rename that column, or leave it out"
            )
    known = {how.target.column.name, *(column.name for column in how.columns)}
    others = [name for name in table.columns if name not in known]
    if others:
        note(f"columns that the model does not know, kept and not used: {shown(others)}")


def _decimal(how: Preparation, table: Table, given: str | None) -> str:
    """The decimal mark of the numbers in a table; between commas it is a point."""
    kinds = how.written_as(table, given).columns
    numbers = [kind.numbers if isinstance(kind, Category) else kind for kind in kinds]
    commas = any(isinstance(number, Number) and number.decimal == "," for number in numbers)
    return "," if commas and table.separator != "," else "."


def _written(table: Table, answers: Answers, decimal: str) -> str:
    """The table with the new columns behind its own, as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=table.separator, lineterminator="\n")
    writer.writerow([*(column.name for column in table.all_columns), *answers])
    own = [column.cells for column in table.all_columns]
    new = [_cells(values, decimal) for values in answers.values()]
    writer.writerows(zip(*own, *new, strict=True))
    return file.getvalue()


def _cells(values: list[str] | np.ndarray, decimal: str) -> Iterator[str]:
    """Texts as they are; numbers with all the digits of their dtype."""
    if isinstance(values, list):
        return iter(values)
    return (str(value).replace(".", decimal) for value in values)
