"""Normalization: mean 0 and variance 1 along an axis; the derivative is written out by hand."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..engine.arrays import as_floats
from ..engine.tensor import primitive


def _centred(x: Any, axis: int) -> Any:
    """x − mean(x); done twice, it leaves exactly 0 of equal numbers, whose mean was rounded."""
    return x - x.sum(axis=axis, keepdims=True) / x.shape[axis]


@functools.partial(primitive, saves=True)
def standardize(x: Any, axis: int = -1, eps: float = 1e-5) -> Any:
    """(x − μ) / √(σ² + ε), with the mean μ and the variance σ² along an axis (divided by its N).

    Each is divided by a scale s first, the largest abs(x − μ) or 1, which cancels: so no square
    overflows.

    >>> standardize(np.array([[1.0, 3.0], [-1e200, 1e200], [5.0, 5.0]])).round(4)
    array([[-1.,  1.],
           [-1.,  1.],
           [ 0.,  0.]])
    """
    x = as_floats(x)
    n, centred = x.shape[axis], _centred(_centred(x, axis), axis)
    s = np.maximum(np.abs(centred).max(axis=axis, keepdims=True), 1)
    scaled = centred / s
    deviation = np.sqrt((scaled * scaled).sum(axis=axis, keepdims=True) / n + (eps**0.5 / s) ** 2)
    return scaled / deviation, s * deviation


def _standardize(g: Any, saved: tuple, x: Any, axis: int = -1, eps: float = 1e-5) -> Any:
    """(g − mean(g) − y · mean(g y)) / √(σ² + ε): x moves its own y, and all through μ and σ."""
    y, deviation = saved
    n = x.shape[axis]
    of_mean = g.sum(axis=axis, keepdims=True) / n
    of_variance = y * ((g * y).sum(axis=axis, keepdims=True) / n)
    return (g - of_mean - of_variance) / deviation


standardize.defvjp(_standardize, kind="mixed")


def layer_norm(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    """(x − μ) / √(σ² + ε) · weight + bias, with μ and σ² of each row (Ba et al. 2016).

    >>> layer_norm(np.array([[1.0, 3.0]]), np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(3)
    array([[-2.,  3.]])
    """
    return standardize(x, -1, eps) * weight + bias


def batch_norm(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    """(x − μ) / √(σ² + ε) · weight + bias, with μ and σ² of each column (Ioffe & Szegedy 2015).

    >>> batch_norm(np.array([[1.0, 5.0], [3.0, 5.0]]), np.ones(2), np.zeros(2)).round(3)
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    return standardize(x, 0, eps) * weight + bias
