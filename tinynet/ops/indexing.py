"""Taking parts and joining them: a rule adds the gradient of a part to its place."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..methods import raw
from ..registry import compose
from ..tensor import primitive


@primitive
def concatenate(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis)


def _part(i: int, g: Any, y: Any, *arrays: Any, axis: int = 0) -> Any:
    """The piece of g that belongs to array i."""
    start = sum(array.shape[axis] for array in arrays[:i])
    index = [slice(None)] * g.ndim
    index[axis] = slice(start, start + arrays[i].shape[axis])
    return g[tuple(index)]


def _join(arrays: Any, axis: int | None = 0) -> Any:
    if axis is None:
        return concatenate(*(np.ravel(array) for array in arrays))
    return concatenate(*arrays, axis=axis)


def _stack(arrays: Any, axis: int = 0) -> Any:
    return concatenate(*(np.expand_dims(array, axis) for array in arrays), axis=axis)


@primitive
def getitem(x: Any, index: Any) -> Any:
    return x[index]


@primitive
def scatter(g: Any, shape: tuple, index: Any) -> Any:
    """Zeros of that shape, with g added at index: an element that is indexed twice gets both."""
    out = np.zeros_like(g, shape=shape)
    np.add.at(out, index, g)
    return out


class _Parts:
    """One rule for any number of arguments, told the position of its own."""

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(_part, i)


concatenate.vjps = _Parts()
compose(np.concatenate, _join)
compose(np.stack, _stack)
getitem.defvjp(lambda g, y, x, index: scatter(g, x.shape, index))
scatter.defvjp(lambda g, y, values, shape, index: g[index])
compose(operator.getitem, lambda x, index: getitem(x, raw(index)))
