"""Answers: what a model says about its data, as one array that can be drawn.

The one idea: the picture follows the task, and is the same at every epoch but for one array: the
regions of classes in a plane, a curve through the data, a confusion matrix, or predictions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import Dataset
from ..functional import sigmoid, softmax

__all__ = ["Answer", "Confusion", "Curve", "Predictions", "Regions", "answer_for"]

CELLS, POINTS = 60, 200  # of the regions, on a side; of a curve
_MOST = 1000  # rows of data that are shown
_CLASSES = 40  # of a confusion matrix; the last takes all others


@dataclass(frozen=True, eq=False)
class Answer:
    """A picture of what a model answers.

    Attributes
    ----------
    asked : ndarray of shape (M, features)
        The inputs that the model is asked about.
    points, targets : ndarray
        Rows of the data and what is right for them: class ids, or numbers.
    axes, classes : tuple of str
        The names of features and target, and of the classes.
    box : pair of ndarray, optional
        The lower left and the upper right corner of the picture.
    """

    asked: np.ndarray
    points: np.ndarray
    targets: np.ndarray
    axes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    box: tuple[np.ndarray, np.ndarray] | None = None

    def of(self, y_pred: np.ndarray, made_by: str) -> np.ndarray:
        """The array to draw, from the model's output for `asked` and the operation it ends in."""
        raise NotImplementedError


class Regions(Answer):
    """Probabilities (60, 60, C) on a grid over the plane of two features, the lowest row first."""

    def of(self, y_pred: np.ndarray, made_by: str) -> np.ndarray:
        return _probabilities(y_pred, made_by).reshape(CELLS, CELLS, -1).astype(np.float32)


class Curve(Answer):
    """The predicted numbers (200,) at evenly spaced places of the one feature."""

    def of(self, y_pred: np.ndarray, made_by: str) -> np.ndarray:
        return y_pred[:, 0]


class Confusion(Answer):
    """How often each class (row) is taken for each other (column): counts (C, C)."""

    def of(self, y_pred: np.ndarray, made_by: str) -> np.ndarray:
        said = np.argmax(_probabilities(y_pred, made_by), axis=1)
        counts = np.zeros((len(self.classes),) * 2, dtype=int)
        last = len(counts) - 1
        np.add.at(counts, (np.minimum(self.targets, last), np.minimum(said, last)), 1)
        return counts


class Predictions(Answer):
    """The predicted numbers (M,), to be drawn against `targets`."""

    def of(self, y_pred: np.ndarray, made_by: str) -> np.ndarray:
        return y_pred[:, : self.targets.size // len(y_pred)].ravel()


def answer_for(data: Any, train: tuple, new: tuple, columns: int) -> Answer:
    """What fits the data, for a model with so many output columns.

    `data` may be a Dataset, which knows names. A plane or a curve shows the training data (x, y);
    a confusion matrix or predictions tell more about `new` data.
    """
    numbers = _class_ids(train[1], columns) is None
    plane = train[0].shape[1:] == ((1,) if numbers else (2,)) and columns <= _CLASSES
    x, y = _some(train if plane else new)
    features, targets = _names(data, x)
    if numbers:
        if not (plane and y.size == len(y)):
            return Predictions(x, x, y.ravel(), targets[:1])
        low, high = _box(np.column_stack([x, y]))
        asked = np.linspace(low[0], high[0], POINTS, dtype=x.dtype)[:, None]
        return Curve(asked, x, y.ravel(), features + targets[:1], box=(low, high))
    ids: Any = _class_ids(y, columns)
    count = max(columns, 2)
    classes = targets if len(targets) == count else tuple(f"class {i}" for i in range(count))
    if plane:
        low, high = _box(x)
        return Regions(_grid(low, high).astype(x.dtype), x, ids, features, classes, (low, high))
    if count > _CLASSES:
        classes = (*classes[: _CLASSES - 1], "others")
    return Confusion(x, x, ids, ("class",), classes)


def _some(part: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """At most 1000 rows of x and y, by chance, but the same in every run."""
    rows = np.sort(np.random.default_rng(0).permutation(len(part[0]))[:_MOST])
    return part[0][rows], part[1][rows]


def _names(data: Any, x: np.ndarray) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the features and of the targets."""
    if isinstance(data, Dataset):
        return data.feature_names, data.target_names
    count = x.shape[1] if x.ndim == 2 else 0
    return tuple(f"x{i}" for i in range(count)) if count > 1 else ("x",), ("y",)


def _class_ids(y: np.ndarray, columns: int) -> np.ndarray | None:
    """y as class ids (N,), or None where it holds numbers to predict."""
    if columns > 1 and y.shape == (len(y), columns):
        shares = np.all(y >= 0) and np.allclose(np.sum(y, axis=1), 1)
        return np.argmax(y, axis=1) if shares else None
    known = [{0, 1}, {-1, 1}] if columns == 1 else [set(range(columns))]
    kinds = set(np.unique(y).tolist())
    if y.size != len(y) or not any(kinds <= ids for ids in known):
        return None
    return np.maximum(y.ravel(), 0).astype(int)


def _box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest value of each column, with a margin."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    margin = np.where(high > low, 0.06 * (high - low), 1.0)
    return low - margin, high + margin


def _grid(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The middles of the cells between two corners, row by row: (3600, 2)."""
    middles = low + (np.arange(CELLS)[:, None] + 0.5) / CELLS * (high - low)  # (60, 2)
    across, up = np.meshgrid(*middles.T)
    return np.column_stack([across.ravel(), up.ravel()])


def _probabilities(y_pred: np.ndarray, made_by: str) -> np.ndarray:
    """The probability of each class, from probabilities or from logits: (N, columns) → (N, C)."""
    squash = sigmoid if y_pred.shape[1] == 1 else softmax
    p = y_pred if made_by in ("sigmoid", "softmax") else squash(y_pred)
    return np.hstack([1 - p, p]) if p.shape[1] == 1 else p
