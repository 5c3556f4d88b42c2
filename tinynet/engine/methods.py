"""What a Tensor can do because an ndarray can: operators, methods and attributes.

`x + y` is `np.add(x, y)` and `x.sum()` is `np.sum(x)`. Most lines below only name
NumPy's function; NumPy hands the call back to the Tensor (see tensor.py), which records it.
"""

from __future__ import annotations

import dis
import operator
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import errors
from .grad_mode import recording
from .upstairs import Displayed


def _method(function: Callable) -> Any:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    method.__name__, method.__doc__ = function.__name__, f"As `np.{function.__name__}`."
    return method


def _reflected(function: Callable) -> Any:
    def operator(self: Any, other: Any) -> Any:
        return function(other, self)

    return operator


def _in_place(function: Callable) -> Any:
    name = function.__name__

    def method(self: Any, *args: Any, **options: Any) -> Any:
        raise TypeError(f".{name}() would change the tensor in place: use np.{name}(x)")

    return method


_ASSIGNS = dis.opmap["STORE_SUBSCR"]
_CALLS = {code for name, code in dis.opmap.items() if "CALL" in name}  # also PRECALL


def _number(tensor: Any, kind: type) -> Any:
    """The only element as a Python number, where somebody asks for it: float(x), int(x).

    C code asks in the same way, for `array[i] = x`, `array.fill(x)` or `math.sqrt(x)`, and there
    the gradient would be lost without a word. Only the caller's bytecode tells: it assigns to an
    element, or calls a function, and the code around nowhere says "float".
    """
    number, caller = tensor.item(), sys._getframe(2)
    instruction = caller.f_code.co_code[caller.f_lasti]
    if instruction == _ASSIGNS:
        raise errors.not_an_element()
    unasked = instruction in _CALLS and kind.__name__ not in caller.f_code.co_names
    if unasked and tensor.requires_grad and recording.on:
        raise errors.not_a_number(kind)
    return kind(number)


class ArrayMethods(Displayed):
    """The face of an ndarray, for a class whose array is in `.data`."""

    __slots__ = ()
    data: Any
    __array_function__: Callable
    __pandas_priority__ = 5000  # above a DataFrame's: pandas on the left lets us compute

    shape = property(operator.attrgetter("data.shape"))
    ndim = property(operator.attrgetter("data.ndim"))
    size = property(operator.attrgetter("data.size"))
    dtype = property(operator.attrgetter("data.dtype"))
    real, imag = property(lambda self: np.real(self)), property(lambda self: np.imag(self))
    T = property(lambda self: np.transpose(self))
    mT = property(lambda self: np.swapaxes(self, -1, -2))

    __add__, __radd__ = _method(np.add), _reflected(np.add)
    __sub__, __rsub__ = _method(np.subtract), _reflected(np.subtract)
    __mul__, __rmul__ = _method(np.multiply), _reflected(np.multiply)
    __truediv__, __rtruediv__ = _method(np.divide), _reflected(np.divide)
    __floordiv__, __rfloordiv__ = _method(np.floor_divide), _reflected(np.floor_divide)
    __mod__, __rmod__ = _method(np.remainder), _reflected(np.remainder)
    __divmod__, __rdivmod__ = _method(np.divmod), _reflected(np.divmod)
    __pow__, __rpow__ = _method(np.power), _reflected(np.power)
    __matmul__, __rmatmul__ = _method(np.matmul), _reflected(np.matmul)
    __neg__, __pos__, __abs__ = _method(np.negative), _method(np.positive), _method(np.absolute)
    __lt__, __le__, __eq__ = _method(np.less), _method(np.less_equal), _method(np.equal)
    __gt__, __ge__, __ne__ = _method(np.greater), _method(np.greater_equal), _method(np.not_equal)

    sum, mean, prod = _method(np.sum), _method(np.mean), _method(np.prod)
    max, min = _method(np.max), _method(np.min)
    var, std = _method(np.var), _method(np.std)
    ravel = flatten = _method(np.ravel)
    squeeze, swapaxes = _method(np.squeeze), _method(np.swapaxes)
    copy, dot, round = _method(np.copy), _method(np.dot), _method(np.round)
    argmax, argmin, argsort = _method(np.argmax), _method(np.argmin), _method(np.argsort)
    any, all = _method(np.any), _method(np.all)
    cumsum, cumprod, trace = _method(np.cumsum), _method(np.cumprod), _method(np.trace)
    take, repeat, diagonal = _method(np.take), _method(np.repeat), _method(np.diagonal)
    choose, argpartition = _method(np.choose), _method(np.argpartition)
    nonzero, searchsorted = _method(np.nonzero), _method(np.searchsorted)
    conj = conjugate = _method(np.conjugate)
    sort, partition = _in_place(np.sort), _in_place(np.partition)

    def clip(self, min: Any = None, max: Any = None) -> Any:  # np.clip has these names since 2.1
        """As `np.clip`."""
        return np.clip(self, min, max)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in another shape: ``x.reshape(2, 3)`` or ``x.reshape((2, 3))``."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        """Permute the axes, or reverse them when none are given."""
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def astype(self, dtype: Any, *, copy: bool = True) -> Any:
        """Convert: floats stay in the graph; whole numbers and booleans leave it."""
        if np.dtype(dtype).kind != "f":
            return self.data.astype(dtype, copy=copy)
        return self.__array_function__(np.ndarray.astype, (type(self),), (self, dtype), {})

    def compress(self, condition: Any, axis: int | None = None) -> Any:
        """As `np.compress`: the elements, or rows, where the condition holds."""
        return np.compress(condition, self, axis)

    def tolist(self) -> Any:
        """The data as nested lists of Python numbers."""
        return self.data.tolist()

    def numpy(self) -> np.ndarray:
        """The data as an ndarray."""
        return np.asarray(self.data)

    def item(self) -> float:
        """The only element, as a Python number."""
        if self.size != 1:
            raise errors.not_one_value(self.shape)
        return self.data.item()

    def __float__(self) -> float:
        return _number(self, float)

    def __int__(self) -> int:
        return _number(self, int)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.item(), digits)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __bool__(self) -> bool:
        return bool(self.item())

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator:
        return (self[i] for i in range(len(self.data)))

    def __getitem__(self, index: Any) -> Any:
        return self.__array_function__(operator.getitem, (type(self),), (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        raise errors.not_in_place()

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise errors.not_an_array()  # np.array(tensor) would leave the graph without a word


def raw(value: Any) -> Any:
    """The array behind a Tensor, also inside lists and tuples; anything else as it is."""
    if isinstance(value, ArrayMethods):
        return value.data
    return type(value)(map(raw, value)) if isinstance(value, (list, tuple)) else value
