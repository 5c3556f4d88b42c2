"""How a NumPy function becomes an operation: `defvjp`, `compose`, `no_gradient`.

A rule need not know how people call NumPy. np.sum(x, 0), np.sum(a=x, axis=0) and
np.sum(x, axis=0, out=None) are sorted here into one form, arguments by position and options by
name; and an option that no rule knows is refused, unless it changes nothing.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from . import errors
from .methods import raw
from .tensor import Primitive, Tensor, table


def defvjp(function: Callable, *vjps: Callable | None, kind: str | None = None) -> None:
    """Make NumPy's `function` differentiable: one rule per argument, as in ops/.

    The `kind` of the rules is known for ufuncs; what the kinds are, zeros.py says.

    >>> import numpy as np
    >>> defvjp(np.fft.fftshift, lambda g, y, x, axes=None: np.fft.ifftshift(g, axes))
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> np.fft.fftshift(x).gradient(x, gradient=[30.0, 10.0, 20.0])          # shifted back
    array([10., 20., 30.])
    >>> del table[np.fft.fftshift]                                           # tidy up
    """
    operation = OfNumPy(function).defvjp(*vjps, kind=kind)
    rules = tuple(filter(None, vjps))
    table[function] = _sorted(function, operation, rules, len(vjps))


operations: dict[Callable, Primitive] = {}


class OfNumPy(Primitive):
    """The operation that is a NumPy function: this function stands for it in a pickle."""

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        operations[function] = self

    def __reduce__(self) -> Any:
        return _of_numpy, (self.forward,)


def _of_numpy(function: Callable) -> Primitive:
    return operations[function]


def compose(function: Callable, replacement: Callable, arity: int = sys.maxsize) -> None:
    """Make NumPy's `function` differentiable by writing it in terms of others that are.

    The replacement names its parameters as NumPy does, unless it has an `arity`: see `_sorted`.
    """
    table[function] = _sorted(function, replacement, (replacement,), arity)


_signature = functools.cache(inspect.signature)


@functools.cache
def _known(rules: tuple[Callable, ...]) -> set[str]:
    """The names of all that the rules take, among them the options."""
    return {name for rule in rules for name in _signature(rule).parameters}


def _sorted(function: Callable, run: Callable, rules: tuple, arity: int) -> Callable:
    """Call `run` with the first `arity` arguments by position and the options by name.

    Which is which, NumPy's signature says, where the caller did otherwise. With no limit to the
    arity nothing needs sorting.
    """
    sorts = arity < sys.maxsize

    @functools.wraps(function)
    def operation(*args: Any, **options: Any) -> Any:
        if len(args) > arity or (sorts and Tensor in map(type, options.values())):
            options = _signature(function).bind(*args, **options).arguments
            args = tuple(options.pop(name) for name in list(options)[:arity])
        dtype = None
        for option in options and options.keys() - _known(rules):
            value = options.pop(option)
            if option == "dtype":
                dtype = value
            elif not (value is None or _is_default(function, option, value)):
                raise errors.no_option(_name(function), option)
        result = run(*args, **options)
        if dtype is not None and getattr(result, "dtype", None) != dtype:
            raise errors.no_option(_name(function), "dtype")
        return result

    return operation


def _name(function: Callable) -> str:
    """As in a message: sum, or add.reduce of a ufunc's method."""
    owner = getattr(function, "__self__", None)
    prefix = f"{owner.__name__}." if isinstance(owner, np.ufunc) else ""
    return prefix + function.__name__


_UFUNC_DEFAULTS = {"where": True, "casting": "same_kind", "order": "K", "subok": True}


def _is_default(function: Callable, option: str, value: Any) -> bool:
    """Would leaving the option out change nothing?"""
    default = _UFUNC_DEFAULTS.get(option)
    if not isinstance(function, np.ufunc):
        with contextlib.suppress(ValueError, KeyError):  # written in C, or no such option
            default = _signature(function).parameters[option].default
    return type(value) is type(default) and value == default


def no_gradient(*functions: Callable) -> None:
    """Declare that these have no useful gradient: they leave the graph and return plain arrays."""
    for function in functions:
        table[function] = functools.partial(_on_arrays, function)


def _on_arrays(function: Callable, *args: Any, **options: Any) -> Any:
    if options.get("out") is not None:
        raise TypeError(f"{function.__name__}: out= cannot be used together with a Tensor")
    return function(*map(raw, args), **{key: raw(value) for key, value in options.items()})
