"""Metrics: numbers for people, where a loss is a number for the optimizer.

Each is a function ``metric(y_true, y_pred)`` of arrays (or Tensors) that returns a float. What an
array means follows from its shape or is said by the caller; it is never guessed from the values.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .engine.methods import raw

__all__ = ["accuracy", "mae", "r2", "rmse"]

LIMITS = {"probabilities": 0.5, "logits": 0.0}  # above this, a prediction means yes
KINDS = ["scores", "ids", *LIMITS]


def _pair(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = (_array(y).astype(np.float64) for y in (y_true, y_pred))
    _check_shapes(y_true, y_pred)
    return y_true, y_pred


def _array(value: Any) -> np.ndarray:
    """The numbers, at least one, as an array of one or more axes."""
    value = raw(value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("a masked array: pass the rows that count, y[~mask], for both arguments")
    array = np.atleast_1d(np.asarray(value))
    if array.size == 0:
        raise ValueError("the data are empty, so the metric has no value")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a metric takes arrays of numbers, not of {array.dtype}")
    return array


def _check_shapes(y_true: np.ndarray, y_pred: np.ndarray) -> None:
    if y_true.shape != y_pred.shape:
        fix = f"; try y_true.reshape{y_pred.shape}" if y_true.size == y_pred.size else ""
        shapes = f"y_true has shape {y_true.shape}, but y_pred has shape {y_pred.shape}"
        raise ValueError(shapes + fix)


# --- classes --------------------------------------------------------------------------------


def accuracy(
    y_true: Any, y_pred: Any, *, kind: str | None = None, threshold: float | None = None
) -> float:
    """The fraction of rows whose answer is right.

    Parameters
    ----------
    kind : str, optional
        What y_pred holds. It may be left out for scores (N, C) with ids (N,), and for nothing else,
        since numbers alone do not tell a probability from a logit or a class id:

        - ``"scores"``, (N, C): the class with the largest is the answer. y_true holds class ids
          (N,), or rows (N, C) that are one-hot or probabilities.
        - ``"ids"``, (N,): the answer itself, in the shape of y_true.
        - ``"probabilities"``, (N,), (N, 1) or, for K questions, (N, K): above 0.5 means yes. y_true
          has the same shape, with 1 for yes and 0, or −1, for no. A row is right if all of it is.
        - ``"logits"``: the same, but above 0 means yes; so it is for the outputs of a hinge loss.
    threshold : float, optional
        Where yes begins instead, for probabilities and logits.

    In `fit`, say it with ``metrics=[functools.partial(tn.metrics.accuracy, kind="logits")]``.

    Raises ValueError for what does not fit the kind, and for NaN.

    >>> accuracy([0, 1], [[2.0, 1.0], [2.0, 1.0]])
    0.5
    >>> accuracy([0, 1, 1], [-1.0, 0.2, 3.0], kind="logits")
    1.0
    """
    y_true, y_pred = _array(y_true), _array(y_pred)
    for name, y in (("y_true", y_true), ("y_pred", y_pred)):
        if np.isnan(y).any():
            raise ValueError(f"accuracy: {name} holds {np.isnan(y).sum()} NaN among {y.size}")
    kind = _kind(y_true, y_pred, kind)
    if threshold is not None and kind not in LIMITS:
        raise ValueError(f'accuracy: a threshold is for {" and ".join(LIMITS)}, not kind="{kind}"')
    if kind == "scores":
        return float(np.mean(_ids(y_true, y_pred) == np.argmax(y_pred, axis=-1)))
    _check_shapes(y_true, y_pred)
    if kind == "ids":
        right = y_true == y_pred
    else:
        limit = LIMITS[kind] if threshold is None else threshold
        right = _yes(y_true) == (y_pred > limit)
    return float(np.mean(np.all(right, axis=tuple(range(1, right.ndim)))))


def _kind(y_true: np.ndarray, y_pred: np.ndarray, kind: str | None) -> str:
    """What y_pred holds, as said or by the shapes, once it is known to fit."""
    if kind is None:
        if y_pred.ndim > 1 and y_pred.shape[-1] > 1 and y_true.shape == y_pred.shape[:-1]:
            return "scores"
        _check_shapes(y_true, y_pred)
        raise ValueError(
            f"accuracy: with y_true and y_pred of shape {y_pred.shape}, say what y_pred holds:"
            ' kind="probabilities" of yes, "logits" of yes (above 0; also for targets −1 and 1),'
            ' "ids" for class ids, or "scores" of classes where y_true is one-hot. In fit:'
            ' metrics=[functools.partial(tn.metrics.accuracy, kind="logits")]'
        )
    if kind not in KINDS:
        raise ValueError(f"accuracy: kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if kind == "probabilities" and (y_pred.min() < 0 or y_pred.max() > 1):
        raise ValueError(
            f"accuracy: probabilities are from 0 to 1, but y_pred goes from {y_pred.min():g} to"
            f' {y_pred.max():g}: for outputs without sigmoid, kind="logits"'
        )
    return kind


def _ids(y_true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The class ids of y_true, given as such or as rows: (N,)."""
    classes = scores.shape[-1]
    if scores.ndim == 1 or classes == 1:
        raise ValueError(
            f"accuracy: scores have one column for each class, (N, C), but y_pred has shape"
            f' {scores.shape}: say kind="probabilities" or "logits"'
        )
    if y_true.shape == scores.shape:
        if y_true.min() < 0 or not np.allclose(np.sum(y_true, axis=-1), 1, atol=1e-3):
            raise ValueError(
                f"accuracy: y_true of shape {y_true.shape} must be one-hot, or probabilities that"
                ' sum to 1 in each row; for several yes or no, kind="probabilities" or "logits"'
            )
        return np.argmax(y_true, axis=-1)
    if y_true.shape != scores.shape[:-1]:
        _check_shapes(y_true, scores)
    wrong = y_true[~np.isin(y_true, np.arange(classes))]
    if wrong.size:
        raise ValueError(
            f"accuracy: y_pred has {classes} columns, so class ids are 0 to {classes - 1}, not"
            f" {wrong[0]:g}"
        )
    return y_true


def _yes(y_true: np.ndarray) -> np.ndarray:
    """Where y_true means yes: 1, with 0 for no throughout or −1 throughout."""
    found = np.unique(y_true)
    if not (np.isin(found, (0, 1)).all() or np.isin(found, (-1, 1)).all()):
        listed = ", ".join(f"{value:g}" for value in found[:5])
        raise ValueError(
            "accuracy: for yes or no, y_true must hold 1 and 0, or 1 and −1, but it holds"
            f" {listed}{', …' if found.size > 5 else ''}"
        )
    return y_true == 1


# --- numbers --------------------------------------------------------------------------------


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
