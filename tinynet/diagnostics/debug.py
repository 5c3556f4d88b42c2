"""Debug mode: the graph remembers where it was made, and stops at the first value that is wrong.

A watcher stands where the switch for recording stands (engine/grad_mode.py), so it is told of every
node when it is made and of every gradient when it is computed, and ordinary runs never meet it.

    with tn.debug():                  # or: TINYNET_DEBUG=1 python train.py
        loss = ...
        loss.backward()

Inside, the first value that is not finite, forward or backward, is a NonFiniteValue that names the
operation, the layer, your line, and the range of each input. The arrays that the graph still needs
cannot be written to until backward() has used them: NumPy says "read-only" at the line that tries.
A gradient that is added to an old one, and a parameter that gets none, are warnings.
"""

from __future__ import annotations

import inspect
import linecache
import os
import sys
import warnings
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from ..engine.frames import frames, users
from ..engine.grad_mode import recording
from ..engine.graph import Node, behind
from ..engine.methods import raw
from ..engine.tensor import Tensor, sweep
from ..layers import BatchNorm1d, Dropout, Module, modules, walk


class NonFiniteValue(FloatingPointError):
    """A value or a gradient became NaN or infinite; the message says where it came from."""


@contextmanager
def debug() -> Iterator[None]:
    """Watch every operation inside the `with` block, in this thread.

    Raises NonFiniteValue at the first NaN or infinity. Slower; the results are the same.

    >>> x = Tensor(0.0, requires_grad=True, name="x")
    >>> with debug(), np.errstate(divide="ignore"):
    ...     np.log(x)
    Traceback (most recent call last):
    tinynet.diagnostics.debug.NonFiniteValue: log: the value is -inf
      line:   <doctest tinynet.diagnostics.debug.debug[1]>:2  np.log(x)
      input:  x (), from 0 to 0
    """
    before, watcher = (recording.on, recording.watcher), Watcher()
    try:
        recording.on, recording.watcher = recording.on and watcher, watcher  # no_grad stays no_grad
        yield
    finally:
        watcher.close()
        recording.on, recording.watcher = before


@dataclass(eq=False)
class Source:
    """Where a node was made: the user's line, and the layer around it."""

    file: str
    line: int
    layer: str
    model: Module | None  # the outermost module around it
    names: list[str]  # what the arguments of the operation are called
    release: Any = None  # call it when the arrays of the node may change again

    def __str__(self) -> str:
        text = linecache.getline(self.file, self.line).strip()
        return f"{self.file.removeprefix(os.getcwd() + os.sep)}:{self.line}  {text}"


class Watcher:
    """Is told of every node that is recorded in its thread, and of every gradient."""

    def __init__(self) -> None:
        self.locked: dict[int, list] = {}  # id of an array -> [the array, how many nodes need it]

    def made(self, tensor: Tensor) -> None:
        """A node was recorded: remember where, check the value, protect what it holds."""
        node, stack = tensor.node, list(frames(sys._getframe(1)))
        source = node.source = _source(node, stack)
        arrays = self._lock([*node.values, *node.options.values(), *node.saved, tensor.data])
        source.release = weakref.finalize(tensor, self._release, arrays)
        source.release.atexit = False
        in_a_rule = any(frame.f_code is sweep.__code__ for frame in stack)
        if not in_a_rule:  # rules mask what they divided by 0
            _check(node, "the value", tensor.data)

    def pulled(self, node: Node, i: int, gradient: Any) -> None:
        """A rule gave the gradient of argument i: check it; from now on the arrays may change."""
        if node.source:
            node.source.release()
            _check(node, f"the gradient with respect to {node.source.names[i]}", raw(gradient))

    def left(self, *_: Any) -> None:
        """Something was computed that has no gradient, such as x > 0."""

    def swept(self, output: Tensor, wanted: Collection[Tensor]) -> None:
        """A backward pass begins: look ahead at the leaves to whose `.grad` it will add."""
        if wanted:
            return
        tensors = behind(output)
        old = [tensor for tensor in tensors if not tensor.node and tensor.grad is not None]
        if old:
            _warn(
                f"backward() adds to the gradients that {_listed(old)} had before: was"
                " optimizer.zero_grad() forgotten?"
            )
        models = {t.node.source.model for t in tensors if t.node and t.node.source}
        for model in models - {None}:
            of_two_modes = (m for m in modules(model) if isinstance(m, (Dropout, BatchNorm1d)))
            if idle := [m.describe() for m in of_two_modes if not m.training]:
                _warn(
                    f"the model is in evaluation mode, and so is its {idle[0]}: model.train()"
                    " forgotten?"
                )

    def without_gradient(self, parameters: Sequence[Tensor]) -> None:
        """An optimizer takes a step, and these parameters have no gradient."""
        _warn(f"the loss does not depend on {_listed(parameters)}: the step will not change it")

    def close(self) -> None:
        """Let everything be written to again."""
        self._release([array for array, count in self.locked.values() for _ in range(count)])

    def _lock(self, values: Sequence) -> list:
        """Protect the arrays among the values, also those of an index such as (rows, columns)."""
        parts = [v if isinstance(v, (list, tuple)) else [v] for v in values]
        arrays = [a for part in parts for a in part if isinstance(a, np.ndarray)]
        arrays = [a for a in arrays if a.flags.writeable or id(a) in self.locked]
        for array in arrays:
            self.locked.setdefault(id(array), [array, 0])[1] += 1
            array.flags.writeable = False
        return arrays

    def _release(self, arrays: Sequence) -> None:
        for array in arrays:
            if id(array) in self.locked:  # not any more after close()
                self.locked[id(array)][1] -= 1
        for key in [key for key, (_, count) in self.locked.items() if count == 0]:
            with suppress(ValueError):  # a view of an array that is still locked: later
                self.locked[key][0].flags.writeable = True
                del self.locked[key]


# --- where, and what ------------------------------------------------------------------------


def _source(node: Node, stack: list[FrameType]) -> Source:
    """The innermost line outside tinynet, and the innermost layer, named from the outermost."""
    user = next(filter(users, stack), None)
    line = (user.f_code.co_filename, user.f_lineno) if user else ("", 0)
    around = [f.f_locals["self"] for f in stack if isinstance(f.f_locals.get("self"), Module)]
    paths = {id(value): path for path, value in walk(around[-1])} if around else {}
    layer = f"{paths.get(id(around[0]), '')} {around[0].describe()}".strip() if around else ""
    usual = _parameters(node)
    usual += ["an argument"] * len(node.args)
    names = [
        paths.get(id(arg)) or getattr(arg, "name", None) or name
        for arg, name in zip(node.args, usual, strict=False)
    ]
    return Source(*line, layer, around[-1] if around else None, names)


def _parameters(node: Node) -> list[str]:
    """What the operation calls its arguments; a ufunc, x1 and x2: then what its rule calls them."""
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if not isinstance(node.operation.forward, np.ufunc):
        with suppress(ValueError):  # NumPy functions written in C have no signature
            parameters = inspect.signature(node.operation).parameters.values()
            return [p.name for p in parameters if p.kind in by_position]
    return list(inspect.signature(node.operation.vjps[node.needs_grad[0]]).parameters)[2:]


def _check(node: Node, what: str, array: Any) -> None:
    """NonFiniteValue if there is a NaN or an infinity in the array."""
    bad = ~np.isfinite(array)
    if not np.any(bad):
        return
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    place = f" at {list(first)}" if first else ""
    lines = [
        f"{node.operation.__name__}: {what}{place} is {array[first]}"
        + (f" ({np.count_nonzero(bad)} of {array.size} values are not finite)" if first else ""),
        *([f"  line:   {node.source}"] if node.source.file else []),
        *([f"  layer:  {node.source.layer}"] if node.source.layer else []),
        *(
            f"  input:  {name} {value.shape}, {_range(value)}"
            for name, value in zip(node.source.names, node.values, strict=False)
            if isinstance(value, (np.ndarray, np.floating))
        ),
    ]
    raise NonFiniteValue("\n".join(lines))


def _range(array: Any) -> str:
    """From the smallest to the largest number, and how many are NaN."""
    numbers = array[~np.isnan(array)]
    missing = f"{array.size - numbers.size} NaN" if numbers.size < array.size else ""
    span = f"from {numbers.min():.6g} to {numbers.max():.6g}" if numbers.size else ""
    return " and ".join(filter(None, (span, missing)))


def _listed(tensors: Iterable[Tensor]) -> str:
    return ", ".join(sorted(f"{t.name or 'a parameter'} {t.shape}" for t in tensors))


def _warn(message: str) -> None:
    warnings.warn(f"debug: {message}", stacklevel=4)


def watch_everywhere() -> None:
    """As `debug`, in every thread and to the end of the program: TINYNET_DEBUG=1."""
    type(recording).on = type(recording).watcher = Watcher()
