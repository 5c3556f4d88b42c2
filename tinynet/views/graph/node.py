"""One node of a graph as a reader meets it: its name, its value, and the nodes around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Number
from typing import Any, NamedTuple

import numpy as np

from ...engine.methods import raw
from ...engine.tensor import Primitive, Tensor
from ...losses.base import Loss
from ...losses.notation import GREEK, words
from ..numerals import number, rounded

_LETTERS = {name: letter for letter, name in GREEK.items()}


class Choice(NamedTuple):
    """How a script made data out of Tensors, by a function without a gradient, such as x > 0."""

    function: Callable
    args: tuple
    options: dict
    now: Mapping[Tensor, Tensor]  # what stands in the graph for a Tensor of the script


@dataclass(eq=False)
class GraphNode:
    """One value of the computation: an operation's result, a parameter, or data."""

    name: str
    kind: str  # "operation", "parameter", "data", or "layer": several in one box
    tensor: Any  # the Tensor, or the array, itself
    inputs: list[tuple[str, GraphNode]] = field(default_factory=list)  # (argument, its node)
    users: list[GraphNode] = field(default_factory=list)
    automatic: bool = False  # is the name only a number behind the operation?
    layer: str = ""  # the path of the layer it belongs to, as "layers.0"
    inside: list[GraphNode] = field(default_factory=list)  # of a collapsed layer
    gradient: Any = None  # of the output, with respect to this
    choice: Choice | None = None  # of data that follows from other nodes
    written: str = ""  # as a textbook writes it, where it is part of such a formula

    @property
    def operation(self) -> Primitive | None:
        node = getattr(self.tensor, "node", None)
        return node.operation if node and self.kind == "operation" else None

    @property
    def value(self) -> Any:
        return raw(self.tensor)

    @property
    def shape(self) -> tuple:
        return self.tensor.shape

    @property
    def dtype(self) -> Any:
        return self.tensor.dtype

    @property
    def source(self) -> str:
        """The line that made it, where debug mode recorded it."""
        return str(getattr(getattr(self.tensor, "node", None), "source", None) or "")

    @property
    def label(self) -> str:
        """The operation, with the numbers it was called with: multiply(·, 3)."""
        if not self.operation:
            return self.kind
        call, name = self.tensor.node, self.operation.__name__
        shown: list[str] = []
        if any(map(is_number, call.args)) and not isinstance(self.operation, Loss):
            shown = [number(arg) if is_number(arg) else "·" for arg in call.args]
        if isinstance(self.operation, Loss):
            shown = list(_chosen(self.operation, call.options))
        return f"{name}({', '.join(shown)})" if shown else name

    def __repr__(self) -> str:
        kind = f" = {self.label}" if self.operation else f" ({self.kind})"
        value = rounded(self.tensor) if self.tensor.size == 1 else f"shape {self.shape}"
        gradient = "" if self.gradient is None else f", gradient {short(self.gradient)}"
        return f"{self.name}{kind}: {value}{gradient}"


def is_number(value: Any) -> bool:
    """Is it shown in the box of its user?"""
    return isinstance(value, Number) or (isinstance(value, np.ndarray) and value.ndim == 0)


def _chosen(loss: Loss, options: Mapping[str, Any]) -> Iterator[str]:
    """The options of a loss that are not the usual ones: δ = 2."""
    spoken = words(loss.card.text) if loss.card else set()
    for name, usual in loss.defaults.items():
        letter, value = _LETTERS.get(name, name), options[name]
        if np.ndim(value) or value != usual:
            said = str(value) if isinstance(value, (bool, str)) else listed(value)
            yield f"{letter if letter in spoken else name} = {said}"


def listed(values: Any) -> str:
    """The numbers of an option: 2, or (0.5, 2), or the first four of many."""
    if np.ndim(values) == 0:
        return number(values)
    few = ", ".join(map(number, np.ravel(values)[:4]))
    return f"({few}{', …' if np.size(values) > 4 else ''})"


def short(array: Any) -> str:
    """A number, or the norm of an array."""
    if np.size(array) == 1:
        return rounded(array)
    return f"of length {rounded(np.linalg.norm(array))}"


def is_array(value: Any) -> bool:
    """Is it a node of its own, or only a number in the box of its user?"""
    return isinstance(value, Tensor) or getattr(value, "ndim", 0) > 0
