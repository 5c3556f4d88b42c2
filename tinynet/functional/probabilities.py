"""Softmax and related functions, along the last axis: numbers become probabilities.

A logit of −∞ is a class that cannot be: probability 0, and no gradient. Where a whole row is −∞,
no class can be: its probabilities are all 0, and the logarithm of their sum is −∞.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.arrays import as_floats
from ..engine.tensor import primitive
from .activations import underflow_to_zero


def _exponentials(x: Any) -> tuple[Any, Any, Any]:
    """Of each row x − max, its exponential, and the sum of those: (..., C), (..., C), (..., 1).

    The sum is at least 1, so that it can be divided by, and its logarithm taken. ∞ − ∞ is 0 here.
    """
    largest = np.maximum(x.max(axis=-1, keepdims=True), np.finfo(x.dtype).min)
    with np.errstate(invalid="ignore"):
        shifted = np.where(x == np.inf, 0, x - largest)
    e = np.exp(shifted)
    return shifted, e, np.maximum(e.sum(axis=-1, keepdims=True), 1)


@primitive
@underflow_to_zero
def softmax(x: Any) -> Any:
    """eˣ / Σ eˣ over the last axis: rows of probabilities.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, -np.inf]]))
    array([[0.5, 0.5],
           [1. , 0. ],
           [1. , 0. ]])
    """
    _, e, total = _exponentials(as_floats(x))
    return e / total


softmax.defvjp(lambda g, y, x: y * (g - (g * y).sum(axis=-1, keepdims=True)), kind="mixed")


@primitive
@underflow_to_zero
def logsumexp(x: Any) -> Any:
    """log Σ eˣ over the last axis, with each row's own maximum taken out first.

    >>> logsumexp(np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, -np.inf]])).round(4)
    array([6.931e-01, 1.000e+03, 0.000e+00])
    """
    x = as_floats(x)
    return (np.log(_exponentials(x)[2]) + x.max(axis=-1, keepdims=True)).squeeze(axis=-1)


logsumexp.defvjp(lambda g, y, x: np.expand_dims(g, -1) * softmax(x), kind="mixed")


@primitive
@underflow_to_zero
def log_softmax(x: Any) -> Any:
    """log softmax(x) over the last axis, as x − log Σ eˣ: the log of a 0 is never taken.

    >>> log_softmax(np.array([1000.0, 0.0, -np.inf]))
    array([    0., -1000.,   -inf])
    """
    shifted, _, total = _exponentials(as_floats(x))
    return shifted - np.log(total)


log_softmax.defvjp(lambda g, y, x: g - softmax(x) * g.sum(axis=-1, keepdims=True), kind="mixed")


@primitive
def clip_probabilities(p: Any) -> Any:
    """Probabilities moved from exactly 0 and 1 by one eps of their dtype, so that log p is finite.

    The gradient passes as if nothing had been moved: a unit that is confidently wrong still learns.

    >>> bool(clip_probabilities(np.array([0.0, 0.5, 1.0]))[0] > 0)
    True
    """
    p = as_floats(p)
    eps = np.finfo(p.dtype).eps
    return np.clip(p, eps, 1 - eps)


clip_probabilities.defvjp(lambda g, y, p: g, kind="slope")
