"""Metrics: numbers for people, where a loss is a number for the optimizer.

Each is a function ``metric(y_true, y_pred)`` of arrays (or Tensors) that returns a float.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine.methods import raw

__all__ = ["accuracy", "mae", "r2", "rmse"]


def _pair(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = _floats(y_true), _floats(y_pred)
    if y_true.shape != y_pred.shape:
        raise _do_not_fit(y_true, y_pred)
    return y_true, y_pred


def _do_not_fit(y_true: np.ndarray, y_pred: np.ndarray) -> ValueError:
    return ValueError(f"y_true has shape {y_true.shape}, but y_pred has shape {y_pred.shape}")


def _floats(value: Any) -> np.ndarray:
    array = np.asarray(raw(value), dtype=np.float64)
    if array.size == 0:
        raise ValueError("the data are empty, so the metric has no value")
    return array


def accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> float:
    """The fraction of rows whose argmax is the class, or of single probabilities on the right side
    of the threshold.

    >>> accuracy([0, 1], [[2.0, 1.0], [2.0, 1.0]])
    0.5
    """
    y_true, y_pred = _floats(y_true), _floats(y_pred)
    if y_pred.ndim >= 2 and y_pred.shape[-1] > 1:  # one column per class
        if y_true.shape == y_pred.shape:  # rows of probabilities
            y_true = np.argmax(y_true, axis=-1)
        if y_true.shape != y_pred.shape[:-1]:
            raise _do_not_fit(y_true, y_pred)
        return float(np.mean(y_true == np.argmax(y_pred, axis=-1)))
    y_true, y_pred = _pair(y_true, y_pred)
    if not np.all((y_true == 0) | (y_true == 1)):
        return float(np.mean(y_true == y_pred))  # both are class ids
    return float(np.mean((y_pred > threshold) == (y_true > 0.5)))


def mae(y_true: Any, y_pred: Any) -> float:
    """The mean absolute error, in units of y.

    >>> mae([1.0, 2.0], [2.0, 4.0])
    1.5
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return float(np.mean(np.abs(y_pred - y_true)))


def rmse(y_true: Any, y_pred: Any) -> float:
    """The root of the mean squared error, in units of y.

    >>> rmse([0.0, 0.0], [3.0, 3.0])
    3.0
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return float(np.sqrt(np.mean((y_pred - y_true) ** 2)))


def r2(y_true: Any, y_pred: Any) -> float:
    """The fraction of the variance that is explained: 1 − Σe² / Σ(y − mean y)²; 1 is perfect.

    0 is as good as always answering the mean. Where y is constant it is 1 for a perfect answer
    and 0 for any other.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    1.0
    """
    y_true, y_pred = _pair(y_true, y_pred)
    residual = np.sum((y_pred - y_true) ** 2)
    total = np.sum((y_true - np.mean(y_true, axis=0)) ** 2)
    return float(residual == 0) if total == 0 else float(1 - residual / total)
