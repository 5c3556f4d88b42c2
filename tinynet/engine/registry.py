"""How a NumPy function becomes an operation: `defvjp`, `compose`, `no_gradient`.

A rule need not know how people call NumPy. np.sum(x, 0), np.sum(a=x, axis=0) and
np.sum(x, axis=0, out=None) are sorted here into one form, arguments by position and options by
name; and an option that no rule knows is refused before anything is computed.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

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
    operation = Primitive(function).defvjp(*vjps, kind=kind)
    rules = tuple(filter(None, vjps))
    table[function] = _sorted(function, operation, rules, len(vjps))


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
        for option in options and options.keys() - _known(rules):
            if options.pop(option) is not None:
                raise errors.no_option(function.__name__, option)
        return run(*args, **options)

    return operation


def no_gradient(*functions: Callable) -> None:
    """Declare that these have no useful gradient: they leave the graph and return plain arrays."""
    for function in functions:
        table[function] = functools.partial(_on_arrays, function)


def _on_arrays(function: Callable, *args: Any, **options: Any) -> Any:
    if options.get("out") is not None:
        raise TypeError(f"{function.__name__}: out= cannot be used together with a Tensor")
    return function(*map(raw, args), **{key: raw(value) for key, value in options.items()})
