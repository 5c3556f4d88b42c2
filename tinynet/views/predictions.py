"""What a model predicts, as one array that can be drawn, and what is drawn around it.

The picture follows the task: the regions of classes in a plane, a curve through the data, a
confusion matrix, or predictions against true values. Only its array changes from epoch to epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import metrics
from ..data import Dataset
from ..functional import sigmoid, softmax

CELLS, POINTS = 60, 200  # of the regions, on a side; of a curve
_MOST = 1000  # rows of data that are shown
_CLASSES = 40  # of a confusion matrix; the last takes all others


@dataclass(frozen=True, eq=False)
class Answer:
    """A picture of what a model predicts.

    Attributes
    ----------
    inputs : ndarray of shape (M, features)
        What the model predicts for.
    points, targets : ndarray
        Rows of the data and their true values: class ids, or numbers.
    axes, classes : tuple of str
        The names on the axes of the picture, and of the classes.
    box : pair of ndarray
        The lower left and the upper right corner of the picture; empty for a confusion matrix.
    features : tuple of str
        The names of the features.
    rows : ndarray of shape (M,)
        Where in its part of the data each of the points stands.
    image_shape : pair of int, optional
        Where the features are pixels: the rows and columns of an image.
    """

    inputs: np.ndarray
    points: np.ndarray
    targets: np.ndarray
    axes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    box: tuple[np.ndarray, ...] = ()
    features: tuple[str, ...] = ()
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    image_shape: tuple[int, int] | None = None

    def values(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        """The array to draw, from the output for `inputs` and the operation that made it."""
        raise NotImplementedError

    def said(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        """The class that each of the points is taken for; none where numbers are predicted."""
        return class_ids(y_pred, operation) if self.classes else np.array([], dtype=int)

    def wrong(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        """Which of the points are taken for another class, from the output for `points`."""
        said = self.said(y_pred, operation)
        return np.flatnonzero(said != self.targets) if self.classes else said


class Regions(Answer):
    """Probabilities (60, 60, C) on a grid over the plane of two features, the lowest row first."""

    def values(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        return _probabilities(y_pred, operation).reshape(CELLS, CELLS, -1).astype(np.float32)


class Curve(Answer):
    """The predicted numbers (200,) at evenly spaced places of the one feature."""

    def values(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        return y_pred[:, 0]


class Confusion(Answer):
    """How often each class (row) is taken for each other (column): counts (C, C)."""

    def values(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        last = len(self.classes) - 1
        predicted = np.minimum(class_ids(y_pred, operation), last)
        true = np.minimum(self.targets, last)
        return metrics.confusion(true, predicted, kind="ids", classes=last + 1)


class Predictions(Answer):
    """The predicted numbers (M,), to be drawn against `targets`."""

    def values(self, y_pred: np.ndarray, operation: str) -> np.ndarray:
        return y_pred[:, : self.targets.size // len(y_pred)].ravel()


def answer_for(data: Any, train: tuple, new: tuple, columns: int) -> Answer:
    """What fits the data, for a model with so many output columns.

    `data` may be a Dataset, which knows names. A plane or a curve shows the training data (x, y);
    a confusion matrix or predictions tell more about `new` data.
    """
    regression = _labels(train[1], columns) is None
    plane = train[0].shape[1:] == ((1,) if regression else (2,)) and columns <= _CLASSES
    x, y = train if plane else new
    rows = sample(len(x), _MOST)
    made = _drawn(data, x[rows], y[rows], columns, plane)
    shape = data.image_shape if isinstance(data, Dataset) else None
    return replace(made, features=_names(data, x)[0], rows=rows, image_shape=shape)


def _drawn(data: Any, x: np.ndarray, y: np.ndarray, columns: int, plane: bool) -> Answer:
    """The answer for these rows, in a plane or not."""
    features, targets = _names(data, x)
    labels = _labels(y, columns)
    if labels is None:
        if not (plane and y.size == len(y)):
            square = box_around(np.column_stack([y.ravel(), y.ravel()]))
            return Predictions(x, x, y.ravel(), targets[:1], box=square)
        low, high = box_around(np.column_stack([x, y]))
        inputs = np.linspace(low[0], high[0], POINTS, dtype=x.dtype)[:, None]
        return Curve(inputs, x, y.ravel(), features + targets[:1], box=(low, high))
    count = max(columns, 2)
    classes = targets if len(targets) == count else tuple(f"class {i}" for i in range(count))
    if plane:
        low, high = box_around(x)
        inputs = grid(low, high, CELLS).astype(x.dtype)
        return Regions(inputs, x, labels, features, classes, (low, high))
    if count > _CLASSES:
        classes = (*classes[: _CLASSES - 1], "others")
    return Confusion(x, x, labels, ("class",), classes)


def _names(data: Any, x: np.ndarray) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the features and of the targets."""
    if isinstance(data, Dataset):
        return data.feature_names, data.target_names
    count = x.shape[1] if x.ndim == 2 else 0
    return tuple(f"x{i}" for i in range(count)) if count > 1 else ("x",), ("y",)


def _labels(y: np.ndarray, columns: int) -> np.ndarray | None:
    """y as class ids (N,), or None where it holds numbers to predict."""
    if columns > 1 and y.shape == (len(y), columns):
        probabilities = np.all(y >= 0) and np.allclose(np.sum(y, axis=1), 1)
        return np.argmax(y, axis=1) if probabilities else None
    known = [{0, 1}, {-1, 1}] if columns == 1 else [set(range(columns))]
    values = set(np.unique(y).tolist())
    if y.size != len(y) or not any(values <= ids for ids in known):
        return None
    return np.maximum(y.ravel(), 0).astype(int)


def sample(length: int, size: int) -> np.ndarray:
    """At most `size` of so many rows, in order; random, but the same in every run."""
    return np.sort(np.random.default_rng(0).permutation(length)[:size])


def box_around(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest value of each column, with a margin."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    margin = np.where(high > low, 0.06 * (high - low), 1.0)
    return low - margin, high + margin


def grid(low: np.ndarray, high: np.ndarray, cells: int) -> np.ndarray:
    """The centres of cells between two corners, row by row: (cells², 2)."""
    centres = low + (np.arange(cells)[:, None] + 0.5) / cells * (high - low)  # (cells, 2)
    return np.stack(np.meshgrid(*centres.T), axis=-1).reshape(-1, 2)


def made_by(output: Any) -> str:
    """The operation that a model's output comes from, such as "sigmoid"."""
    node = getattr(output, "node", None)
    return node.operation.__name__ if node else ""


def class_ids(y_pred: np.ndarray, operation: str) -> np.ndarray:
    """The most probable class of each row: (N,); one column is a logit, or made by a sigmoid."""
    if y_pred.size > len(y_pred):
        return np.argmax(y_pred, axis=1)
    return (y_pred.ravel() > (0.5 if operation == "sigmoid" else 0)).astype(int)


def _probabilities(y_pred: np.ndarray, operation: str) -> np.ndarray:
    """The probability of each class, from probabilities or from logits: (N, columns) → (N, C)."""
    squash = sigmoid if y_pred.shape[1] == 1 else softmax
    p = y_pred if operation in ("sigmoid", "softmax") else squash(y_pred)
    return np.hstack([1 - p, p]) if p.shape[1] == 1 else p
