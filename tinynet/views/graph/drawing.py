"""Where the boxes of a graph stand: columns from the inputs to the output, with few crossings.

After Sugiyama, Tagawa & Toda (1981): a box stands as many columns from the output as the
longest path from it is long, so every arrow points the same way. Within a column the order that
crosses few arrows is found by sorting boxes by the mean place of their neighbours, back and forth;
then each moves as near to its neighbours as the order lets it.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from ..numerals import rounded
from .node import GraphNode

if TYPE_CHECKING:
    from .graph import Graph

SWEEPS = 8  # back and forth; more change little


@dataclass(eq=False)
class Box:
    """One box of the drawing, or a bend, without node, where an arrow passes a column."""

    node: GraphNode | None = None
    level: int = 0  # the column, counted from the output
    arguments: list[Box] = field(default_factory=list)  # boxes or bends in the next column
    users: list[Box] = field(default_factory=list)
    y: float = 0.0  # the height, in units of one box

    @property
    def kind(self) -> str:
        return self.node.kind if self.node else "bend"

    @property
    def label(self) -> str:
        """What the box is called: the variable, and the operation that made it."""
        if not self.node:
            return ""
        operation, name = self.node.label, self.node.name
        if self.node.written:
            return name if name == self.node.written else f"{name} = {self.node.written}"
        if self.node.automatic:
            return operation
        told = not self.node.operation or name.endswith(f".{operation}")  # as in layers.0.linear
        return name if told else f"{name} = {operation}"

    @property
    def detail(self) -> str:
        """Below it: a single number, or the shape."""
        if not self.node:
            return ""
        tensor = self.node.tensor
        return f"= {rounded(tensor)}" if tensor.size == 1 else str(tensor.shape)


def layout(graph: Graph) -> list[list[Box]]:
    """The columns of the drawing, the output first, each from bottom to top.

    >>> from tinynet import Graph, Tensor
    >>> x = Tensor(2.0, requires_grad=True)
    >>> [[box.label for box in column] for column in layout(Graph(np.tanh(x * 3)))]
    [['tanh'], ['multiply(·, 3)'], ['x']]
    """
    columns = _columns(graph)
    _order(columns)
    _place(columns)
    return columns


def _columns(graph: Graph) -> list[list[Box]]:
    """Boxes by level, the output first, with a bend wherever a long arrow passes a column."""
    boxes = {node: Box(node) for node in graph}
    for node in reversed(graph.nodes):  # users before arguments
        for _, argument in node.inputs:
            boxes[argument].level = max(boxes[argument].level, boxes[node].level + 1)
    columns: list[list[Box]] = [[] for _ in range(1 + max(box.level for box in boxes.values()))]
    for node in reversed(graph.nodes):
        columns[boxes[node].level].append(boxes[node])
    for node, box in boxes.items():
        for argument in dict.fromkeys(argument for _, argument in node.inputs):
            _join(box, boxes[argument], columns)
    return columns


def _join(user: Box, argument: Box, columns: list[list[Box]]) -> None:
    """An arrow from the argument to its user, over bends in the columns between."""
    while argument.level > user.level + 1:
        bend = next((b for b in argument.users if b.node is None), None)  # shared with others
        if bend is None or bend.level != argument.level - 1:
            bend = Box(level=argument.level - 1, arguments=[argument])
            columns[bend.level].append(bend)
            argument.users.append(bend)
        argument = bend
    user.arguments.append(argument)
    argument.users.append(user)


# --- the order in a column ------------------------------------------------------------------


def _order(columns: list[list[Box]]) -> None:
    """Sort every column so that few arrows cross: the best order of several sweeps."""
    best, fewest = [list(column) for column in columns], _crossings(columns)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            _sort(column, attrgetter("users" if forth else "arguments"))
        crossings = _crossings(columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    for column, order in zip(columns, best, strict=True):
        column[:] = order
        _number(column)


def _sort(column: list[Box], neighbours: Callable[[Box], Sequence[Box]]) -> None:
    """By the mean place of the neighbours; a box without any stays where it is."""
    column.sort(key=lambda box: np.mean([n.y for n in neighbours(box)] or [box.y]))
    _number(column)


def _number(column: list[Box]) -> None:
    """Let y be the place in the column, counted from its middle."""
    for i, box in enumerate(column):
        box.y = i - (len(column) - 1) / 2


def _crossings(columns: list[list[Box]]) -> int:
    """How many pairs of arrows between neighbouring columns cross."""
    for column in columns:
        _number(column)
    count = 0
    for column in columns:
        seen: list[float] = []  # where the arrows so far begin, sorted
        for user in column:
            starts = [argument.y for argument in user.arguments]
            count += sum(len(seen) - bisect(seen, start) for start in starts)
            for start in starts:
                insort(seen, start)
    return count


# --- heights --------------------------------------------------------------------------------


def _place(columns: list[list[Box]]) -> None:
    """Heights that keep arrows short, and straight along the main line, in the order found.

    A box wants its main argument, the first that was itself computed if any, at its own height, and
    the others above and below. A box that has several users wants their middle.
    """
    wanted: dict[Box, list[float]] = {}
    for column in columns:
        _spread(column, [float(np.mean(wanted.get(box, [0.0]))) for box in column])
        for user in column:
            main_first = sorted(user.arguments, key=lambda box: not box.arguments)
            arguments = sorted(user.arguments, key=lambda box: box.y)
            for i, box in enumerate(arguments):
                wanted.setdefault(box, []).append(user.y + i - arguments.index(main_first[0]))


def _spread(column: list[Box], wanted: list[float]) -> None:
    """Set heights as near to the wanted ones as is possible for boxes that do not touch."""
    ranks = np.arange(len(column))
    room = np.array(wanted) - ranks
    heights = np.maximum.accumulate(room) + ranks  # each at least 1 above the last
    lowered = np.minimum.accumulate(room[::-1])[::-1] + ranks  # the same, pushed down instead
    for box, height in zip(column, (heights + lowered) / 2, strict=True):
        box.y = float(height)
