"""Moving elements: what only puts elements elsewhere, repeats, drops or joins them.

Such a function need not be differentiated. Applied to the numbers of the elements
instead of the elements, it says which of them goes where; and to pick those is `x[index]`, whose
derivative is known:

    numbers = np.arange(x.size).reshape(x.shape)
    np.repeat(x, 2)  ==  x.ravel()[np.repeat(numbers, 2)]

Here they are numbered from 1, so that a 0 is a place that is filled with zero, as by np.diag.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import errors
from ...methods import raw
from ...registry import compose
from ...tensor import table
from ..indexing import part, scatter


def moves(*functions: Callable) -> None:
    """Make functions differentiable that only move elements of their first argument."""
    for function in functions:
        table[function] = _mover(function)


def _mover(function: Callable) -> Callable:
    @functools.wraps(function)
    def operation(*args: Any, **options: Any) -> Any:
        if options.get("out") is not None:
            raise errors.no_option(function.__name__, "out")
        if not args:  # the array is given by name
            args = (options.pop(next(iter(inspect.signature(function).parameters))),)
        elements, (numbers,) = numbered([args[0]])
        options = {name: raw(option) for name, option in options.items()}
        return picked(elements, function(numbers, *raw(args[1:]), **options))

    return operation


def numbered(arrays: Sequence) -> tuple[Any, Sequence]:
    """All elements of the arrays in nested lists, in one row, and their numbers in such lists."""
    rows: list = []

    def number(array: Any) -> Any:
        if isinstance(array, (list, tuple)):
            return type(array)(map(number, array))
        start = 1 + sum(row.size for row in rows)
        rows.append(np.ravel(array))
        return np.arange(start, start + rows[-1].size).reshape(np.shape(array))

    numbers = number(arrays)
    return rows[0] if len(rows) == 1 else np.concatenate(rows), numbers


def picked(elements: Any, numbers: Any) -> Any:
    """The elements of these numbers, and zeros for the number 0. Of a list of numbers, a list."""
    if isinstance(numbers, (list, tuple)):
        return type(numbers)(picked(elements, one) for one in numbers)
    if numbers.all():
        return np.reshape(elements[np.ravel(numbers) - 1], numbers.shape)
    places = numbers > 0
    return scatter(elements[numbers[places] - 1], numbers.shape, places)


moves(np.diag, np.diagflat, np.diagonal)
moves(np.repeat, np.tile, np.resize, np.delete, np.rollaxis)
moves(np.take, np.take_along_axis, np.hsplit, np.vsplit, np.dsplit)
compose(
    np.trace,
    lambda a, offset=0, axis1=0, axis2=1: np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1),
)


# --- where the array is not the first argument, or there are several ------------------------


def _insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    elements, (old, new) = numbered([arr, np.copy(values).astype(arr.dtype)])
    return picked(elements, np.insert(old, raw(obj), new, axis))


def _choose(a: Any, choices: Any, mode: Any = "raise") -> Any:
    elements, numbers = numbered(list(choices))
    return picked(elements, np.choose(raw(a), numbers, mode=mode))


def _block(arrays: Any) -> Any:
    elements, numbers = numbered(arrays if isinstance(arrays, list) else [arrays])
    return picked(elements, np.block(numbers))


def _meshgrid(*xi: Any, sparse: bool = False, indexing: Any = "xy") -> tuple:
    elements, numbers = numbered(xi)
    return picked(elements, tuple(np.meshgrid(*numbers, sparse=sparse, indexing=indexing)))


def _compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    elements, (numbers,) = numbered([a])
    return picked(elements, np.compress(raw(condition), numbers, axis))


compose(np.insert, _insert)
compose(np.choose, _choose)
compose(np.block, _block)
compose(np.meshgrid, _meshgrid)
compose(np.compress, _compress)
compose(np.extract, lambda condition, arr: _compress(np.ravel(condition), np.ravel(arr)))


# --- padding --------------------------------------------------------------------------------


def _pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    constant_values: Any = None,
    reflect_type: str | None = None,
) -> Any:
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap") or reflect_type == "odd":
        raise errors.no_option("pad", "reflect_type" if reflect_type else "mode")
    elements, (numbers,) = numbered([array])
    padded = picked(elements, np.pad(numbers, pad_width, mode))
    if constant_values is None:
        return padded
    zeros = np.zeros_like(raw(array))
    return padded + np.pad(zeros, pad_width, mode, constant_values=constant_values)


compose(np.pad, _pad)


# --- splitting: the same idea along one axis, where each part is a slice --------------------


def _split(function: Callable) -> Callable:
    def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list:
        runs = function(np.arange(ary.shape[axis]), indices_or_sections)
        ends = [(run[0], run[-1] + 1) if run.size else (0, 0) for run in runs]
        return [part(ary, axis, start, stop) for start, stop in ends]

    return split


compose(np.split, _split(np.split))
compose(np.array_split, _split(np.array_split))
if hasattr(np, "unstack"):  # NumPy 2.1
    compose(np.unstack, lambda x, axis=0: tuple(np.moveaxis(x, axis, 0)))
