"""The tape: the NumPy calls of a step written down, and a fixed place for the result of each.

Where the code asks a question of a value (are all labels classes?), the tape keeps the answer too:
the calls that follow are right for that answer only, so it is asked again each time.
"""

from __future__ import annotations

import functools
import operator
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

    data = property(lambda self: self)
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
        raise TypeError(f"a value was read out of an array, by .{name}")

    item = tolist = property(lambda self: self.__getattr__("item()"))

    def __bool__(self) -> bool:
        answer = bool(self.array)
        self.tape.append(Call(_agree, (self, answer), {}, self))
        return answer

    def __len__(self) -> int:
        return len(self.array)

    def astype(self, dtype: Any, *, copy: bool = True) -> Traced:
        if self.dtype == dtype and not copy:
            return self
        return self._written(_cast, (self, np.dtype(dtype)), {})

    def one_hot(self, classes: int, dtype: Any) -> Traced:
        table, one = np.eye(classes + 2, classes, -1, dtype), np.ones((), self.dtype)
        return self._written(_one_hot, (self + one, table), {})

    def __and__(self, other: Any) -> Any:
        return np.bitwise_and(self, other)

    def __or__(self, other: Any) -> Any:
        return np.bitwise_or(self, other)

    def __invert__(self) -> Any:
        return np.invert(self)

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
        if function in LIKE:
            return function(args[0].array, *args[1:], **options)
        if function in REDUCTIONS and options.keys() <= {"axis", "keepdims"}:
            return self._written(REDUCTIONS[function], args, {"axis": None, **options})
        if function in OTHERS and not options:
            return self._written(OTHERS[function], args, options)
        if function in VIEWS:
            return self._written(function, args, options, base=self.owner)
        raise TypeError(f"np.{function.__name__} cannot be written down here")

    def __getitem__(self, index: Any) -> Traced:
        return self._written(operator.getitem, (self, index), {}, base=self.owner)

    def _written(self, function: Any, args: tuple, options: dict, base: Any = None) -> Traced:
        array = function(*(a.array if isinstance(a, Traced) else a for a in args), **options)
        if base is not None and not np.may_share_memory(array, base.array):
            raise TypeError("a copy where a view was expected")
        result = Traced(array, self.tape, base)
        self.tape.append(Call(function, args, options, result))
        return result


class Otherwise(Exception):
    """What was written down is not what this batch needs."""


def _agree(answer: Any, before: bool) -> None:
    """A question that was asked of a value must get the answer that it got before."""
    if bool(answer) is not before:
        raise Otherwise("a check of its values has another answer than before")


def _select(condition: Any, a: Any, b: Any, out: Any = None) -> Any:
    """np.where, which itself takes no place for its result."""
    out = np.where(condition, a, b) if out is None else out
    np.copyto(out, b)
    np.copyto(out, a, where=condition)
    return out


def _cast(x: Any, dtype: Any, out: Any = None) -> Any:
    """x.astype(dtype)."""
    out = np.empty_like(x, dtype) if out is None else out
    np.copyto(out, x, casting="unsafe")
    return out


def _count(x: Any, out: Any = None) -> Any:
    """np.count_nonzero(x)."""
    out = np.empty((), int) if out is None else out
    out[...] = np.count_nonzero(x)
    return out


def _one_hot(places: Any, table: Any, out: Any = None) -> Any:
    """Rows of a table whose first and last row, all 0, are for what is no class."""
    out = table.take(places, 0, out, "clip")
    if np.count_nonzero(out) != places.size:
        raise Otherwise("a class id is not one of the classes")
    return out


REDUCTIONS = {
    np.sum: np.add.reduce,
    np.max: np.maximum.reduce,
    np.min: np.minimum.reduce,
    np.any: np.logical_or.reduce,
    np.all: np.logical_and.reduce,
}
OTHERS = {np.where: _select, np.clip: np.clip, np.count_nonzero: _count}
MADE = {np.asarray, np.arange, np.eye}  # from nothing, with like=: a constant of the step
LIKE = {np.zeros_like, np.ones_like}  # constants, too
VIEWS = {np.reshape, np.expand_dims, np.squeeze, np.transpose, np.swapaxes, np.broadcast_to}


# --- giving every result a place ------------------------------------------------------------


def bound(tape: list[Call], places: dict[Traced, np.ndarray]) -> list[Callable]:
    """The calls of a tape with a fixed array for every argument and result.

    `places` says where some arrays are and stay. The others use memory again as soon as nobody
    needs it; an elementwise call may write over an argument that is not needed afterwards.
    """
    traced = [[arg for arg in call.args if isinstance(arg, Traced)] for call in tape]
    last = {arg.owner: i for i, args in enumerate(traced) for arg in args}
    stay, free = set(places), defaultdict(list)

    def release(owners: set[Traced]) -> None:
        for owner in owners:
            free[owner.layout].append(places[owner])

    calls: list[Callable] = []
    for i, call in enumerate(tape):
        function, args, options, result = call
        args = tuple(places[arg] if isinstance(arg, Traced) else arg for arg in args)
        if result.base is not None:  # a view, made once: it shows whatever is there at the time
            places[result] = function(*args, **options)
            continue
        if function is _agree:
            calls.append(functools.partial(_agree, *args))
            continue
        ending = {arg.owner for arg in traced[i] if last[arg.owner] == i} - stay
        if isinstance(function, np.ufunc) and function.signature is None:  # elementwise
            release(ending)
            ending = set()
        if result not in places:
            unused = free[result.layout]
            places[result] = unused.pop() if unused else place_like(result.array)
        release(ending)
        calls.append(_ready(call, args, places[result]))
    return calls


def place_like(array: Any) -> np.ndarray:
    """An array of the very same layout, also where an axis of length 1 has a stride of its own."""
    if array.strides == (place := np.empty_like(array)).strides or not array.flags.forc:
        return place
    return np.ndarray(array.shape, array.dtype, np.empty(array.size, array.dtype), 0, array.strides)


def _ready(call: Call, args: tuple, place: np.ndarray) -> Callable:
    """The call with a place for its result. For speed, numbers become arrays here, once for all."""
    function, options = call.function, call.options
    dtypes = {arg.dtype for arg in args if hasattr(arg, "dtype")}
    if isinstance(function, np.ufunc) and len(dtypes) == 1 and min(dtypes).kind == "f":
        args = tuple(np.asarray(arg, *dtypes) for arg in args)
    if function is np.matmul and _is_dot(*args, place):
        function = np.dot  # half a microsecond faster
    elif not isinstance(function, np.ufunc) or function in (np.maximum, np.minimum):
        return functools.partial(function, *args, **options, out=place)
    return functools.partial(function, *args, place)  # by position: a little faster


def _is_dot(*arrays: np.ndarray) -> bool:
    """Do np.matmul and np.dot ask the BLAS for the very same product here?"""
    return len({array.dtype for array in arrays}) == 1 and all(
        array.dtype.char in "fd"
        and array.ndim == 2
        and min(array.shape) > 1
        and (array.flags.c_contiguous or array.flags.f_contiguous)
        for array in arrays
    )
