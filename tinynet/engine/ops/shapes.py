"""The same elements in another shape or order: a rule puts the gradient back in the old one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..methods import raw
from ..registry import compose, defvjp
from ..tensor import Tensor, primitive, table


def _unpermuted(g: Any, y: Any, x: Any, axes: Any = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort(np.asarray(axes) % x.ndim))


def _reshaped(
    g: Any,
    y: Any,
    x: Any,
    shape: Any = None,
    order: Any = "C",
    copy: Any = None,
    newshape: Any = None,  # NumPy 2.0 calls the shape so
) -> Any:
    if order == "A":  # as the elements lie in memory
        order = "F" if raw(x).flags.fnc else "C"
    return np.reshape(g, x.shape, order=order)


moved = functools.partial(defvjp, kind="mixed")  # all elements, see zeros.py
moved(np.reshape, _reshaped)
compose(np.ravel, lambda a, order="C": np.reshape(a, -1, order=order))
moved(np.expand_dims, lambda g, y, x, axis: np.reshape(g, x.shape))
moved(np.squeeze, lambda g, y, x, axis=None: np.reshape(g, x.shape))
moved(np.transpose, _unpermuted)
moved(np.swapaxes, lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
moved(np.moveaxis, lambda g, y, x, source, destination: np.moveaxis(g, destination, source))
moved(np.matrix_transpose, lambda g, y, x: np.matrix_transpose(g))
moved(np.flip, lambda g, y, x, axis=None: np.flip(g, axis))
moved(np.fliplr, lambda g, y, x: np.fliplr(g))
moved(np.flipud, lambda g, y, x: np.flipud(g))
moved(np.roll, lambda g, y, x, shift, axis=None: np.roll(g, np.negative(shift), axis))
moved(np.rot90, lambda g, y, x, k=1, axes=(0, 1): np.rot90(g, -k, axes))
defvjp(np.tril, lambda g, y, x, k=0: np.tril(g, k))
defvjp(np.triu, lambda g, y, x, k=0: np.triu(g, k))
moved(np.broadcast_to, lambda g, y, x, shape: g)  # the sweep sums over the repeated axes


# --- more dimensions ------------------------------------------------------------------------


def _at_least(function: Callable) -> Callable:
    """The shape that NumPy gives to a stand-in, for each array."""

    def at_least(*arys: Any) -> Any:
        shapes = [function(np.broadcast_to(0, np.shape(x))).shape for x in arys]
        results = tuple(map(np.reshape, arys, shapes))
        return results[0] if len(arys) == 1 else results

    return at_least


def _full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    full = np.full_like(raw(a), raw(fill_value), dtype, shape=shape)
    if not isinstance(fill_value, Tensor):
        return full  # it does not depend on the values of a
    return np.broadcast_to(fill_value, full.shape).astype(full.dtype)


def _broadcast_arrays(*args: Any) -> tuple:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(x, shape) for x in args)


for at_least in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    compose(at_least, _at_least(at_least))
compose(np.broadcast_arrays, _broadcast_arrays)
compose(np.full_like, _full_like)


# --- joining along a given axis -------------------------------------------------------------


def _hstack(tup: Any) -> Any:
    arrays = [np.atleast_1d(x) for x in tup]
    return np.concatenate(arrays, axis=min(1, arrays[0].ndim - 1))


def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([arr, values], axis=axis)


compose(np.hstack, _hstack)
compose(np.vstack, lambda tup: np.concatenate([np.atleast_2d(x) for x in tup], axis=0))
compose(np.dstack, lambda tup: np.concatenate([np.atleast_3d(x) for x in tup], axis=2))
compose(
    np.column_stack,
    lambda tup: np.concatenate(
        [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in tup], axis=1
    ),
)
compose(np.append, _append)


# --- another dtype --------------------------------------------------------------------------


@primitive
def astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


astype.defvjp(lambda g, y, x, dtype: g, kind="slope")  # the sweep gives g the dtype of x
table[np.ndarray.astype] = astype
compose(np.astype, lambda x, dtype, copy=True: x.astype(dtype, copy=copy))
