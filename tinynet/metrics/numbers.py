"""Numbers: how far predictions are from the numbers they should be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .answers import array_of, check_shapes


def _pair(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = (array_of(y).astype(np.float64) for y in (y_true, y_pred))
    check_shapes(y_true, y_pred)
    return y_true, y_pred


def _size(*arrays: np.ndarray) -> float:
    """The power of 2 above all numbers: divided by it, none has a square too large or small."""
    largest = max(float(np.max(np.abs(array))) for array in arrays)
    return math.ldexp(1.0, min(math.frexp(largest)[1], 1023)) if 0 < largest < np.inf else 1.0


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
    size = _size(y_true, y_pred)
    return float(size * np.sqrt(np.mean((y_pred / size - y_true / size) ** 2)))


def r2(y_true: Any, y_pred: Any) -> float:
    """The fraction of the variance that is explained: 1 − Σe² / Σ(y − mean y)²; 1 is perfect.

    0 is as good as always answering the mean. Where y is constant it is 1 for a perfect answer
    and 0 for any other. Of several columns it is the mean, as in scikit-learn, so that each counts
    the same whatever its unit.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    1.0
    """
    y_true, y_pred = _pair(y_true, y_pred)
    size = _size(y_true, y_pred)
    y_true, y_pred = (y.reshape(len(y), -1) / size for y in (y_true, y_pred))
    residual = np.sum((y_pred - y_true) ** 2, axis=0)
    y = y_true - y_true[:1]  # so that a constant is exactly 0, and its mean too
    total = np.sum((y - np.mean(y, axis=0)) ** 2, axis=0)
    constant = total == 0
    share = np.where(constant, np.sign(residual), residual / np.where(constant, 1, total))
    return float(np.mean(1 - share))
