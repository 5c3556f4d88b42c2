"""Functions of a row of points: sums so far, differences, slopes, areas, curves through them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...methods import raw
from ...registry import compose, defvjp
from ..common import nonzero
from ..indexing import part

# --- sums and products so far ---------------------------------------------------------------


def _cumsum(g: Any, y: Any, x: Any, axis: int | None = None) -> Any:
    backwards = np.cumsum(np.flip(g, axis), axis=axis)  # xᵢ is in all sums from the i-th on
    return np.reshape(np.flip(backwards, axis), x.shape)


def _cumprod(a: Any, axis: int | None = None) -> Any:
    """Products of 1, 2, 4 … neighbours: unlike y / x, right where elements are 0."""
    rows = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
    width = 1
    while width < len(rows):
        rows = np.concatenate([rows[:width], rows[width:] * rows[:-width]])
        width *= 2
    return rows if axis is None else np.moveaxis(rows, 0, axis)


def _cumulative(function: Callable, start: float) -> Callable:
    """np.cumulative_sum in terms of np.cumsum, and the same for products."""

    def cumulative(x: Any, axis: int | None = None, include_initial: bool = False) -> Any:
        if axis is None and x.ndim > 1:
            raise ValueError(f"an array of shape {x.shape} has several axes: say which, by axis=")
        y = function(x, axis=axis or 0)
        if not include_initial:
            return y
        first = np.full_like(part(raw(x), axis or 0, 0, 1), start)
        return np.concatenate([first, y], axis=axis or 0)

    return cumulative


defvjp(np.cumsum, _cumsum)
compose(np.cumprod, _cumprod, arity=1)
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    compose(np.cumulative_sum, _cumulative(np.cumsum, 0.0))
    compose(np.cumulative_prod, _cumulative(np.cumprod, 1.0))
compose(np.add.accumulate, lambda array, axis=0: np.cumsum(array, axis=axis))
compose(np.multiply.accumulate, lambda array, axis=0: np.cumprod(array, axis=axis))


# --- differences, slopes, areas -------------------------------------------------------------


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    rows = [row for row in (prepend, a, append) if row is not None]
    if len(rows) > 1:
        one = [1 if i == axis % np.ndim(a) else length for i, length in enumerate(np.shape(a))]
        rows = [row if np.ndim(row) else np.broadcast_to(row, one) for row in rows]
        a = np.concatenate(rows, axis=axis)
    for _ in range(n):
        a = part(a, axis, 1, None) - part(a, axis, None, -1)
    return a


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    rows = [row for row in (to_begin, np.diff(np.ravel(ary)), to_end) if row is not None]
    return np.concatenate([np.ravel(row).astype(ary.dtype) for row in rows])


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = range(np.ndim(f)) if axis is None else np.atleast_1d(axis)
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    slopes = tuple(
        _slope(f, spacing, int(i) % np.ndim(f), edge_order)
        for i, spacing in zip(axes, spacings, strict=True)
    )
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """Inside, the mean of the slopes to both sides, where the nearer neighbour weighs more."""
    f = np.moveaxis(f, axis, -1)
    if f.shape[-1] <= edge_order:
        raise ValueError(f"gradient: axis {axis} needs more than {edge_order} elements")
    ones = np.ones_like(raw(f), shape=f.shape[-1] - 1)
    h = np.diff(spacing) if np.ndim(spacing) else spacing * ones
    s = np.diff(f) / h
    inside = (h[1:] * s[..., :-1] + h[:-1] * s[..., 1:]) / (h[1:] + h[:-1])
    first, last = s[..., :1], s[..., -1:]
    if edge_order == 2:  # the parabola through three points: its slope is a straight line
        first, last = 2 * first - inside[..., :1], 2 * last - inside[..., -1:]
    return np.moveaxis(np.concatenate([first, inside, last], axis=-1), -1, axis)


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Σ dx · (mean of both ends)."""
    if x is not None:
        dx = np.diff(x) if np.ndim(x) == 1 else np.diff(x, axis=axis)
        if np.ndim(x) == 1:
            dx = np.reshape(dx, [-1] + [1] * (np.ndim(y) - 1 - axis % np.ndim(y)))
    return np.sum(dx * (part(y, axis, 1, None) + part(y, axis, None, -1)) / 2, axis=axis)


compose(np.diff, _diff)
compose(np.ediff1d, _ediff1d)
compose(np.gradient, _gradient)
compose(np.trapezoid, _trapezoid)
defvjp(np.unwrap, lambda g, y, p, discont=None, axis=-1, period=None: g)  # adds whole periods


# --- curves ---------------------------------------------------------------------------------


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    x, xp, fp = np.copy(x), np.copy(xp), np.copy(fp)  # lists become arrays
    below = np.clip(np.searchsorted(raw(xp), raw(x), "right") - 1, 0, max(len(xp) - 2, 0))
    above = np.minimum(below + 1, len(xp) - 1)
    share = (x - xp[below]) / nonzero(xp[above] - xp[below])
    y = fp[below] + share * (fp[above] - fp[below])
    y = np.where(x < xp[0], fp[0] if left is None else left, y)
    return np.where(x > xp[-1], fp[-1] if right is None else right, y).astype(np.float64)


def _polyval(p: Any, x: Any) -> Any:
    """Horner: ((p₀ x + p₁) x + p₂) x + …"""
    return functools.reduce(lambda y, constant: y * x + constant, np.copy(p), np.zeros_like(x))


def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


def _linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    axis: int = 0,
) -> Any:
    width = np.subtract(stop, start)
    share = np.linspace(0.0, 1.0, num, endpoint, dtype=width.dtype)
    points = start + width * np.expand_dims(share, tuple(range(1, width.ndim + 1)))
    points = np.moveaxis(points, 0, axis)
    return (points, width / (num - endpoint)) if retstep else points


def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, axis: int = 0
) -> Any:
    return np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))


compose(np.interp, _interp)
compose(np.polyval, _polyval)
compose(np.vander, _vander)
compose(np.linspace, _linspace)
compose(np.logspace, _logspace)
