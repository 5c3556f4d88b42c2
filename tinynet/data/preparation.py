"""Preparation: how the columns of a file became features and targets, for every later file.

A model knows only numbers: which column came first, which category is the second. A Preparation
keeps what `read_csv` decided, as plain data, so that new rows are read as the old ones were.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..engine.frames import stacklevel
from ..engine.names import lookup
from ..engine.tables import table as in_columns
from . import dates, numbers
from .columns import KINDS, Category, Column, Date, Number, feature_names, shown
from .csv_file import Table, TextColumn, read_table
from .dataset import TASKS
from .frames import frame_table


@dataclass(frozen=True)
class Target:
    """The column to predict: a Number for a regression, else a Category whose order is the ids."""

    task: str
    column: Number | Category

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, or of the one target."""
        return self.column.categories if isinstance(self.column, Category) else (self.column.name,)

    def encode(self, column: TextColumn) -> np.ndarray:
        """Class ids of shape (N,), or numbers of shape (N, 1)."""
        kind = self.column
        return kind.ids(column) if isinstance(kind, Category) else kind.encode(column)


@dataclass(frozen=True)
class Preparation:
    """How the columns of a file, or of a dataframe, became features and targets.

    Attributes
    ----------
    columns : tuple of Number, Category or Date
        The columns to predict from, in the order of the features.
    target : Target
        The column to predict, its task and the names of its classes in the order of their ids.

    >>> Preparation.of_numbers(("x", "y"), Target("binary", Category("side", ("left", "right"))))
    Preparation: 2 columns become 2 features, to predict side (binary: left, right)
    column  becomes   a gap
    x       a number  an error
    y       a number  an error
    """

    columns: tuple[Column, ...]
    target: Target

    @classmethod
    def of_numbers(cls, names: Iterable[str], target: Target) -> Preparation:
        """The one of columns that are numbers, and features as they are."""
        return cls(tuple(map(Number, names)), target)

    def __repr__(self) -> str:
        """What is done to each column, as a table."""
        rows = [("column", "becomes", "a gap")]
        for kind in self.columns:
            rows.append(
                (kind.name, kind.told, kind.filler if kind.fill is not None else "an error")
            )
        counts = f"{len(self.columns)} columns become {len(self.feature_names)} features"
        task, classes = self.target.task, self.target.names
        what = task if task == "regression" else f"{task}: {shown(classes)}"
        heading = f"Preparation: {counts}, to predict {self.target.column.name} ({what})"
        return f"{heading}\n{in_columns(rows, right=())}"

    @property
    def feature_names(self) -> tuple[str, ...]:
        return feature_names(self.columns)

    def read(
        self,
        source: Any,
        *,
        separator: str | None = None,
        decimal: str | None = None,
    ) -> tuple[np.ndarray, list[int]]:
        """The features of new rows, of shape (N, features), and the line of each in the file.

        `source` is the path of a CSV file, or a dataframe, whose rows are counted from 0. The
        columns may stand in any order, with others between them, with or without the target.
        ValueError names the line of a missing cell that cannot be filled in, of a category that
        the first file did not hold, and of a cell that is no number.
        """
        table = self.table(source, separator)
        return self.encode(table, decimal), table.lines

    def table(self, source: Any, separator: str | None = None) -> Table:
        """The cells of a CSV file or a dataframe, as text."""
        if isinstance(source, (str, os.PathLike)):
            return read_table(source, separator, [column.name for column in self.columns])
        return frame_table(source)

    def encode(self, table: Table, decimal: str | None = None) -> np.ndarray:
        """The features of the rows of a table; see `read`."""
        columns = self.columns_of(table)
        kinds = self.written_as(table, decimal).columns
        self._warn_of_doubts(table, decimal)
        for kind, column in zip(kinds, columns, strict=True):
            if kind.fill is None and (gaps := kind.gaps(column)):
                raise ValueError(
                    f"{table.file}, {column.at(gaps[0])}: {kind.name} is missing, and"
                    ' nothing is known to fill it in (missing="impute" would have learned it)'
                )
        return features(kinds, columns)

    def complete(self, table: Table, decimal: str | None = None) -> list[int]:
        """The rows of a table that have a target, and no gap that cannot be filled in."""
        written = self.written_as(table, decimal)
        self.columns_of(table)
        gaps = set(written.target.column.gaps(self._answers(table)))
        for kind in written.columns:
            if kind.fill is None:
                gaps.update(kind.gaps(table.columns[kind.name]))
        return [row for row in range(len(table.lines)) if row not in gaps]

    def labelled(
        self, table: Table, rows: Sequence[int], decimal: str | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The features and the targets of these rows of a table."""
        written = self.written_as(table, decimal)
        kept = table.take(rows)
        return written.encode(kept, decimal), written.target.encode(self._answers(kept))

    def _answers(self, table: Table) -> TextColumn:
        return lookup(f"column in {table.file}", self.target.column.name, table.columns)

    def _warn_of_doubts(self, table: Table, decimal: str | None) -> None:
        """Name the numbers that could be others, and are read as the first file was written."""
        if decimal or self._usual_decimal(table):
            return
        for kind in self.columns:
            number = kind.numbers if isinstance(kind, Category) else kind
            doubt = isinstance(number, Number) and number.doubt(table.columns[kind.name])
            if doubt:
                warnings.warn(doubt, stacklevel=stacklevel())

    def _usual_decimal(self, table: Table) -> str | None:
        """The decimal mark that the columns show, if they show one."""
        cells = [table.columns[c.name].cells for c in self.columns if c.name in table.columns]
        alone = len(table.all_columns) == 1  # then nothing tells that commas are separators
        return numbers.usual_decimal(cells, "" if alone else table.separator)

    def columns_of(self, table: Table) -> list[TextColumn]:
        """The columns of a table that are the features, in their order."""
        for column in self.columns:
            if column.name not in table.columns:
                raise ValueError(
                    f"{table.file} lacks the column {column.name!r} that the model needs; it has"
                    f" {shown([*table.columns])}"
                )
        return [table.columns[column.name] for column in self.columns]

    def written_as(self, table: Table, decimal: str | None) -> Preparation:
        """The same for a table whose numbers and dates may be written in another way."""
        usual = self._usual_decimal(table)

        def written(kind: Any) -> Any:
            column = table.columns.get(kind.name)
            if column is None:
                return kind
            if isinstance(kind, Category) and kind.numbers is not None:
                return replace(kind, numbers=written(kind.numbers))
            if isinstance(kind, Date) and dates.order_of(set(column.cells)) == ("year first",):
                return replace(kind, order="year first")  # which is never anything else
            return kind.written_as(column, decimal, usual) if isinstance(kind, Number) else kind

        target = replace(self.target, column=written(self.target.column))
        return Preparation(tuple(map(written, self.columns)), target)

    def to_dict(self) -> dict[str, Any]:
        """As dicts, lists, texts and numbers, to be kept in a file (JSON)."""
        columns = [_to_dict(column) for column in self.columns]
        target = {"task": self.target.task, **_to_dict(self.target.column)}
        return {"columns": columns, "target": target}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Preparation:
        """The reverse of `to_dict`; ValueError says what is wrong with the content."""
        try:
            target = dict(content["target"])
            task, column = target.pop("task"), _from_dict(target)
            columns = tuple(map(_from_dict, content["columns"]))
            if task not in TASKS or (task == "regression") != isinstance(column, Number):
                raise ValueError(f"the task {task!r} has a target of the kind {column.kind}")
            if not columns:
                raise ValueError("it has no columns")
            return cls(columns, Target(task, column))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no preparation of tinynet: {error}") from None


def features(kinds: Sequence[Column], columns: Sequence[TextColumn]) -> np.ndarray:
    """The features of all columns side by side, of shape (N, features)."""
    return np.concatenate([k.encode(c) for k, c in zip(kinds, columns, strict=True)], axis=1)


def _to_dict(column: Column) -> dict[str, Any]:
    content = {"kind": column.kind, **asdict(column)}
    if isinstance(column, Category):
        content["categories"] = list(column.categories)
    return content


def _from_dict(content: dict[str, Any]) -> Any:
    content = dict(content)
    kind = KINDS[content.pop("kind")]
    if content.get("categories") is not None:
        content["categories"] = tuple(content["categories"])
    if content.get("numbers") is not None:
        content["numbers"] = Number(**content["numbers"])
    return kind(**content)
