"""Reductions: many elements become one, so a rule spreads its gradient over them again."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..methods import raw
from ..registry import compose, defvjp
from .common import at_least_float32, nonzero


def _expand(g: Any, axis: Any, keepdims: bool) -> Any:
    """Give a reduced array the axes back that were summed away, with length 1."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _count(x: Any, axis: Any, where: Any = True) -> Any:
    """How many elements were reduced into one, in float64: float16 ends at 65,504."""
    if where is not True:
        return np.sum(np.broadcast_to(where, x.shape), axis=axis, keepdims=True, dtype=np.float64)
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis)
    return np.float64(math.prod(x.shape[i] for i in axes))


def _sum(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    spread = np.broadcast_to(_expand(g, axis, keepdims), x.shape)
    return _masked(spread, where)


def _mean(
    g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False, where: Any = True
) -> Any:
    share = _expand(g, axis, keepdims) / nonzero(_count(x, axis, where))
    return _sum(share.astype(x.dtype), y, x, axis, True, where=where)


def _extremum(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    chosen = x == _expand(y, axis, keepdims)  # ties share the gradient
    chosen = chosen if where is True else chosen & where
    count = np.sum(chosen, axis=axis, keepdims=True)
    return np.where(chosen, _expand(g, axis, keepdims) / nonzero(count), 0.0)


@np.errstate(divide="ignore")  # where ddof leaves no freedom; the value has warned of it
def _var(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    ddof: int = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    slope = _deviation(x, axis, where) * (2 / _freedom(x, axis, ddof, where))
    return _masked(_expand(g, axis, keepdims) * slope, where)


@np.errstate(divide="ignore")
def _std(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    ddof: int = 0,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    """d / (y · freedom) with the deviation d over its maximum: squares can be too small."""
    deviation = _deviation(x, axis, where)
    largest = np.max(np.absolute(raw(deviation)), axis=axis, keepdims=True, initial=0)
    unit = deviation / nonzero(largest)
    squares = nonzero(np.sum(unit * unit, axis=axis, keepdims=True))
    slope = unit / np.sqrt(squares * _freedom(x, axis, ddof, where))
    return _masked(_expand(g, axis, keepdims) * slope, where)


def _deviation(x: Any, axis: Any, where: Any) -> Any:
    """x minus its mean, in float32 at least: float16 ends at 65,504.

    It is measured from the maximum, so that equal numbers are exactly 0 from their mean.
    """
    largest = np.max(raw(x), axis=axis, keepdims=True, initial=-np.inf, where=where)
    x = x - np.where(np.isfinite(largest), largest, 0.0).astype(at_least_float32(x))
    total = np.sum(x, axis=axis, keepdims=True, where=where)
    return _masked(x - (total / nonzero(_count(x, axis, where))).astype(x.dtype), where)


def _freedom(x: Any, axis: Any, ddof: int, where: Any) -> Any:
    return np.maximum(_count(x, axis, where) - ddof, 0.0)


def _masked(x: Any, where: Any) -> Any:
    return x if where is True else np.where(where, x, 0.0)


def _prod(
    a: Any, axis: Any = None, keepdims: bool = False, initial: Any = 1, where: Any = True
) -> Any:
    """Multiply in pairs: unlike y / x, its derivative is right where elements are 0."""
    a = a if where is True else np.where(where, a, 1.0)
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(a.ndim, 1))
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    shape = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    rows = np.reshape(np.transpose(a, axes + kept), (-1, *(a.shape[i] for i in kept)))
    if len(rows) == 0:
        return (np.sum(a, axis=axis, keepdims=keepdims) + 1) * initial
    while len(rows) > 1:
        half = len(rows) // 2
        rows = np.concatenate([rows[:half] * rows[half : 2 * half], rows[2 * half :]])
    return np.reshape(rows, shape if keepdims else [a.shape[i] for i in kept]) * initial


defvjp(np.sum, _sum)
defvjp(np.mean, _mean)
defvjp(np.var, _var)
defvjp(np.std, _std)
compose(np.prod, _prod, arity=1)
for extremum in (np.max, np.amax, np.min, np.amin):
    defvjp(extremum, _extremum)


def _reduce(function: Callable) -> Callable:
    return lambda a, axis=0, keepdims=False: function(a, axis=axis, keepdims=keepdims)


compose(np.add.reduce, _reduce(np.sum))
compose(np.multiply.reduce, _reduce(np.prod))
compose(np.maximum.reduce, _reduce(np.max))
compose(np.minimum.reduce, _reduce(np.min))


def _ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


compose(np.ptp, _ptp, arity=1)


@np.errstate(divide="ignore", under="ignore")  # log 0 is −inf, and e^−10000 is 0
def _logaddexp_reduce(a: Any, axis: Any = 0, keepdims: bool = False) -> Any:
    """log Σ eᵃ, with the maximum m taken out first, as a constant: log Σ e^(a − m) + m."""
    largest = np.max(raw(a), axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, largest.dtype.type(0))
    total = np.log(np.sum(np.exp(a - largest), axis=axis, keepdims=True)) + largest
    return total if keepdims else np.squeeze(total, axis)


compose(np.logaddexp.reduce, _logaddexp_reduce)


# --- leaving NaN out ------------------------------------------------------------------------


def _of_numbers(rule: Callable) -> Callable:
    """The rule of np.mean as the rule of np.nanmean, and so on."""

    @functools.wraps(rule)
    def of_numbers(g: Any, y: Any, x: Any, *, where: Any = True, **options: Any) -> Any:
        return rule(g, y, x, where=where & ~np.isnan(x), **options)

    return of_numbers


defvjp(np.nansum, _of_numbers(_sum))
defvjp(np.nanmean, _of_numbers(_mean))
defvjp(np.nanvar, _of_numbers(_var))
defvjp(np.nanstd, _of_numbers(_std))
defvjp(np.nanmax, _of_numbers(_extremum))
defvjp(np.nanmin, _of_numbers(_extremum))


def _nan_as(number: float, function: Callable) -> Callable:
    """The function with NaN replaced by the number that changes nothing."""

    @functools.wraps(function)
    def with_numbers(a: Any, *args: Any, **options: Any) -> Any:
        return function(np.where(np.isnan(a), number, a), *args, **options)

    return with_numbers


compose(np.nanprod, _nan_as(1.0, np.prod), arity=1)
compose(np.nancumsum, _nan_as(0.0, np.cumsum), arity=1)
compose(np.nancumprod, _nan_as(1.0, np.cumprod), arity=1)


# --- weighted means, covariance -------------------------------------------------------------


def _average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False
) -> Any:
    if weights is None:
        average = np.mean(a, axis=axis, keepdims=keepdims)
        count = np.size(a) // max(np.size(average), 1)
        return (average, np.full_like(raw(average), count)) if returned else average
    if np.shape(weights) != np.shape(a):
        if axis is None:
            raise TypeError("average: weights of another shape than the array need axis=")
        axes = np.atleast_1d(axis) % np.ndim(a)
        shape = [n if i in axes else 1 for i, n in enumerate(np.shape(a))]
        weights = np.reshape(np.transpose(weights, np.argsort(axes)), shape)
    total = np.sum(np.broadcast_to(weights, np.shape(a)), axis=axis, keepdims=keepdims)
    average = np.sum(np.multiply(a, weights), axis=axis, keepdims=keepdims) / total
    return (average, total) if returned else average


def _cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None) -> Any:
    sets = [part for part in (m, y) if part is not None]
    sets = [part if rowvar or np.ndim(part) == 1 else np.transpose(part) for part in sets]
    x = np.vstack(sets)  # a row per variable
    deviation = x - np.mean(x, axis=1, keepdims=True)
    count = np.float64(x.shape[1] - ((not bias) if ddof is None else ddof))
    return np.squeeze(np.matmul(deviation, np.transpose(deviation)) / count)


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    covariance = np.cov(x, y, rowvar)
    if covariance.ndim == 0:
        return covariance / covariance
    deviation = np.sqrt(np.diagonal(covariance))
    return covariance / (deviation[:, None] * deviation)


compose(np.average, _average)
compose(np.cov, _cov)
compose(np.corrcoef, _corrcoef)
