"""What the stepper's page asks while a reader experiments, whoever carries its questions.

The page sends all that it has changed, always; so nothing has to be undone, and what it shows is
what the graph of the script gives with these changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.methods import raw
from ...engine.names import lookup
from ...engine.tensor import Tensor
from ...losses.base import Loss
from ...optimizers import Optimizer
from ..graph import Graph, GraphNode, page
from ..web.assemble import finite
from ..web.payload import expect
from .calls import alternatives
from .nudge import nudged
from .recompute import Values, numbers, recomputed

FILES = ("stepper/experiment.css", "stepper/experiment.js")
Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Experiment:
    """A graph as its script computed it, and the optimizer of the script, if it has one."""

    graph: Graph
    optimizer: Optimizer | None = None

    def html(self, asked_by: str) -> str:
        """The stepper's page; `asked_by` is the script that carries its questions."""
        more = {"changeable": changeable(self.graph, self.graph)}
        return page.html(self.graph, self.optimizer, (asked_by, *FILES), more)

    def recompute(self, payload: Payload) -> dict[str, Any]:
        """What the page shows of the graph with these changes."""
        graph = self._changed(payload)
        content = page.content(graph, self._optimizer_of(graph))
        return content | {"changeable": changeable(graph, self.graph)}

    def nudge(self, payload: Payload) -> dict[str, Any]:
        """A gradient of the graph with these changes, measured."""
        name, place = expect(payload, "name", str), expect(payload, "place", int)
        found = nudged(self._changed(payload), name, place)
        said = {"sentence": found.sentence}
        measured = ("plus", "minus", "quotient", "gradient", "difference")
        return said | {key: finite(getattr(found, key)) for key in measured}

    def _changed(self, payload: Payload) -> Graph:
        values = self._values(expect(payload, "values", list))
        return recomputed(self.graph, values, expect(payload, "operations", dict))

    def _values(self, changes: list) -> Values:
        """Whole arrays, out of changes that name one number each."""
        nodes = {node.name: node for node in self.graph.flat()}
        values: dict[Any, Any] = {}
        for name, argument, place, number in changes:
            if argument is not None:
                values[name, argument] = number
                continue
            array = values.setdefault(name, np.array(lookup("leaf", name, nodes).value, float))
            if not 0 <= place < array.size:
                raise ValueError(f"{name} has no number {place}")
            array[np.unravel_index(place, array.shape)] = number
        return values

    def _optimizer_of(self, graph: Graph) -> Optimizer | None:
        """The optimizer as it would stand before the parameters of this graph."""
        if self.optimizer is None:
            return None
        pairs = zip(self.graph.flat(), graph.flat(), strict=True)
        tensors = {old.tensor: new.tensor for old, new in pairs if isinstance(old.tensor, Tensor)}
        own = set(self.optimizer.parameters)
        return self.optimizer.moved({old: new for old, new in tensors.items() if old in own})


QUESTIONS: dict[str, Callable[[Experiment, Payload], Payload]] = {
    "recompute": Experiment.recompute,
    "nudge": Experiment.nudge,
}


def changeable(graph: Graph, original: Graph) -> dict[str, Any]:
    """What of each box can be changed; with the name that the box had in the original graph."""
    pairs = zip(graph.flat(), original.flat(), strict=True)
    return {node.name: {"name": old.name, **_changeable(node)} for node, old in pairs}


def _changeable(node: GraphNode) -> dict[str, Any]:
    """Of a leaf its numbers, or the class of a row; of an operation its numbers, and its likes."""
    if node.operation:
        held = [{"argument": i, "value": number} for i, number in numbers(node).items()]
        return {"leaf": False, "numbers": held, "operations": alternatives(node)}
    return {"leaf": True, "classes": _holds_classes(node)}


def _holds_classes(node: GraphNode) -> bool:
    """Are these targets with a single 1 in each row? Then only the class makes sense to change."""
    value = np.asarray(raw(node.tensor))
    if value.ndim < 2 or node.kind != "data":
        return False
    is_target = any(
        isinstance(user.operation, Loss) and user.operation.rows and argument == "y_true"
        for user in node.users
        for argument, n in user.inputs
        if n is node
    )
    single = np.all((value == 0) | (value == 1)) and np.all(value.sum(axis=-1) == 1)
    return is_target and bool(single)
