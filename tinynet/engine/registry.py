"""How a NumPy function becomes an operation: `defvjp`, `compose`, `no_gradient`.

A rule need not know how people call NumPy: calls.py sorts arguments and options into one form.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from .calls import in_order
from .grad_mode import recording
from .methods import raw
from .tensor import Primitive, table


def defvjp(function: Callable, *vjps: Callable | None, kind: str | None = None) -> None:
    """Make NumPy's `function` differentiable: one rule per argument, as in ops/.

    The `kind` of the rules is known for ufuncs; what the kinds are, zeros.py says.

    >>> import numpy as np
    >>> defvjp(np.fft.fftshift, lambda g, y, x, axes=None: np.fft.ifftshift(g, axes))
    >>> from tinynet import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> np.fft.fftshift(x).gradient(x, gradient=[30.0, 10.0, 20.0])          # shifted back
    array([10., 20., 30.])
    >>> del table[np.fft.fftshift]                                           # tidy up
    """
    operation = OfNumPy(function).defvjp(*vjps, kind=kind)
    rules = tuple(filter(None, vjps))
    table[function] = in_order(function, operation, rules, len(vjps))


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

    The replacement names its parameters as NumPy does, unless it has an `arity`: see `in_order`.
    """
    table[function] = in_order(function, replacement, (replacement,), arity)


def no_gradient(*functions: Callable) -> None:
    """Declare that these have no useful gradient: they leave the graph and return plain arrays."""
    for function in functions:
        table[function] = functools.partial(_on_arrays, function)


def _on_arrays(function: Callable, *args: Any, **options: Any) -> Any:
    if options.get("out") is not None:
        raise TypeError(f"{function.__name__}: out= cannot be used together with a Tensor")
    result = function(*map(raw, args), **{key: raw(value) for key, value in options.items()})
    if recording.watcher:
        recording.watcher.left(result, function, args, options)
    return result
