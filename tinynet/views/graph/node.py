"""One node of a graph as a reader meets it: its name, its value, and the nodes around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Number
from typing import Any

import numpy as np

from ...engine.methods import raw
from ...engine.tensor import Primitive, Tensor


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
        args = self.tensor.node.args
        if not any(isinstance(arg, Number) for arg in args):
            return self.operation.__name__
        shown = (f"{arg:g}" if isinstance(arg, Number) else "·" for arg in args)
        return f"{self.operation.__name__}({', '.join(shown)})"

    def __repr__(self) -> str:
        kind = f" = {self.label}" if self.operation else f" ({self.kind})"
        value = f"{self.tensor.item():.4g}" if self.tensor.size == 1 else f"shape {self.shape}"
        gradient = "" if self.gradient is None else f", gradient {short(self.gradient)}"
        return f"{self.name}{kind}: {value}{gradient}"


def short(array: Any) -> str:
    """A number, or the norm of an array."""
    if np.size(array) == 1:
        return f"{np.asarray(array).item():.4g}"
    return f"of length {np.linalg.norm(array):.4g}"


def is_array(value: Any) -> bool:
    """Is it a node of its own, or only a number in the box of its user?"""
    return isinstance(value, Tensor) or getattr(value, "ndim", 0) > 0
