"""Targets: a Dataset or an array, checked, and of which kind they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.methods import raw

NUMBERS, POSITIVE, AMOUNTS = "numbers", "positive numbers", "amounts with zeros"
COUNTS, FRACTIONS, COLUMNS = "counts", "fractions from 0 to 1", "several columns of numbers"
BINARY, SIGNS, CLASSES = "two classes", "two classes as −1 and 1", "several classes"
LABELS, ROWS = "several labels at once", "rows of probabilities"

COUNTABLE = 1e12  # nobody counts further
OF_NUMBERS = ("mean", "median", "quantile", "width", "ratio")  # goals that only numbers have
OF_CLASSES = ("probability", "decision", "order")
FEW, MOST_ROWS = 30, 10_000
NEIGHBOURS = 10  # of which a row must have as many, for features to be of use

Reading = tuple[str, np.ndarray, str]  # the kind, the targets, a note or ""


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets in a fixed order, that is by size, so that the order of the rows decides nothing."""

    name: str
    kind: str
    y: np.ndarray
    x: np.ndarray | None
    notes: tuple[str, ...]


def read(data: Any, goal: str | None, x: Any) -> Targets:
    """The targets of a Dataset or an array, checked, in order, and of which kind they are."""
    name, task = "targets", None
    notes: list[str] = []
    if isinstance(data, Dataset):
        if x is not None:
            raise TypeError(f"{data.name} is a Dataset and brings its own features: leave x out")
        name, task, x, y = data.name, data.task, data.x, data.y
        if task == "multiclass" and all(n.lstrip("-").isdigit() for n in data.target_names):
            notes.append('The classes are named by numbers: if they have an order, goal="order".')
    else:
        y = _array(data, notes)
    column = y.ndim == 2 and y.shape[1] == 1
    floats = column and task is None and np.asarray(raw(data)).dtype.kind == "f"
    if column:
        y = y[:, 0]
    x = None if x is None else _features(x, len(y))
    y, x, thinned = _in_order(y, x)
    kind, y, note = _read_rows(y) if y.ndim == 2 else _read_column(y, task, goal, floats)
    few = f"Only {len(y)} targets: the fractions below are rough." if len(y) < FEW else ""
    useful = x is not None and len(y) > NEIGHBOURS and y.ndim == 1
    notes += filter(None, (thinned, note, few))
    return Targets(name, kind, y, x if useful else None, tuple(notes))


# --- checked arrays ---------------------------------------------------------------------------


def _array(data: Any, notes: list[str]) -> np.ndarray:
    """Targets as floats; names of classes become their numbers."""
    if data is None or isinstance(data, (str, bytes, Mapping)):
        raise TypeError(
            f"suggest takes a Dataset or an array of targets, not {type(data).__name__}: for"
            ' example suggest(tn.datasets.load("moons")), or suggest(y, x=x)'
        )
    try:
        y = np.asarray(raw(data))
    except ValueError:
        raise ValueError("the targets are rows of different lengths: give an array") from None
    if y.size == 0:
        raise ValueError(f"there are no targets: y has shape {y.shape}")
    if y.ndim not in (1, 2):
        raise ValueError(f"y must have shape (N,) or (N, columns), not {y.shape}: reshape it")
    if y.dtype.kind == "O":
        _refuse_missing("y", [i for i, v in enumerate(y.flat) if v is None or v != v])
    if y.dtype.kind in "US" or (y.dtype.kind == "O" and all(isinstance(v, str) for v in y.flat)):
        _, ids = np.unique(y, return_inverse=True)
        notes.append("The classes have names; y = np.unique(names, return_inverse=True)[1].")
        return ids.reshape(y.shape).astype(float) + 0.0
    return _finite("y", y)


def _finite(which: str, array: np.ndarray) -> np.ndarray:
    """The array as floats; TypeError if it holds anything but numbers, ValueError for NaN."""
    try:
        if array.dtype.kind in "cMm":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"{which} must hold numbers, or only names of classes, not {array.dtype} values:"
            " look at its first entries"
        ) from None
    _refuse_missing(which, np.flatnonzero(~np.isfinite(array)).tolist())
    return array


def _refuse_missing(which: str, where: Sequence[int]) -> None:
    if where:
        raise ValueError(
            f"{which} holds NaN, None or inf in {len(where)} places, first at number {where[0]}:"
            " drop these rows, or fill the values in, before choosing a loss"
        )


def _features(x: Any, rows: int) -> np.ndarray:
    x = _finite("x", np.asarray(raw(x)))
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or len(x) != rows:
        raise ValueError(f"x must have shape ({rows}, features), as y has {rows} rows: {x.shape}")
    return x


def _in_order(y: np.ndarray, x: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None, str]:
    """The rows sorted by y, then by x; of many, with features, every so many; and a note."""
    columns = [*np.atleast_2d(y.T)] + ([] if x is None else [*x.T])
    order, note = np.lexsort(columns[::-1]), ""
    if x is not None and len(y) > MOST_ROWS:
        step = -(-len(y) // MOST_ROWS)
        note = f"Of {len(y)} rows, sorted by y, one in {step} is looked at."
        order = order[::step]
    return y[order], None if x is None else x[order], note


# --- of which kind they are -------------------------------------------------------------------


def _read_rows(y: np.ndarray) -> Reading:
    sums_to_1 = np.allclose(y.sum(axis=1), 1) and y.min() >= 0
    if np.all((y == 0) | (y == 1)):
        if not sums_to_1:
            return LABELS, y, ""
        note = "Each row has a single 1: y = y.argmax(axis=1), below, is the class."
        return _read_classes(y.argmax(axis=1), note)
    return ROWS if sums_to_1 else COLUMNS, y, ""


def _read_column(y: np.ndarray, task: str | None, goal: str | None, floats: bool) -> Reading:
    """One number for each row; numbers to predict are floats (N, 1), class ids are (N,)."""
    if task == "regression" or (task is None and goal in OF_NUMBERS):
        return _read_numbers(y)
    if task or (_whole(y) and (goal in OF_CLASSES or len(np.unique(y)) <= 2)):
        return _read_classes(y)
    if not (_whole(y) and _like_classes(y)):
        return _read_numbers(y)
    values = np.unique(y)
    few = f"{len(values)} whole numbers, {values[0]:g} to {values[-1]:g}, {len(y)} rows"
    if floats:
        kind, y, note = _read_numbers(y)
        return kind, y, f"{few}, but floats of shape (N, 1), where class ids are (N,): {note}"
    note = f'{few}: taken as classes; if they count or measure something, goal="mean" says so.'
    return _read_classes(y, note)


def _whole(y: np.ndarray) -> bool:
    return bool(np.all(y == np.round(y)))


def _like_classes(y: np.ndarray) -> bool:
    """No gaps, at most 20 values, each there twice on average, and the largest not very rare.

    A guess: nothing in the numbers 0, 1, 2 says whether they count or name something.
    """
    values, counts = np.unique(y, return_counts=True)
    no_gaps = values[0] in (0, 1) and len(values) == values[-1] - values[0] + 1
    like_counts = len(values) >= 4 and counts[-1] < 0.1 * counts.max()
    return bool(no_gaps and len(values) <= min(20, len(y) / 2) and not like_counts)


def _read_classes(y: np.ndarray, note: str = "") -> Reading:
    values, ids = np.unique(y, return_inverse=True)
    if len(values) == 1:
        raise ValueError(_constant(values[0]))
    if values.tolist() == [-1, 1]:
        return SIGNS, y, note
    if not np.array_equal(values, np.arange(len(values))):
        numbers = f"{values[0]:g} to {values[-1]:g}"
        note += f" The classes, {numbers}, are numbered: y = np.unique(y, return_inverse=True)[1]."
    return BINARY if len(values) == 2 else CLASSES, ids.reshape(-1), note.strip()


def _read_numbers(y: np.ndarray) -> Reading:
    low, high, whole = y.min(), y.max(), _whole(y)
    if low == high:
        raise ValueError(_constant(low))
    if low >= 0 and high <= 1:
        return FRACTIONS, y, "All lie from 0 to 1: taken as fractions, not as scaled numbers."
    if whole and low >= 0 and high < COUNTABLE and np.median(y) < 100:
        return COUNTS, y, 'Whole numbers, taken as counts; for classes, goal="probability".'
    if low > 0:
        return POSITIVE, y, "Whole numbers, but large: taken as measured." if whole else ""
    return AMOUNTS if low == 0 else NUMBERS, y, ""


def _constant(value: float) -> str:
    return (
        f"every target is {value:g}, so whatever the loss, the best model says {value:g}: look"
        " whether this is the right column"
    )
