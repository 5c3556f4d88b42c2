"""Taking parts and joining them: a rule adds the gradient of a part to its place."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import as_array
from ..methods import raw
from ..registry import compose
from ..tensor import primitive
from ..zeros import Kind


def part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """x[start:stop] along one axis."""
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, stop),)]


@primitive
def concatenate(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis)


def _piece(i: int, g: Any, y: Any, *arrays: Any, axis: int = 0) -> Any:
    """The piece of g that belongs to array i."""
    start = sum(np.shape(array)[axis] for array in arrays[:i])
    return part(g, axis, start, start + arrays[i].shape[axis])


def _join(arrays: Any, axis: int | None = 0) -> Any:
    if axis is None:
        return concatenate(*(np.ravel(array) for array in arrays))
    return concatenate(*map(as_array, arrays), axis=axis)


def _stack(arrays: Any, axis: int = 0) -> Any:
    shapes = dict.fromkeys(map(np.shape, arrays))
    if len(shapes) > 1:
        raise ValueError(f"stack: all arrays must have the same shape, but these have {[*shapes]}")
    return concatenate(*(np.expand_dims(array, axis) for array in arrays), axis=axis)


@primitive
def getitem(x: Any, index: Any) -> Any:
    return x[index]


@primitive
def scatter(g: Any, shape: tuple, index: Any) -> Any:
    """Zeros of that shape, with g added at index: an element that is indexed twice gets both."""
    out = np.zeros_like(g, shape=shape)
    if all(map(_once, index if isinstance(index, tuple) else (index,))):
        out[index] = g  # several times faster
    else:
        np.add.at(out, index, g)
    return out


def _once(index: Any) -> bool:
    """Whether this indexes no element twice: a number, a slice, a mask."""
    return isinstance(index, _BASIC) or getattr(index, "dtype", None) == np.dtype(bool)


_BASIC = (int, np.integer, slice, type(None), type(...))


class _Parts:
    """One rule for any number of arguments, told the position of its own."""

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(_piece, i)


concatenate.vjps, concatenate.kind = _Parts(), Kind.MIXED
compose(np.concatenate, _join)
compose(np.stack, _stack)
getitem.defvjp(lambda g, y, x, index: scatter(g, x.shape, index))
scatter.defvjp(lambda g, y, values, shape, index: g[index])
compose(operator.getitem, lambda x, index: getitem(x, raw(index)))


def _bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    counts = np.bincount(raw(x), minlength=minlength)
    if weights is None:
        return counts
    return scatter(np.copy(weights).astype(np.float64), counts.shape, raw(x))


compose(np.bincount, _bincount)
