"""What an object holds, in whichever way Python lets it keep another.

A model finds its parameters among attributes, lists, tuples and dicts. What is kept elsewhere would
never be trained, so it is looked for here: in closures, slots, classes, sets, objects of one's own.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

from .graph import behind
from .tensor import Tensor

_PLAIN = (
    *(str, bytes, bool, int, float, complex, np.generic, type, ModuleType, type(None)),
    threading.local,  # what a thread keeps, such as who watches it, is no part of a model
)
_SEVERAL = (list, tuple, dict, set, frozenset, deque)
_CALLED = ("forward", "__call__")  # the methods that run when an object is called


_ELSEWHERE = (
    "is kept where layers are not looked for, so it is neither trained nor saved: make it an"
    " attribute, or put it in a list, tuple or dict that is one"
)
_COMPUTED = (
    "was computed, so it is not a parameter and will not learn: compute with arrays, as in"
    " Tensor(0.1 * array, requires_grad=True)"
)


def lost(
    root: Any, found: Sequence, parameters: Sequence[Tensor], layer: Any
) -> Iterator[tuple[str, str]]:
    """What nothing would train, of the layers and tensors behind `root`: its place, and why.

    `found` are the layers that are not lost, and `layer` is their class.
    """
    known = set(map(id, found))

    def ends(value: Any) -> bool:
        return isinstance(value, Tensor) or (isinstance(value, layer) and id(value) not in known)

    for way, value in reachable(root, ends):
        place = ".".join(map(str, way))
        trainable = isinstance(value, Tensor) and value.requires_grad
        if isinstance(value, layer) and ends(value):
            yield f"{place} ({value.describe()})", _ELSEWHERE
        elif trainable and behind(value).isdisjoint(parameters):  # no layer's output
            yield place, _COMPUTED if value.node else _ELSEWHERE


def reachable(root: Any, ends: Callable[[Any], bool]) -> Iterator[tuple[tuple, Any]]:
    """Every object behind `root`, the nearest first, each once, with the names on the way to it.

    It does not look into those for which `ends` says yes.
    """
    seen = {id(root)}
    todo: list[tuple[tuple, Any]] = [((), root)]
    for way, value in todo:  # which grows meanwhile
        yield way, value
        for name, inner in () if ends(value) else held(value):
            if id(inner) not in seen and not isinstance(inner, _PLAIN):
                seen.add(id(inner))
                todo.append(((*way, name), inner))


def held(value: Any) -> Iterator[tuple[Any, Any]]:
    """What `value` holds itself, each with its name, number or key."""
    yield from getattr(value, "__dict__", {}).items()
    if isinstance(value, FunctionType):
        yield from _used_by(value)
        return
    if isinstance(value, _SEVERAL):
        yield from value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        yield from enumerate(value.flat)
    for cls, name, slot in _of_class(value.__class__):
        yield name, getattr(value, name, None) if slot else vars(cls)[name]


def _used_by(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The variables from outside that a function uses, and its defaults.

    Of functions those in the same file; others would lead through whole libraries.
    """
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # it has no value yet
            yield name, cell.cell_contents
    for name in _globals(function.__code__):
        value = function.__globals__.get(name)
        if not isinstance(value, FunctionType) or value.__module__ == function.__module__:
            yield name, value
    yield "the defaults", function.__defaults__


@functools.lru_cache(maxsize=256)
def _globals(code: CodeType) -> tuple[str, ...]:
    return tuple(i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL")


@functools.lru_cache(maxsize=256)
def _of_class(cls: type) -> tuple[tuple[type, str, bool], ...]:
    """What is kept by the class, or in its slots: also that of a partial, or of a bound method."""
    return tuple(
        (base, name, isinstance(member, MemberDescriptorType))
        for base in cls.__mro__
        for name, member in vars(base).items()
        if _keeps(name, member)
    )


def _keeps(name: str, member: Any) -> bool:
    if isinstance(member, FunctionType):
        return name in _CALLED
    several = isinstance(member, (MemberDescriptorType, *_SEVERAL))
    return several or type(member).__module__ != "builtins"
