"""Reductions: many elements become one, so a rule spreads its gradient over them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..registry import compose, defvjp
from .slopes import nonzero


def _expand(g: Any, axis: Any, keepdims: bool) -> Any:
    """Give a reduced array the axes back that were summed away, with length 1."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _count(x: Any, axis: Any) -> int:
    """How many elements were reduced into one."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis)
    return int(np.prod([x.shape[i] for i in axes]))


def _sum(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.broadcast_to(_expand(g, axis, keepdims), x.shape)


def _mean(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _sum(g, y, x, axis, keepdims) / _count(x, axis)


def _extremum(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    chosen = x == _expand(y, axis, keepdims)  # ties share the gradient
    return _expand(g, axis, keepdims) * (chosen / np.sum(chosen, axis=axis, keepdims=True))


def _var(g: Any, y: Any, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    return _expand(g, axis, keepdims) * deviation * (2 / (_count(x, axis) - ddof))


def _std(g: Any, y: Any, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return _var(0.5 * g / nonzero(y), y, x, axis, ddof, keepdims)


def _prod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Multiply in pairs: unlike y / x, its derivative is right where elements are 0."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(a.ndim, 1))
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    shape = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    rows = np.reshape(np.transpose(a, axes + kept), (-1, *(a.shape[i] for i in kept)))
    if len(rows) == 0:
        return np.sum(a, axis=axis, keepdims=keepdims) + 1
    while len(rows) > 1:
        half = len(rows) // 2
        rows = np.concatenate([rows[:half] * rows[half : 2 * half], rows[2 * half :]])
    return np.reshape(rows, shape if keepdims else [a.shape[i] for i in kept])


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
