"""A graph as lines of text: each node below what it was made into, as far as a step knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..numerals import rounded
from .graph import Graph
from .node import GraphNode, short
from .steps import Backward, Forward, Update


@dataclass(frozen=True)
class Line:
    """A node in the tree."""

    text: str
    state: str  # "node", where the step is; "edge", where its gradient goes; "known"; or "ahead"


def drawn(graph: Graph, steps: Sequence[Forward | Backward | Update], place: int) -> list[Line]:
    """The tree of a graph at a step: values once they are computed, gradients as they arrive.

    >>> from tinynet import Tensor
    >>> x, w = Tensor(3.0), Tensor(0.5, requires_grad=True)
    >>> y = x * w
    >>> graph = Graph(y)
    >>> steps = list(graph.steps())
    >>> for line in drawn(graph, steps, len(steps) - 1):
    ...     print(line.text)
    ▶ y = multiply: 1.5, gradient 1
      ├─ x (data): 3
      └▶ w (parameter): 0.5, gradient 3
    """
    step = steps[place]
    backward = not isinstance(step, Forward)
    known = {s.node for s in steps[: place + 1]} if not backward else set(graph)
    gradients = {s.input: s.after for s in steps[: place + 1] if isinstance(s, Backward)}
    if backward:
        gradients.setdefault(graph.output, graph.output.gradient)
    return [
        _line(rails, node, user, again, step, known, gradients)
        for rails, node, user, again in _places(graph)
    ]


def _line(
    rails: str,
    node: GraphNode,
    user: GraphNode | None,
    again: bool,
    step: Forward | Backward | Update,
    known: set[GraphNode],
    gradients: dict[GraphNode, object],
) -> Line:
    """One node of the tree, `rails` before it."""
    along = isinstance(step, Backward) and node is step.input and user is step.node
    if along and rails:
        rails = f"{rails[:-1]}▶"
    here = node is step.node and not again
    text = f"{'▶' if here else ' '} {rails}{' ' if rails else ''}{node.name}"
    if again:
        text += ", see above"
    else:
        text += f" = {node.label}" if node.operation else f" ({node.kind})"
        text += f": {_value(node)}" if node in known else ""
        text += f", gradient {short(gradients[node])}" if node in gradients else ""
    state = "node" if here else "edge" if along else "known" if node in known else "ahead"
    return Line(text, state)


def _places(graph: Graph) -> Iterator[tuple[str, GraphNode, GraphNode | None, bool]]:
    """Each node below its user, with the rails before it; one that was there already only named."""
    seen = set()
    stack: list[tuple[str, str, GraphNode, GraphNode | None]] = [("", "", graph.output, None)]
    while stack:
        above, rail, node, user = stack.pop()
        yield above + rail, node, user, node in seen
        if node in seen:
            continue
        seen.add(node)
        below = above + {"": "", "├─": "│  ", "└─": "   "}[rail]
        arguments = list(dict.fromkeys(argument for _, argument in node.inputs))
        for argument in reversed(arguments):
            stack.append((below, "└─" if argument is arguments[-1] else "├─", argument, node))


def _value(node: GraphNode) -> str:
    return rounded(node.tensor) if node.tensor.size == 1 else f"shape {node.shape}"
