"""Order: a sorted element, a quantile or a median passes its gradient to the elements it is.

The one idea: which element comes where is piecewise constant. So sorting is indexing with argsort;
and a quantile is a weighted sum of one or two elements, where the weights are constants that only
depend on the ranks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...methods import raw
from ...registry import compose, defvjp
from ..indexing import scatter


def _in_order(x: Any, order: Callable, axis: int | None) -> Any:
    """The elements along an axis, all of them for None, in the order of those indices."""
    if axis is None:
        x, axis = np.ravel(x), 0
    return np.take_along_axis(x, order(raw(x), axis=axis), axis)


def _sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: Any = None) -> Any:
    return _in_order(a, lambda x, axis: np.argsort(x, axis, kind, stable=stable), axis)


def _partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect") -> Any:
    return _in_order(a, lambda x, axis: np.argpartition(x, kth, axis, kind), axis)


compose(np.sort, _sort)
compose(np.partition, _partition)


# --- quantiles ------------------------------------------------------------------------------


def _ranks(x: np.ndarray, axis: Any) -> np.ndarray:
    """The place of each element in sorted order, from 0; NaN for NaN."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis)
    last = range(-len(axes), 0)
    moved = np.moveaxis(x, axes, last)
    kept = moved.shape[: x.ndim - len(axes)]
    rows = moved.reshape(*kept, math.prod(moved.shape[len(kept) :]))
    ranks = np.argsort(np.argsort(rows)).reshape(moved.shape)
    return np.where(np.isnan(x), np.nan, np.moveaxis(ranks, last, axes))


def _quantile(function: Callable, arity: int) -> None:
    """The quantile of the ranks, such as 2.3, says what the quantile is: 0.7 x₍₂₎ + 0.3 x₍₃₎.

    So the weight of x₍ᵢ₎ is max(0, 1 − |i − 2.3|), for any `method` of interpolation.
    """

    def rule(
        g: Any, y: Any, a: Any, *q: Any, axis: Any = None, keepdims: bool = False, **method: str
    ) -> Any:
        ranks = _ranks(raw(a), axis)
        at = function(ranks, *q, axis=axis, keepdims=True, **method)
        weights = np.fmax(0, 1 - np.abs(ranks - at))  # the axes of q in front: the sweep sums them
        return np.where(weights == 0, 0.0, np.reshape(g, at.shape) * weights)

    defvjp(function, rule, *[None] * (arity - 1))


for median in (np.median, np.nanmedian):
    _quantile(median, arity=1)
for quantile in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile):
    _quantile(quantile, arity=2)


# --- the largest so far ---------------------------------------------------------------------


def _running(extremum: np.ufunc) -> Callable:
    """Each element of the result is the newest element that reached the extremum."""

    def accumulate(array: Any, axis: int = 0) -> Any:
        x = np.moveaxis(raw(array), axis, -1)
        reaches = (x == extremum.accumulate(x, -1)) | np.isnan(x)
        reached = np.where(reaches, np.arange(x.shape[-1]), 0)
        newest = np.maximum.accumulate(reached, -1)
        return np.take_along_axis(array, np.moveaxis(newest, -1, axis), axis)

    return accumulate


compose(np.maximum.accumulate, _running(np.maximum))
compose(np.minimum.accumulate, _running(np.minimum))


# --- choosing by a condition ----------------------------------------------------------------


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first condition that holds chooses: where(c₁, x₁, where(c₂, x₂, … default))."""
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        default = np.where(condition, choice, default)
    return default


def _piecewise(x: Any, condlist: Any, funclist: Any) -> Any:
    """Each function sees only the elements that it is for; of two that hold, the last counts."""
    conditions = np.asarray(raw(condlist), dtype=bool)
    conditions = conditions if conditions.ndim > x.ndim else conditions[None]  # a row each
    if len(funclist) == len(conditions) + 1:
        conditions = np.concatenate([conditions, ~conditions.any(0, keepdims=True)])
    y = np.zeros_like(raw(x))
    for condition, f in zip(conditions, funclist, strict=True):
        values = scatter(f(x[condition]), x.shape, condition) if callable(f) else f
        y = np.where(condition, values, y)
    return y


compose(np.select, _select)
compose(np.piecewise, _piecewise)
