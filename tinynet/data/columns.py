"""Columns: what a column of text is (numbers, categories or dates), and how it becomes features.

A column that was read once can read the same column of another file: the same encodings, the same
features. What it cannot read is an error that names the line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeAlias

import numpy as np

from . import dates
from .csv_file import TextColumn
from .numbers import UNITS, Notation, is_gap, label, notation, python_number


def _gaps(kind: Number | Date, column: TextColumn) -> list[int]:
    """The rows of a column that have no value."""
    return np.flatnonzero(np.isnan(kind.values(column))).tolist()


def _without_gaps(values: np.ndarray, fill: float | None) -> np.ndarray:
    """The values with `fill`, if there is one, in the place of NaN."""
    return values if fill is None else np.where(np.isnan(values), fill, values)


@dataclass(frozen=True)
class Number:
    """A column of numbers: one feature."""

    name: str
    decimal: str = "."
    unit: str = ""
    fill: float | None = None  # what stands in for a gap, if anything

    kind: ClassVar = "number"
    features = property(lambda self: (self.name,))

    def __post_init__(self) -> None:
        if self.decimal not in (".", ",") or (self.unit and self.unit not in UNITS):
            raise ValueError(f"{self.name!r} has the notation {self.decimal!r}, {self.unit!r}")
        _check(self.name, self.fill, float)

    filler = property(lambda self: f"median, {self.fill!r}")
    told = property(lambda self: f"a number{' of ' * bool(self.unit)}{self.unit}")
    notation = property(lambda self: Notation(self.decimal, self.unit))

    def values(self, column: TextColumn) -> np.ndarray:
        """The numbers, NaN for gaps. ValueError for what is no number, or infinite."""
        plain = column.plain if self.notation.is_plain else None
        values = self.notation.values(column.cells) if plain is None else plain
        for row in np.flatnonzero(~np.isfinite(values)).tolist():
            if np.isinf(values[row]):
                raise ValueError(f"{column.file}, {column.at(row)}: {self.name} is infinite")
            if self.notation.number(column.cells[row]) is None:
                raise column.error(row, "which is no number as the others are")
        return values

    def written_as(self, column: TextColumn, decimal: str | None, usual: str | None) -> Number:
        """The same, for a column that may be written with another decimal mark.

        That is the one given; or what the cells show; or what is usual in their file, or was in the
        first one.
        """
        usual = usual or self.decimal
        if column.known == "number" or (decimal or usual) == self.decimal == ".":
            return replace(self, decimal=".")
        return replace(self, decimal=notation(set(column.cells), decimal, usual).decimal)

    def doubt(self, column: TextColumn) -> str:
        """What is read as in the first file, where nothing in this one says how: is "1.500" 1.5?

        Empty where it shows itself, or is read as Python reads it.
        """
        here = self.written_as(column, None, None)
        other = replace(here, decimal="," if here.decimal == "." else ".")
        if other.written_as(column, None, None) != other:
            return ""
        for row, cell in enumerate(column.cells):
            one, two = here.notation.number(cell), other.notation.number(cell)
            if None not in (one, two) and one != two and one not in (python_number(cell), two):
                return (
                    f'{column.file}, {column.at(row)}: {self.name} is "{cell}", which is read as'
                    f" {one:.15g}, as the first file writes numbers; where it means {two:.15g}, say"
                    f' that decimals stand behind "{other.decimal}"'
                )
        return ""

    gaps = _gaps

    def filled(self, column: TextColumn) -> Number:
        """With the median of this column as what fills a gap."""
        halves = self.values(column) / 2  # two of 1e308 cannot be added
        return replace(self, fill=2 * float(np.nanmedian(halves)))

    def encode(self, column: TextColumn) -> np.ndarray:
        """The features, of shape (N, 1), gaps filled in."""
        return _without_gaps(self.values(column), self.fill)[:, None]


@dataclass(frozen=True)
class Category:
    """A column of categories: one feature of 0 and 1 for each.

    Where they are numbers, 1 and 1.0 are one category, and they are in the order of numbers.
    """

    name: str
    categories: tuple[str, ...] = ()
    numbers: Number | None = None  # how to read them as numbers
    fill: str | None = None

    kind: ClassVar = "category"
    features = property(lambda self: tuple(f"{self.name}={c}" for c in self.categories))

    def __post_init__(self) -> None:
        _check(self.name, self.fill, str)
        if not all(isinstance(category, str) for category in self.categories):
            raise ValueError(f"{self.name!r} has a category that is no text")
        if len(set(self.categories)) < len(self.categories):  # no names could part their features
            raise ValueError(f"{self.name!r} has a category twice")
        if self.fill is not None and self.fill not in self.categories:
            raise ValueError(f"{self.name!r} is filled in with {self.fill!r}, no category of it")

    filler = property(lambda self: f"most frequent value, {self.fill}")
    told = property(lambda self: f"0 or 1 for each of {shown(self.categories)}")

    def texts(self, column: TextColumn) -> list[str]:
        """The category of each row, whether known or not; the empty text for gaps."""
        if self.numbers is None:
            gaps = set(filter(is_gap, set(column.cells)))
            return ["" if cell in gaps else cell for cell in column.cells]
        values = self.numbers.values(column)
        return ["" if np.isnan(value) else label(value) for value in values.tolist()]

    def gaps(self, column: TextColumn) -> list[int]:
        return [row for row, text in enumerate(self.texts(column)) if not text]

    def learned(self, column: TextColumn) -> Category:
        """With the categories that this column holds."""
        found = set(self.texts(column)) - {""}
        order = None if self.numbers is None else float
        return replace(self, categories=tuple(sorted(found, key=order)))

    def filled(self, column: TextColumn) -> Category:
        """With the most frequent category of this column, the first of equals, to fill a gap."""
        counts = Counter(text for text in self.texts(column) if text)
        return replace(self, fill=counts.most_common(1)[0][0])

    def ids(self, column: TextColumn) -> np.ndarray:
        """The number of the category of each row, of shape (N,)."""
        known = {category: i for i, category in enumerate(self.categories)}
        if {category.lower() for category in self.categories} <= {"true", "false"}:
            for category, i in [*known.items()]:  # R and Excel write TRUE, pandas True, others true
                for spelling in (category.lower(), category.upper(), category.title()):
                    known.setdefault(spelling, i)
        if self.fill is not None:
            known[""] = known[self.fill]
        texts = self.texts(column)
        try:
            return np.array([known[text] for text in texts], dtype=np.int64)
        except KeyError as error:
            row = texts.index(error.args[0])
            raise column.error(row, f"which is none of {shown(self.categories)}") from None

    def encode(self, column: TextColumn) -> np.ndarray:
        return (self.ids(column)[:, None] == np.arange(len(self.categories))).astype(np.float64)


@dataclass(frozen=True)
class Date:
    """A column of dates: days since 1970-01-01, and the time of the year as a point on a circle.

    The sine and cosine let winter be near winter: 31 December and 1 January are neighbours.
    """

    name: str
    order: str
    fill: float | None = None

    kind: ClassVar = "date"
    told = "days since 1970, sine and cosine of the year"

    def __post_init__(self) -> None:
        if self.order not in dates.ORDERS:
            raise ValueError(f"{self.name!r} has dates with the {self.order!r}")
        _check(self.name, self.fill, float)

    @property
    def filler(self) -> str:
        return f"median, {np.datetime64(round((self.fill or 0.0) * 86_400), 's')}"

    @property
    def features(self) -> tuple[str, ...]:
        parts = ("days since 1970", "sine of the year", "cosine of the year")
        return tuple(f"{self.name} ({part})" for part in parts)

    def values(self, column: TextColumn) -> np.ndarray:
        """Days, NaN for gaps. ValueError for what is no date."""
        meaning = {c: np.nan if is_gap(c) else dates.days(c, self.order) for c in set(column.cells)}
        values = [meaning[cell] for cell in column.cells]
        if None in meaning.values():
            raise column.error(values.index(None), f"which is no date, {self.order}, as the others")
        return np.array(values, dtype=np.float64)

    gaps = _gaps

    def filled(self, column: TextColumn) -> Date:
        return replace(self, fill=float(np.nanmedian(self.values(column))))

    def encode(self, column: TextColumn) -> np.ndarray:
        """The features, of shape (N, 3)."""
        values = _without_gaps(self.values(column), self.fill)
        angle = dates.turn_of_the_year(values)
        return np.stack([values, np.sin(angle), np.cos(angle)], axis=1)


Column: TypeAlias = Number | Category | Date
KINDS = {kind.kind: kind for kind in (Number, Category, Date)}


def _check(name: Any, fill: Any, kind: type) -> None:
    """What is made from a file may be anything."""
    if not isinstance(name, str) or not (fill is None or isinstance(fill, kind)):
        raise ValueError(f"{name!r} holds {fill!r}, which is no {kind.__name__}")


def shown(names: Sequence[str]) -> str:
    """The first ten."""
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


def feature_names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The names of all features, each once.

    The category r of a column a and a column of the name "a=r" would both be "a=r"; then the
    number of the column is added.
    """
    names = [(name, i) for i, column in enumerate(columns, 1) for name in column.features]
    while len(counts := Counter(name for name, _ in names)) < len(names):
        names = [(f"{name} (column {i})" if counts[name] > 1 else name, i) for name, i in names]
    return tuple(name for name, _ in names)
