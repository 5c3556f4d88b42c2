"""Choice: which kind of column the cells of a file make, what is left out, and why.

Nothing is decided in silence: what is not read just as it stands is an error or has a note.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from . import dates, numbers
from .columns import Category, Column, Date, Number
from .csv_file import TextColumn

FEW = 10  # so many different values may be categories in however small a file
LARGEST = 5e7  # numbers, 400 MB: what a column of categories may become
IDENTIFIER = re.compile(
    r"(?i:unnamed: ?\d+|row[ _.]?(names?|id)?|index|idx|.?id|uuid|guid|key|nr|no|id[ _.-]?case"
    r"|obs|observation|case|patient|subject|participant|respondent|person|.+[ _.-]id)|.*[a-z]I[dD]"
)
SENTINEL = re.compile(r"-?9{2,6}(\.0*)?")


class LeftOut(Exception):
    """Why a column is not used."""


@dataclass(frozen=True)
class Writing:
    """How the numbers of a file are written: what the caller says, what the file shows."""

    decimal: str | None  # given
    shown: str | None  # by other columns

    @property
    def usual(self) -> str:
        return self.shown or "."


def feature(column: TextColumn, writing: Writing, category: bool, asked: bool) -> Column:
    """What a column to predict from is; LeftOut says why it is none.

    `category` where it is to be read as categories, `asked` where it was named by the caller.
    """
    if _is_empty(column):
        raise LeftOut("it holds no values at all")
    if category or column.known == "category":
        if not category and (reason := too_many(column)):
            raise LeftOut(reason)
        return as_categories(column, writing)
    number = as_numbers(column, writing)
    if number and not is_code(column, number):
        if not asked and IDENTIFIER.fullmatch(column.name) and _all_different(number, column):
            raise LeftOut("it looks like an identifier: a different whole number in each row")
        return number
    if kind := as_dates(column):
        return kind
    if reason := too_many(column):
        raise LeftOut(reason)
    return Category(column.name)


def as_numbers(column: TextColumn, writing: Writing, as_names: str = "") -> Number | None:
    """The column as numbers, or None; ValueError where only a few cells are none.

    `as_names` is how a caller says that all are names.
    """
    cells = column.cells
    points = writing.usual == "." and writing.decimal in (None, ".")
    if (points or column.known == "number") and column.plain is not None:
        return Number(column.name)
    present = Counter(c for c in cells if c.lower() not in numbers.NUMBER_GAPS)
    notation = numbers.notation(present, writing.decimal, writing.usual)
    odd = notation.odd(present)
    if not odd:
        return Number(column.name, notation.decimal, notation.unit)
    _refuse_few(column, present, odd, "numbers", as_names)
    return None


def as_categories(column: TextColumn, writing: Writing) -> Category:
    """The column as categories: of numbers, where all are, and none is a code."""
    try:
        number = as_numbers(column, writing)
    except ValueError:  # a few are not
        number = None
    return Category(column.name, numbers=None if is_code(column, number) else number)


def is_code(column: TextColumn, number: Number | None) -> bool:
    """Whether cells that look like numbers are names, which float would change."""
    if number is None:
        return False
    values = column.plain
    if values is not None and np.any(values[np.isfinite(values)] % 1 > 0):
        return False  # quickly
    return numbers.hold_identifiers(column.cells)


def as_dates(column: TextColumn) -> Date | None:
    """The column as dates, or None; ValueError where only a few cells are none."""
    present = Counter(cell for cell in column.cells if not numbers.is_gap(cell))
    orders = dates.order_of(present)
    if not orders:
        return None
    odd = [cell for cell in present if dates.days(cell, orders[0]) is None]
    if odd:
        _refuse_few(column, present, odd, "dates")
        return None
    if len(orders) > 1:
        raise LeftOut(
            f'its dates, such as "{next(iter(present))}", do not tell the day from the month:'
            " write them as 2024-12-31"
        )
    return Date(column.name, orders[0])


def target(column: TextColumn, writing: Writing, task: str | None) -> Number | Category:
    """What the column to predict is; ValueError where it cannot be predicted.

    Numbers where classes are asked for are a Category of numbers; whether others are classes is
    seen from the values.
    """
    if task in ("binary", "multiclass") or (column.known == "category" and task is None):
        return as_categories(column, writing)
    where = f"{column.file}: the target {column.name}"
    number = as_numbers(column, writing, "make the task multiclass")
    if number and (task == "regression" or not is_code(column, number)):
        return number
    if task == "regression":
        raise ValueError(f"{where} holds text, so it is not a regression")
    present = set(column.cells)
    dated = len(present) > FEW and dates.order_of(present)
    if reason := "it holds dates" if dated else too_many(column):
        row = next(row for row, cell in enumerate(column.cells) if not numbers.is_gap(cell))
        example = f'"{column.cells[row]}" ({column.at(row)})'
        raise ValueError(
            f"{where} cannot be predicted: {reason}, such as {example}. Classes must come back to"
            " be learned, and numbers must be written as numbers"
        )
    return Category(column.name)


def too_many(column: TextColumn) -> str:
    """Why the texts of a column cannot be categories; empty where they can."""
    counts = Counter(cell for cell in column.cells if not numbers.is_gap(cell))
    rows = counts.total()
    if len(counts) > max(FEW, rows / 2):
        if len(counts) == rows:
            return f"it holds a different text in each of its {rows} rows"
        return f"it holds {len(counts)} different texts in {rows} rows"
    if len(counts) * len(column.cells) > LARGEST:
        return f"its {len(counts)} different texts would be as many features"
    return ""


def _refuse_few(
    column: TextColumn, present: Counter[str], odd: list[str], what: str, as_names: str = ""
) -> None:
    """An error where few cells are not what the others are: that is a slip of the pen."""
    rows, wrong = present.total(), sum(present[cell] for cell in odd)
    if 2 * wrong >= rows or (5 * wrong > rows and len(odd) > 3):
        return
    known, names = set(odd), f"list {column.name} in categories, or leave it out (drop)"
    row = next(row for row, cell in enumerate(column.cells) if cell in known)
    raise column.error(
        row,
        f"but {rows - wrong} of its {rows} cells hold {what}: correct it, or leave the cell empty;"
        f" or, where all are names, {as_names or names}",
    )


def _is_empty(column: TextColumn) -> bool:
    return all(cell.lower() in numbers.NUMBER_GAPS for cell in column.cells)


def _all_different(number: Number, column: TextColumn) -> bool:
    values = number.values(column)
    values = values[~np.isnan(values)]
    return len(np.unique(values)) == len(values) and bool(np.all(values == np.round(values)))
