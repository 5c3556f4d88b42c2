"""The tape: the NumPy calls of a step written down, and a fixed place for the result of each."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..engine.methods import ArrayMethods
from ..engine.tensor import Tensor

# --- writing down ---------------------------------------------------------------------------


class Call(NamedTuple):
    """One line of the tape: a NumPy function, what it was given, and what came out."""

    function: Callable
    args: tuple
    options: dict
    result: Traced


class Traced(ArrayMethods):
    """An array that writes every call it meets on a tape; what it cannot write down, it refuses."""

    __slots__ = ("array", "base", "tape")
    __hash__ = object.__hash__  # by identity

    def __init__(self, array: Any, tape: list[Call], base: Traced | None = None) -> None:
        self.array, self.tape, self.base = array, tape, base

    shape = property(lambda self: self.array.shape)
    ndim = property(lambda self: self.array.ndim)
    size = property(lambda self: self.array.size)
    dtype = property(lambda self: self.array.dtype)
    owner = property(lambda self: self if self.base is None else self.base)  # of the memory
    layout = property(lambda self: (self.shape, self.array.strides, self.dtype))

    def traced(self, *call: Any) -> Traced:
        """The result of a primitive: itself, since the calls inside are on the tape."""
        return self

    def __getattr__(self, name: str) -> Any:
        raise TypeError(f".{name}: the next batch has other values")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(x, Tensor) for x in inputs):
            return NotImplemented  # it records the operation, and comes back with its array
        known = {"__call__": set(), "reduce": {"axis", "keepdims"}}
        if method not in known or options.keys() - known[method]:
            raise TypeError(f"{ufunc.__name__}.{method} with {list(options)}")
        return self._written(ufunc if method == "__call__" else ufunc.reduce, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if Tensor in types:
            return NotImplemented
        if function in MADE:
            return function(*args, **options)
        if function in REDUCTIONS and options.keys() <= {"axis", "keepdims"}:
            return self._written(REDUCTIONS[function], args, {"axis": None, **options})
        if function in OTHERS and not options:
            return self._written(OTHERS[function], args, options)
        if function in VIEWS:
            return self._written(function, args, options, base=self.owner)
        raise TypeError(f"{function.__name__} is not known here")

    def _written(self, function: Any, args: tuple, options: dict, base: Any = None) -> Traced:
        array = function(*(a.array if isinstance(a, Traced) else a for a in args), **options)
        if base is not None and not np.may_share_memory(array, base.array):
            raise TypeError("a copy where a view was expected")
        result = Traced(array, self.tape, base)
        self.tape.append(Call(function, args, options, result))
        return result


def _select(condition: Any, a: Any, b: Any, out: Any = None) -> Any:
    """np.where, which itself takes no place for its result."""
    out = np.where(condition, a, b) if out is None else out
    np.copyto(out, b)
    np.copyto(out, a, where=condition)
    return out


REDUCTIONS = {np.sum: np.add.reduce, np.max: np.maximum.reduce, np.min: np.minimum.reduce}
OTHERS = {np.where: _select, np.clip: np.clip}
MADE = {np.asarray, np.arange, np.eye}  # from nothing, with like=: a constant of the step
VIEWS = {np.reshape, np.expand_dims, np.squeeze, np.transpose, np.swapaxes, np.broadcast_to}


# --- giving every result a place ------------------------------------------------------------


def bound(tape: list[Call], places: dict[Traced, np.ndarray]) -> list[Callable | None]:
    """The calls of a tape with a fixed array for every argument and result; None for a view.

    `places` says where some arrays are and stay. The others use memory again as soon as nobody
    needs it; an elementwise call may write over an argument that is not needed afterwards.
    """
    traced = [[arg for arg in call.args if isinstance(arg, Traced)] for call in tape]
    last = {arg.owner: i for i, args in enumerate(traced) for arg in args}
    stay, free = set(places), defaultdict(list)

    def release(owners: set[Traced]) -> None:
        for owner in owners:
            free[owner.layout].append(places[owner])

    calls: list[Callable | None] = []
    for i, (function, args, options, result) in enumerate(tape):
        args = tuple(places[arg] if isinstance(arg, Traced) else arg for arg in args)
        if result.base is not None:  # a view, made once: it shows whatever is there at the time
            places[result] = function(*args, **options)
            calls.append(None)
            continue
        ending = {arg.owner for arg in traced[i] if last[arg.owner] == i} - stay
        if isinstance(function, np.ufunc) and function.signature is None:  # elementwise
            release(ending)
            ending = set()
        if result not in places:
            unused = free[result.layout]
            places[result] = unused.pop() if unused else np.empty_like(result.array)
        release(ending)
        calls.append(_ready(function, args, options, places[result]))
    return calls


def _ready(function: Callable, args: tuple, options: dict, place: np.ndarray) -> Callable:
    """The call with a place for its result. For speed, numbers become arrays here, once for all."""
    dtypes = {arg.dtype for arg in args if hasattr(arg, "dtype")}
    if isinstance(function, np.ufunc) and len(dtypes) == 1 and min(dtypes).kind == "f":
        args = tuple(np.asarray(arg, *dtypes) for arg in args)
    if isinstance(function, np.ufunc) and function not in (np.maximum, np.minimum):
        return functools.partial(function, *args, place)  # by position: a little faster
    return functools.partial(function, *args, **options, out=place)
