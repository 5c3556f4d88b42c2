"""What the engine computes with: NumPy's arrays and numbers, and arrays that follow NEP 18.

The one idea: what only looks like an array becomes one by its values, or is refused, before
anything is computed. So no rule meets np.matrix, whose * is another, or pandas, which aligns rows
by label. An array type that defines `__array_function__`, such as CuPy's, is kept as it is.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from . import errors

_SCALARS = {np.dtype(code).type for code in np.typecodes["AllInteger"] + np.typecodes["Float"]}
_OPTIONS = {type(None), str, tuple, list, slice, type(...)}
NUMBERS = frozenset({bool, int, float, np.bool} | _SCALARS | _OPTIONS)  # nothing to ask about them


def operand(value: Any) -> Any:
    """An argument of an operation as the engine computes with it; what is no array stays."""
    if type(value) is not np.ndarray:
        value = _plain(value)
    if type(value) is np.ndarray and value.dtype.kind == "c":
        raise errors.complex_numbers()
    return value


def as_array(value: Any, dtype: Any = None) -> Any:
    """The value as an array, if it is none yet: numbers and lists get this dtype."""
    if type(value) is not np.ndarray:
        value = _plain(value)
    kind: Any = type(value)
    if kind is np.ndarray or _follows(kind):
        return value
    return np.asarray(value, getattr(value, "dtype", dtype))


def as_floats(value: Any) -> Any:
    """The value as an array of floats: lists, Python's numbers and whole numbers become float64.

    >>> as_floats([3, 0])
    array([3., 0.])
    """
    if type(value) is np.ndarray and value.dtype.kind == "f":
        return value
    array = as_array(value)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def like(x: Any) -> Any:
    """What NumPy's `like=` takes to make an array as x is: None, or one from another device."""
    if type(x) is np.ndarray:
        return None
    array = x.data if hasattr(type(x), "node") else x  # of a Tensor
    kind: Any = type(array)
    return array if _follows(kind) else None


def _plain(value: Any) -> Any:
    """What looks like an array as one."""
    kind: Any = type(value)
    if kind in NUMBERS or kind is np.ndarray or _follows(kind):
        return value
    ma = sys.modules.get("numpy.ma")  # it is not imported before it is used
    if ma and issubclass(kind, ma.MaskedArray):
        raise errors.masked()
    if hasattr(kind, "__dlpack__") and not issubclass(kind, np.ndarray):
        raise errors.of_another_library(kind)
    looks_like_one = hasattr(kind, "__array__") or hasattr(kind, "__array_interface__")
    return np.asarray(value) if looks_like_one or kind is complex else value


@functools.cache
def _follows(kind: type) -> bool:
    """Does this type of array answer NumPy's functions itself, by design and not by descent?"""
    return hasattr(kind, "__array_function__") and not issubclass(kind, np.ndarray)
