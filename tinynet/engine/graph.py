"""What a computation leaves behind: a Node for each of its steps, which together are the graph."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tensor import Primitive, Tensor

_count = itertools.count()


@dataclass(eq=False, slots=True)
class Node:
    """One step of the computation.

    It never holds its own output, so there is no reference cycle: a graph dies with its loss.
    """

    operation: Primitive
    args: tuple  # what it was called with: Tensors and others
    values: list  # the same, as arrays
    needs_grad: list[int]  # the positions of the arguments that need a gradient
    options: dict
    saved: Any  # what the forward pass kept for the rules
    number: int = field(default_factory=_count.__next__)  # grows: newer than its arguments
    source: Any = None  # in debug mode, where it was made


def behind(tensor: Tensor) -> set[Tensor]:
    """The tensor and all those it was computed from, as far as they ask for a gradient."""
    tensors, stack = set(), [tensor]
    while stack:
        tensor = stack.pop()
        if tensor.requires_grad and tensor not in tensors:
            tensors.add(tensor)
            stack += [arg for arg in getattr(tensor.node, "args", ()) if hasattr(type(arg), "node")]
    return tensors
