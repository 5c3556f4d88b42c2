"""How people call NumPy, sorted into one form: arguments by position, options by name.

np.sum(x, 0), np.sum(a=x, axis=0) and np.sum(x, axis=0, out=None) are the same to a rule. An option
that no rule knows is refused, unless it changes nothing.
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
from .tensor import Tensor

_signature = functools.cache(inspect.signature)


@functools.cache
def _known(rules: tuple[Callable, ...]) -> set[str]:
    """The names of all that the rules take, among them the options."""
    return {name for rule in rules for name in _signature(rule).parameters}


def in_order(function: Callable, run: Callable, rules: tuple, arity: int) -> Callable:
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
