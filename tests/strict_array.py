"""A stand-in for an array on another device, such as CuPy's: it follows NEP 13 and 18, strictly.

It computes with NumPy, but as if its numbers were elsewhere: it refuses to become a NumPy array by
itself and to meet one, also as an index. What runs on it makes no array out of nothing.
"""

from __future__ import annotations

import numpy as np


class StrictArray(np.lib.mixins.NDArrayOperatorsMixin):
    """`StrictArray(array)` sends an array there, `.get()` brings it back."""

    __hash__ = object.__hash__

    def __init__(self, array):
        self._there = np.array(array)

    def get(self):
        return self._there.copy()

    def __getattr__(self, name):
        """The attributes and methods of an ndarray."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._there, name)
        return returned(value) if not callable(value) else lambda *a, **k: call(value, a, k)

    def __array__(self, *args, **options):
        raise TypeError("a strict array does not become NumPy's by itself: .get() it")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if not all(isinstance(x, ALLOWED) for x in inputs):
            return NotImplemented
        return call(getattr(ufunc, method), inputs, options)

    def __array_function__(self, function, types, args, options):
        if not all(issubclass(kind, StrictArray) for kind in types):
            return NotImplemented
        if function is np.asarray:  # with like=: sent there on purpose
            return returned(np.asarray(*(getattr(x, "_there", x) for x in args), **options))
        return call(function, args, options)

    def __getitem__(self, index):
        return call(self._there.__getitem__, (index,), {})

    def __setitem__(self, index, value):
        call(self._there.__setitem__, (index, value), {})

    def __len__(self):
        return len(self._there)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self._there)

    def __int__(self):
        return int(self._there)

    def __float__(self):
        return float(self._there)

    def __format__(self, spec):
        return format(self._there, spec)

    def __repr__(self):
        return f"StrictArray({self._there!r})"


ALLOWED = (StrictArray, np.generic, int, float)


def call(function, args, options):
    """Call it there: with arrays that are there, and nothing else."""
    return returned(function(*there(args), **there(options)))


def there(value):
    if isinstance(value, np.ndarray):
        raise TypeError(f"a strict array does not meet NumPy's: {value!r}")
    if isinstance(value, dict):
        return {key: there(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(there, value))
    return value._there if isinstance(value, StrictArray) else value


def returned(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(returned, value))
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    strict = StrictArray.__new__(StrictArray)
    strict._there = np.asarray(value)  # a view stays a view
    return strict
