"""Data: a Dataset is two arrays and everything a reader must know about them.

The one idea: what is learned from data (the mean, the scale, the categories) is learned from the
training part only; `split` and `standardize` make the right way the short way. `read_csv` brings a
file of one's own, and says what it dropped or filled in.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ._names import lookup

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

    ValueError for empty data, NaN or inf, lengths that differ, or ids that are no class.

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

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"{self.name}: the task must be one of {TASKS}, not {self.task!r}")
        regression = self.task == "regression"
        x = np.asarray(self.x, dtype=np.float64)
        y = np.asarray(self.y, dtype=np.float64 if regression else np.int64)
        if x.ndim != 2:
            raise ValueError(f"{self.name}: x must have shape (rows, features), not {x.shape}")
        if len(x) == 0:
            raise ValueError(f"{self.name}: the dataset is empty")
        if len(x) != len(y):
            raise ValueError(f"{self.name}: x has {len(x)} rows but y has {len(y)}")
        y = y.reshape(len(y), -1) if regression else y.reshape(-1)
        for which, array in (("x", x), ("y", y)):
            if not np.isfinite(array).all():
                bad = np.argwhere(~np.isfinite(array))
                raise ValueError(
                    f"{self.name}: {which} holds NaN or inf in {len(bad)} places, first in row"
                    f" {bad[0, 0]}, column {bad[0, -1]}: drop such rows or fill in the values"
                )
        if not regression and not (y.min() >= 0 and y.max() < len(self.target_names)):
            raise ValueError(
                f"{self.name}: class ids must be 0 to {len(self.target_names) - 1}, but they range"
                f" from {y.min()} to {y.max()}"
            )
        object.__setattr__(self, "x", x)  # the fields are frozen for everybody else
        object.__setattr__(self, "y", y)

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
        """Cut into disjoint random parts; with `stratify` each has the same share of every class.

        Stratified unless it is regression. ValueError where the fractions are not positive, sum to
        more than 1, or leave a part without rows.

        >>> from tinynet.datasets import load_iris
        >>> [len(part) for part in load_iris().split((0.8, 0.2), rng=0)]
        [120, 30]
        """
        if min(fractions, default=0) <= 0 or sum(fractions) > 1 + 1e-9:
            raise ValueError(f"fractions must be above 0 and sum to at most 1, not {fractions}")
        rng = np.random.default_rng(rng)
        stratify = self.task != "regression" if stratify is None else stratify
        order = rng.permutation(len(self))
        if stratify:
            order = _interleaved(order, self.y.reshape(-1))
        ends = [round(end) for end in np.cumsum([0.0, *fractions]) * len(self)]
        parts = [order[a:b] for a, b in zip(ends, ends[1:], strict=False)]
        if not all(map(len, parts)):
            raise ValueError(f"{len(self)} rows are too few to split into {tuple(fractions)}")
        return tuple(self.take(rng.permutation(part)) for part in parts)

    def standardize(self, *others: Dataset) -> Any:
        """Scale each column to mean 0 and deviation 1, with the figures of this, the training part.

        The others are scaled with the same figures, so that nothing of them is known in training:
        ``train, validation, test = train.standardize(validation, test)``. Alone it returns just
        the Dataset. A constant column is only shifted. y stays as it is.
        """
        mean, deviation = self.x.mean(axis=0), self.x.std(axis=0)
        deviation[deviation == 0] = 1
        parts = [replace(part, x=(part.x - mean) / deviation) for part in (self, *others)]
        return parts[0] if not others else tuple(parts)


def _interleaved(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Reorder such that every class is spread evenly from first to last."""
    position = np.empty(len(order))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels[order] == label)
        position[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return order[np.argsort(position, kind="stable")]


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
        unless they are at most 10 different whole numbers, each found twice or more on average;
        `task` decides otherwise.
    columns : sequence of str, optional
        The columns to predict from; all others unless given. A column that holds text becomes one
        column of 0 and 1 per category.
    missing : {"drop", "impute", "error"}
        Rows with missing cells (empty, NA, NaN, null, none, ?) are dropped; or a cell is filled in
        with the median, or the most frequent category, of its column; or they are an error. Rows
        without a target are always dropped. The card says what happened, with line numbers.

    ValueError says what is wrong with the file, and in which line.
    """
    if missing not in ("drop", "impute", "error"):
        raise ValueError(f'missing must be "drop", "impute" or "error", not {missing!r}')
    path = Path(path)
    header, rows, lines = _read_rows(path)
    known = dict.fromkeys(header)
    for column in (target, *(columns or ())):
        lookup(f"column in {path.name}", column, known)
    features = [c for c in (columns or header) if c != target]
    if not features:
        raise ValueError(f"{path.name}: there is no column beside the target {target!r}")
    table = {c: [row[i] for row in rows] for i, c in enumerate(header) if c in (*features, target)}
    kept, notes = _without_missing(path.name, table, lines, target, missing)
    table = {c: [cells[i] for i in kept] for c, cells in table.items()}
    for column in features:
        filled, note = _imputed(column, table[column])
        table[column] = filled
        notes += note
    x, names = _feature_matrix(path.name, {c: table[c] for c in features}, [lines[i] for i in kept])
    y, target_names, found = _targets(path.name, target, table[target], task)
    text = [f"# {path.name}", "", f"Read from {path}.", *notes] if card is None else [card]
    return Dataset(name or path.stem, x, y, names, target_names, found, "\n".join(text))


def _read_rows(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """The header, the rows and the line number of each, with every row of the right length."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            content = [([c.strip() for c in row], reader.line_num) for row in reader if row]
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


def _is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


def _without_missing(
    name: str, table: dict[str, list[str]], lines: list[int], target: str, missing: str
) -> tuple[list[int], list[str]]:
    """The positions of the rows to keep, and notes on those that are dropped."""
    notes, dropped = [], set()
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
        notes.append(f"Dropped {len(rows)} rows: {where}.")
        dropped.update(rows)
    kept = [i for i in range(len(lines)) if i not in dropped]
    if not kept:
        raise ValueError(f'{name}: every row has a missing value; try missing="impute"')
    return kept, notes


def _imputed(column: str, cells: list[str]) -> tuple[list[str], list[str]]:
    """The column with its gaps filled in, and a note where there were any."""
    present = [cell for cell in cells if not _is_missing(cell)]
    gaps = len(cells) - len(present)
    if not gaps:
        return cells, []
    if not present:
        raise ValueError(f"the column {column!r} holds no values at all: leave it out")
    if _are_numbers(present):
        how, value = "median", repr(float(np.median([float(cell) for cell in present])))
    else:
        how, value = "most frequent value", Counter(present).most_common(1)[0][0]
    filled = [value if _is_missing(cell) else cell for cell in cells]
    return filled, [f"Filled in {gaps} missing cells of {column} with the {how}, {value}."]


def _are_numbers(cells: Iterable[str]) -> bool:
    try:
        return bool([float(cell) for cell in cells])
    except ValueError:
        return False


def _feature_matrix(
    name: str, table: dict[str, list[str]], lines: list[int]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers as they are, categories one-hot: the matrix and the names of its columns."""
    matrix, names = [], []
    for column, cells in table.items():
        if _are_numbers(cells):
            values = np.array([float(cell) for cell in cells])
            if not np.isfinite(values).all():
                line = lines[int(np.argmin(np.isfinite(values)))]
                raise ValueError(f"{name}, line {line}: {column} is infinite")
            matrix.append(values)
            names.append(column)
            continue
        for category in sorted(set(cells)):
            matrix.append(np.array([float(cell == category) for cell in cells]))
            names.append(f"{column}={category}")
    return np.stack(matrix, axis=1), tuple(names)


def _targets(
    name: str, column: str, cells: list[str], task: str | None
) -> tuple[np.ndarray, tuple[str, ...], str]:
    """The targets, their names, and the task."""
    numbers = np.array([float(c) for c in cells]) if _are_numbers(cells) else None
    if task is None:
        task = "classes" if numbers is None or _few_whole_numbers(numbers) else "regression"
    elif task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, not {task!r}")
    if task == "regression":
        if numbers is None:
            raise ValueError(f"{name}: the target {column} holds text, so it is no regression")
        return numbers[:, None], (column,), task
    if numbers is not None:
        cells = [f"{number:g}" for number in numbers]
    order = sorted(set(cells)) if numbers is None else [f"{v:g}" for v in np.unique(numbers)]
    if len(order) < 2:
        raise ValueError(f"{name}: the target {column} has only one value, {order[0]!r}")
    ids = {label: i for i, label in enumerate(order)}
    found = "binary" if len(order) == 2 else "multiclass"
    return np.array([ids[cell] for cell in cells]), tuple(order), found


def _few_whole_numbers(values: np.ndarray) -> bool:
    distinct = np.unique(values)
    whole = bool(np.all(distinct == np.round(distinct)))
    return whole and len(distinct) <= min(10, len(values) / 2)


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
    return f"line{'s' if len(lines) > 1 else ''} {shown}"
