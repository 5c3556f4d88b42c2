"""Remarks: what a reader should know about a column that was read, computed from what was done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from . import numbers
from .choice import FEW, SENTINEL
from .columns import Category, Column, Date, Number
from .csv_file import TextColumn


def remarks(kind: Column, column: TextColumn, target: bool = False) -> Iterator[str]:
    """Sentences on how a column was read, and on what is odd about it."""
    if isinstance(kind, Number):
        yield from _writing(kind, column)
        yield from _sentinel(kind, column)
        if not target:
            yield from _counting(kind, column)
    elif isinstance(kind, Date):
        yield (
            f"{kind.name} holds dates, {kind.order}; it is read as the days since 1970-01-01, and"
            " the sine and cosine of the time of the year."
        )
    else:
        yield from _spelling(kind)
        yield from _codes(kind, column)
        rows = len(column.cells)
        if len(kind.categories) > max(FEW, rows / 5) and not target:
            yield (
                f"{kind.name} holds {len(kind.categories)} different values in {rows} rows, each"
                " of which is a feature: few rows for each to learn from."
            )


def _writing(kind: Number, column: TextColumn) -> Iterator[str]:
    """How numbers are written that Python would not read, or would read as others."""
    if kind.notation.is_plain and column.plain is not None:
        return
    examples: dict[str, str] = {}
    for row, cell in enumerate(column.cells):
        value, plain = kind.notation.number(cell), numbers.python_number(cell)
        if value is None or np.isnan(value) or plain == value:
            continue
        way = re.sub(r"\d+", "1", cell)
        examples.setdefault(way, f'"{cell}" ({column.at(row)}) as {value:.15g}')
    for example in list(examples.values())[:3]:
        unit = " (percent)" if kind.unit == "%" else ""
        yield f"{kind.name} is read as numbers{unit}: {example}."


def _spelling(kind: Category) -> Iterator[str]:
    """Categories that differ in nothing but upper and lower case."""
    alike = defaultdict(list)
    for category in kind.categories:
        alike[category.casefold()].append(category)
    for group in [group for group in alike.values() if len(group) > 1][:3]:
        shown = " and ".join(f'"{category}"' for category in group)
        yield f"{kind.name}: {shown} differ only in case, and are taken for different values."


def _codes(kind: Category, column: TextColumn) -> Iterator[str]:
    """Digits that are a name."""
    if kind.numbers is None and column.plain is not None and numbers.hold_identifiers(column.cells):
        row = next(i for i, cell in enumerate(column.cells) if numbers.hold_identifiers([cell]))
        yield (
            f'{kind.name} holds codes, such as "{column.cells[row]}" ({column.at(row)}),'
            " which a number would change: they are taken for names."
        )


def _sentinel(kind: Number, column: TextColumn) -> Iterator[str]:
    """Nines far from all other values, which often stand for a missing one."""
    values = kind.values(column)
    known = values[~np.isnan(values)]
    for value in sorted({known.min(), known.max()}) if len(known) else ():
        if not SENTINEL.fullmatch(numbers.label(value)):
            continue
        others = known[known != value]
        span = np.ptp(others) if len(others) else 0.0
        if span > 0 and min(abs(value - others.min()), abs(value - others.max())) > span:
            rows = column.at(*np.flatnonzero(values == value))
            yield (
                f"{kind.name} is {value:g} in {rows}, and from {others.min():g} to"
                f" {others.max():g} elsewhere. It was read as a number; if it stands for a missing"
                " value, leave these cells empty."
            )


def _counting(kind: Number, column: TextColumn) -> Iterator[str]:
    values = kind.values(column)
    start = values[0]
    if len(values) > FEW and start in (0, 1) and np.all(np.diff(values) == 1):
        yield (
            f"{kind.name} counts the rows, from {start:g} to {values[-1]:g}; it was read as a"
            " number. If it is nothing but that, list it in drop."
        )
