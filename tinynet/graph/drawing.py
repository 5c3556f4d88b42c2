"""The graph behind a Tensor as boxes in columns, ready to be drawn.

The one idea: a box stands as many columns from the output as the longest path from it is long, so
every arrow points the same way; within its column it stands as near to its users as it can.
"""

from __future__ import annotations

import inspect
import itertools
from dataclasses import dataclass, field
from numbers import Number
from typing import Any

import numpy as np

from ..tensor import Tensor


@dataclass(eq=False)
class Box:
    """One box of the drawing, or a bend (without label) where an arrow passes a column."""

    kind: str = "bend"
    label: str = ""
    detail: str = ""
    arguments: list[Box] = field(default_factory=list)
    level: int = 0  # the longest path from here to the output: the column, from the right
    wanted: list[float] = field(default_factory=list)  # heights that keep its arrows short
    y: float = 0.0


def layout(tensor: Tensor) -> list[list[Box]]:
    """The columns of the drawing, the output first; every box has its level and its height.

    >>> x = Tensor(2.0, requires_grad=True, name="x")
    >>> [[box.label for box in column] for column in layout(np.tanh(x * 3))]
    [['tanh'], ['multiply(·, 3)'], ['x']]
    """
    return _columns(_boxes(tensor))


def _boxes(output: Tensor) -> list[Box]:
    """A box for every operation and for every array they take, each with its level."""
    values, stack = {id(output): output}, [output]
    while stack:
        new = {id(arg): arg for _, arg in _array_args(stack.pop()) if id(arg) not in values}
        values |= new
        stack += new.values()
    boxes = {key: _box(value) for key, value in values.items()}
    made = [value for value in values.values() if getattr(value, "node", None)]
    for value in sorted(made, key=lambda value: -value.node.number):  # users before arguments
        user = boxes[id(value)]
        for name, arg in _array_args(value):
            argument = boxes[id(arg)]
            argument.level = max(argument.level, user.level + 1)
            argument.label = argument.label or name
            user.arguments.append(argument)
    return list(boxes.values())


def _array_args(value: Any) -> list[tuple[str, Any]]:
    """The arrays a Tensor was made from and their names; numbers stand in its own box."""
    node = getattr(value, "node", None)
    if not node:
        return []
    module = getattr(node.operation.forward, "__module__", None) or "numpy"
    ours = module.startswith("tinynet")  # NumPy's x1 and x2 tell nothing
    names = inspect.signature(node.operation).parameters if ours else ()
    pairs = itertools.zip_longest(names, node.args, fillvalue="")
    return [(name, arg) for name, arg in pairs if isinstance(arg, Tensor) or np.ndim(arg) > 0]


def _box(value: Any) -> Box:
    """The box of a Tensor or an array, not yet placed."""
    detail = f"= {value.item():.4g}" if value.size == 1 else str(value.shape)
    name, node = getattr(value, "name", None), getattr(value, "node", None)
    if not node:
        kind = "parameter" if getattr(value, "requires_grad", False) else "data"
        return Box(kind, name or "", detail)
    label = node.operation.__name__
    if any(isinstance(arg, Number) for arg in node.args):
        shown = (f"{arg:g}" if isinstance(arg, Number) else "·" for arg in node.args)
        label += f"({', '.join(shown)})"
    return Box("operation", f"{name} = {label}" if name else label, detail)


def _columns(boxes: list[Box]) -> list[list[Box]]:
    """Boxes by level, the output first, with bends for long arrows; all heights are set.

    A box stands where its users want it. They want their main argument, the first that was itself
    computed, at their own height, so the main line is straight, and the others above and below.
    """
    columns: list[list[Box]] = [[] for _ in range(1 + max(box.level for box in boxes))]
    for box in boxes:
        columns[box.level].append(box)
    for level, column in enumerate(columns):
        _spread(column)
        for user in column:
            user.arguments = [_bent(box, level + 1, columns) for box in user.arguments]
            main_first = sorted(user.arguments, key=lambda box: not box.arguments)
            for i, box in enumerate(main_first):  # offsets 0, 1, −1, 2, −2, …
                box.wanted.append(user.y - (i + 1) // 2 * (-1) ** i)
    return columns


def _bent(box: Box, level: int, columns: list[list[Box]]) -> Box:
    """The box itself if it stands in this column, else a new bend on the way to it."""
    if box.level == level:
        return box
    columns[level].append(Box(arguments=[box], level=level))
    return columns[level][-1]


def _spread(column: list[Box]) -> None:
    """Set heights as near to the wanted ones as boxes that do not touch can be."""
    column.sort(key=lambda box: np.mean(box.wanted or [0.0]))
    wanted = np.array([np.mean(box.wanted or [0.0]) for box in column])
    ranks = np.arange(len(column))
    heights = np.maximum.accumulate(wanted - ranks) + ranks  # each at least 1 above the last
    for box, height in zip(column, heights - np.mean(heights - wanted), strict=True):
        box.y = float(height)
