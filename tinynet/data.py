"""Data: a Dataset is two arrays and everything a reader must know about them.

The one idea: what is learned from data (the mean, the scale, the categories) is learned from the
training part only; `split` and `standardize` make the right way the short way. `read_csv` brings a
file of one's own, and says what it dropped or filled in.
"""

from __future__ import annotations

import csv
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TextIO

import numpy as np

from .engine.names import lookup

TASKS = ("regression", "binary", "multiclass")
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})  # compared in lower case


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Inputs, targets, and their meaning.

    Attributes
    ----------
    x : ndarray of shape (N, features)
    y : ndarray
        Class ids of shape (N,), or for regression numbers of shape (N, 1), the shape of an output.
    target_names : tuple of str
        The names of the classes, or of the one target.
    task : {"regression", "binary", "multiclass"}
    card : str
        Where the data come from, their licence and units, and what to beware of.
    truth : ndarray of shape (features + 1,), optional
        Where y is a linear function of x, plus noise: its weights, then its bias.

    ValueError for empty data, NaN or inf, lengths that differ, or ids that are not a class.

    >>> Dataset("toy", [[0.0], [1.0]], [0, 1], ("x",), ("no", "yes"), "binary")
    Dataset toy: binary, 2 rows, 1 feature, classes no (1), yes (1)
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    task: str
    card: str = ""
    truth: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"{self.name}: the task must be one of {TASKS}, not {self.task!r}")
        x, y = np.asarray(self.x, dtype=np.float64), np.asarray(self.y, dtype=np.float64)
        if x.ndim != 2:
            raise ValueError(f"{self.name}: x must have shape (rows, features), not {x.shape}")
        if len(x) == 0:
            raise ValueError(f"{self.name}: the dataset is empty")
        if len(x) != len(y):
            raise ValueError(f"{self.name}: x has {len(x)} rows but y has {len(y)}")
        if len(self.feature_names) != x.shape[1]:
            raise ValueError(
                f"{self.name}: there are {len(self.feature_names)} feature names for the"
                f" {x.shape[1]} columns of x"
            )
        needed = {"regression": 1, "binary": 2}.get(self.task, len(self.target_names))
        if len(self.target_names) != needed:
            raise ValueError(
                f"{self.name}: {self.task} needs {needed} in target_names, but there are"
                f" {len(self.target_names)}"
            )
        truth = None if self.truth is None else np.asarray(self.truth, dtype=np.float64)
        if truth is not None and truth.shape != (x.shape[1] + 1,):
            raise ValueError(
                f"{self.name}: truth must hold a weight for each of the {x.shape[1]} columns of x,"
                f" then the bias, but its shape is {truth.shape}"
            )
        for which, array in (("x", x), ("y", y)):
            if not np.isfinite(array).all():
                bad = np.argwhere(~np.isfinite(array))
                raise ValueError(
                    f"{self.name}: {which} holds NaN or inf in {len(bad)} places, first in row"
                    f" {bad[0, 0]}, column {bad[0, -1]}: drop such rows or fill in the values"
                )
        y = y.reshape(len(y), -1) if self.task == "regression" else self._class_ids(y)
        for field, value in (("x", x), ("y", y), ("truth", truth)):
            object.__setattr__(self, field, value)  # frozen for everybody else

    def _class_ids(self, y: np.ndarray) -> np.ndarray:
        """y as integers of shape (N,), each the number of a class."""
        if y.size != len(y):
            raise ValueError(f"{self.name}: y must hold one class id per row, not {y.shape}")
        last = len(self.target_names) - 1
        if not (y.min() >= 0 and y.max() <= last and np.all(y == np.round(y))):
            raise ValueError(
                f"{self.name}: class ids must be 0 to {last}, but they range from {y.min():g} to"
                f" {y.max():g}, and must be whole numbers"
            )
        return y.reshape(-1).astype(np.int64)

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        rows, features = self.x.shape
        what = f"target {self.target_names[0]}"
        if self.task != "regression":
            counts = np.bincount(self.y, minlength=len(self.target_names))
            classes = zip(self.target_names, counts, strict=True)
            what = "classes " + ", ".join(f"{name} ({count})" for name, count in classes)
        plural = "" if features == 1 else "s"
        return f"Dataset {self.name}: {self.task}, {rows} rows, {features} feature{plural}, {what}"

    def take(self, rows: Any) -> Dataset:
        """The dataset with only these rows, given as indices or as a mask."""
        return replace(self, x=self.x[rows], y=self.y[rows])

    def split(
        self,
        fractions: Sequence[float] = (0.7, 0.15, 0.15),
        rng: Any = 0,
        stratify: bool | None = None,
    ) -> tuple[Dataset, ...]:
        """Cut into disjoint random parts; with `stratify` each has the same fraction of each class.

        Stratified unless it is regression. ValueError where the fractions are not positive, sum to
        more than 1, or leave a part without rows.

        >>> from tinynet.datasets import load_iris
        >>> [len(part) for part in load_iris().split((0.8, 0.2), rng=0)]
        [120, 30]
        """
        if not (min(fractions, default=0) > 0 and sum(fractions) <= 1 + 1e-9):
            raise ValueError(f"fractions must be above 0 and sum to at most 1, not {fractions}")
        rng = np.random.default_rng(rng)
        stratify = self.task != "regression" if stratify is None else stratify
        groups = self.y.reshape(-1) if stratify else np.zeros(len(self))
        pieces: list[list] = [[] for _ in fractions]
        for group in np.unique(groups):  # every class is cut in the same proportions
            rows = rng.permutation(np.flatnonzero(groups == group))
            ends = [round(end * len(rows)) for end in np.cumsum([0.0, *fractions])]
            for piece, (start, end) in zip(pieces, itertools.pairwise(ends), strict=True):
                piece.append(rows[start:end])
        parts = [rng.permutation(np.concatenate(piece)) for piece in pieces]
        if not all(map(len, parts)):
            raise ValueError(f"{len(self)} rows are too few to split into {tuple(fractions)}")
        return tuple(self.take(part) for part in parts)

    def standardize(self, *others: Dataset) -> Any:
        """Scale x by the mean and standard deviation of each column of this (training) set.

        The others are scaled by the same numbers, so that nothing of them is known in training:
        ``train, validation, test = train.standardize(validation, test)``. Alone it returns just
        the Dataset. A constant column is only shifted. y stays as it is. ValueError where the
        columns differ.
        """
        for other in others:
            if tuple(other.feature_names) != tuple(self.feature_names):
                raise ValueError(
                    f"the training part, {self.name}, has the columns"
                    f" {', '.join(self.feature_names)}, but {other.name} has"
                    f" {', '.join(other.feature_names)}: give both the same, in the same order"
                )
        scaler = Standardizer.of(self.x)
        parts = [replace(part, x=scaler.transform(part.x), truth=None) for part in (self, *others)]
        return parts[0] if not others else tuple(parts)


@dataclass(frozen=True)
class Standardizer:
    """Moves the columns of an array to (x − mean) / standard deviation.

    >>> scaler = Standardizer.of(np.array([[1.0], [3.0]]))
    >>> scaler.transform(np.array([[5.0]]))
    array([[3.]])
    """

    center: np.ndarray  # of each column: its mean, unless chosen otherwise
    scale: np.ndarray  # its standard deviation, likewise

    @classmethod
    def of(cls, values: np.ndarray) -> Standardizer:
        """The one that gives the columns of `values` mean 0 and standard deviation 1."""
        return cls(*mean_and_deviation(values))

    def transform(self, values: np.ndarray) -> np.ndarray:
        return (values - self.center) / self.scale


def mean_and_deviation(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean and standard deviation of each column; 1 for a constant one, to divide by."""
    constant = values.min(axis=0) == values.max(axis=0)
    return values.mean(axis=0), np.where(constant, 1.0, values.std(axis=0))


# --- CSV files ------------------------------------------------------------------------------


def read_csv(
    path: str | os.PathLike,
    target: str,
    *,
    columns: Sequence[str] | None = None,
    missing: str = "drop",
    task: str | None = None,
    name: str | None = None,
    card: str | None = None,
) -> Dataset:
    """Read a CSV file with a header row.

    Parameters
    ----------
    target : str
        The column to predict. Text gives classes, in alphabetical order; numbers give regression,
        unless they are at most 10 different integers, each there twice or more on average;
        `task` decides otherwise.
    columns : sequence of str, optional
        The columns to predict from; all others unless given. A column that holds text becomes one
        column of 0 and 1 per category.
    missing : {"drop", "impute", "error"}
        Rows with missing cells (empty, NA, NaN, null, none, ?) are dropped; or a cell is filled in
        with the median, or the most frequent category, of its column (of the whole file: what is
        filled in knows a little of the test rows); or they are an error. A row without a target
        cannot be filled in, only dropped. The card says what happened, with line numbers.

    ValueError says what is wrong with the file, and in which line.
    """
    if missing not in ("drop", "impute", "error"):
        raise ValueError(f'missing must be "drop", "impute" or "error", not {missing!r}')
    from pathlib import Path  # only now, so that `import tinynet` stays fast

    path = Path(path)
    header, rows, lines = _read_rows(path)
    known = dict.fromkeys(header)
    for column in (target, *(columns or ())):
        lookup(f"column in {path.name}", column, known)
    features = [c for c in (columns or header) if c != target]
    if not features:
        raise ValueError(f"{path.name}: there is no column besides the target {target!r}")
    table = {c: [row[i] for row in rows] for i, c in enumerate(header) if c in (*features, target)}
    complete, notes = _without_missing(path.name, table, lines, target, missing)
    lines = [lines[i] for i in complete]
    table = {c: [cells[i] for i in complete] for c, cells in table.items()}
    for column in features:
        table[column], note = _imputed(column, table[column], lines)
        notes += note
    x, names = _feature_matrix(path.name, {c: table[c] for c in features}, lines)
    y, target_names, task = _targets(path.name, target, table[target], lines, task)
    text = [f"# {path.name}", "", f"Read from {path}.", *notes] if card is None else [card]
    return Dataset(name or path.stem, x, y, names, target_names, task, "\n".join(text))


def _read_rows(path: Any) -> tuple[list[str], list[list[str]], list[int]]:
    """The header, the rows and the line number of each, with every row of the right length."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            content = list(_numbered_rows(file))
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder, not a CSV file") from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} is not UTF-8 text: {error.reason}; save it as UTF-8"
        ) from None
    except csv.Error as error:
        raise ValueError(f"{path.name} is not a CSV file: {error}") from None
    if not content:
        raise ValueError(f"{path.name} is empty")
    header = content[0][0]
    if len(header) == 1 and ";" in header[0]:
        raise ValueError(f"{path.name} is separated by semicolons: save it with commas")
    twice = [column for column, count in Counter(header).items() if count > 1]
    if twice:
        raise ValueError(f"{path.name}: the column {twice[0]!r} stands in the header twice")
    if len(content) == 1:
        raise ValueError(f"{path.name} has a header but no rows")
    for row, line in content[1:]:
        if len(row) != len(header):
            raise ValueError(
                f"{path.name}, line {line}: {len(row)} fields, but the header has {len(header)}"
            )
    rows, lines = zip(*content[1:], strict=True)
    return header, list(rows), list(lines)


def _numbered_rows(file: TextIO) -> Iterator[tuple[list[str], int]]:
    """The cells of each row that is not blank, and the line in which it begins."""
    reader, line = csv.reader(file, skipinitialspace=True), 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) or len(cells) > 1:
            yield cells, line
        line = reader.line_num + 1


def _is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


def _without_missing(
    name: str, table: dict[str, list[str]], lines: list[int], target: str, missing: str
) -> tuple[list[int], list[str]]:
    """The positions of the rows to keep, and a note on those that are dropped."""
    reasons, dropped = [], set()
    for column, cells in table.items():
        rows = [i for i, cell in enumerate(cells) if _is_missing(cell)]
        if not rows or (missing == "impute" and column != target):
            continue
        where = f"{column} is missing in {_listed([lines[i] for i in rows])}"
        if missing == "error":
            raise ValueError(
                f'{name}: {where}; use missing="drop" to drop these rows, or missing="impute" to'
                " fill them in"
            )
        reasons.append(where)
        dropped.update(rows)
    complete = [i for i in range(len(lines)) if i not in dropped]
    if not complete:
        can_fill = missing == "drop" and not all(map(_is_missing, table[target]))
        advice = '; try missing="impute"' if can_fill else ""
        raise ValueError(f"{name}: every row has a missing value{advice}")
    count = f"{len(dropped)} row{'s' * (len(dropped) > 1)}"
    return complete, [f"Dropped {count}: {'; '.join(reasons)}."] if reasons else []


def _imputed(column: str, cells: list[str], lines: Sequence[int]) -> tuple[list[str], list[str]]:
    """The column with its gaps filled in, and a note where there were any."""
    present = [cell for cell in cells if not _is_missing(cell)]
    gaps = [line for cell, line in zip(cells, lines, strict=True) if _is_missing(cell)]
    if not gaps:
        return cells, []
    if not present:
        raise ValueError(f"the column {column!r} holds no values at all: leave it out")
    if _are_numbers(present):
        how, value = "median", repr(float(np.median([float(cell) for cell in present])))
    else:
        how, value = "most frequent value", Counter(present).most_common(1)[0][0]
    filled = [value if _is_missing(cell) else cell for cell in cells]
    what = f"{len(gaps)} missing cell{'s' * (len(gaps) > 1)} of {column}"
    return filled, [f"Filled in {what} with the {how}, {value}: {_listed(gaps)}."]


def _are_numbers(cells: Iterable[str]) -> bool:
    """Python also reads 1_000 as a number; in a file that is a name."""
    try:
        return bool([float(cell.replace("_", "text")) for cell in cells])
    except ValueError:
        return False


def _feature_matrix(
    name: str, table: dict[str, list[str]], lines: list[int]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers as they are, categories one-hot: the matrix and the names of its columns."""
    matrix, names = [], []
    for column, cells in table.items():
        if _are_numbers(cells):
            values = _finite(name, column, cells, lines)
            matrix.append(values)
            names.append(column)
            continue
        for category in sorted(set(cells)):
            matrix.append(np.array([float(cell == category) for cell in cells]))
            names.append(f"{column}={category}")
    return np.stack(matrix, axis=1), tuple(names)


def _finite(name: str, column: str, cells: list[str], lines: list[int]) -> np.ndarray:
    values = np.array([float(cell) for cell in cells])
    if not np.isfinite(values).all():
        line = lines[int(np.argmin(np.isfinite(values)))]
        raise ValueError(f"{name}, line {line}: {column} is infinite")
    return values


def _targets(
    name: str, column: str, cells: list[str], lines: list[int], task: str | None
) -> tuple[np.ndarray, tuple[str, ...], str]:
    """The targets, their names, and the task."""
    if task is not None and task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, not {task!r}")
    numbers = _finite(name, column, cells, lines) if _are_numbers(cells) else None
    if task == "regression" and numbers is None:
        raise ValueError(f"{name}: the target {column} holds text, so it is not a regression")
    if numbers is not None and (task == "regression" or not (task or _few_integers(numbers))):
        return numbers[:, None], (column,), "regression"
    values = np.array(cells) if numbers is None else numbers + 0.0  # −0 is 0
    distinct, ids = np.unique(values, return_inverse=True)
    classes = tuple(map(_label, distinct.tolist()))
    if len(classes) < 2:
        raise ValueError(f"{name}: the target {column} has only one value, {classes[0]!r}")
    if task == "binary" and len(classes) > 2:
        raise ValueError(f"{name}: the target {column} has {len(classes)} values: not binary")
    return ids, classes, task or ("binary" if len(classes) == 2 else "multiclass")


def _label(value: Any) -> str:
    """The name of a class: text as it is, 1.0 as "1"."""
    return value if isinstance(value, str) else repr(value).removesuffix(".0")


def _few_integers(values: np.ndarray) -> bool:
    distinct = np.unique(values)
    integers = bool(np.all(distinct == np.round(distinct)))
    return integers and len(distinct) <= min(10, len(values) / 2)


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
    return f"line{'s' if len(lines) > 1 else ''} {shown}"
