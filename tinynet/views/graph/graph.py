"""The graph behind a Tensor as an object: named nodes, in the order in which they were computed.

A Graph is a list of nodes that never changes. Opening a fused node, or collapsing a layer to one
box, gives another Graph with other nodes in the places of some.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.names import lookup
from ...engine.tensor import Tensor
from ...engine.upstairs import Displayed
from ...layers import Module, walk
from . import textbook
from .node import GraphNode, is_array
from .steps import Backward, Forward, Update, differentiate, steps, updates

if TYPE_CHECKING:
    from ...optimizers import Optimizer


class Graph(Displayed):
    """The graph behind a Tensor: its nodes from the inputs to the output, with their gradients.

    Parameters
    ----------
    output : Tensor
        What was computed, for example a loss.
    gradient : array_like, optional
        The gradient of the output itself: 1 if it is a single number, else needed for gradients.
    variables : dict, optional
        Names for Tensors, arrays and models; those of the caller if left out.

    A parameter of a model among the variables has its path as its name, such as "layers.0.weight".
    Any other node takes the name of its Tensor, else of the variable that holds it, else of its
    operation with a number.

    >>> x, w = Tensor(3.0), Tensor(0.5, requires_grad=True)
    >>> h = x * w
    >>> print(Graph(np.tanh(h)))
    tanh_1 = tanh: 0.9051, gradient 1
      h = multiply: 1.5, gradient 0.1807
        x (data): 3
        w (parameter): 0.5, gradient 0.5421
    """

    def __init__(
        self, output: Tensor, gradient: Any = None, *, variables: dict[str, Any] | None = None
    ) -> None:
        if not (isinstance(output, Tensor) and output.requires_grad):
            raise TypeError(
                "a Graph is made from a Tensor that was computed from one with requires_grad=True"
            )
        if variables is None:
            variables = sys._getframe(1).f_locals
        known = gradient is not None or output.size == 1
        self._seed = output._seed(gradient) if known else None
        self._finish(_named(_collected(output), variables))

    def _finish(self, nodes: list[GraphNode]) -> None:
        """Take the nodes, in order, and set what follows from the rest: users and gradients."""
        self.nodes, self.output = nodes, nodes[-1]
        for node in nodes:
            for _, argument in node.inputs:
                argument.users.append(node)
        self.edges = [] if self._seed is None else list(differentiate(nodes, self._seed))

    def __iter__(self) -> Iterator[GraphNode]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def find(self, name: str) -> GraphNode:
        """The node of that name."""
        return lookup("node", name, {node.name: node for node in self})

    def flat(self) -> list[GraphNode]:
        """All nodes in order, also those inside layers."""
        return [inner for node in self for inner in node.inside or [node]]

    @property
    def seed(self) -> Any:
        """The gradient of the output itself, with which the backward pass begins; or None."""
        return self._seed

    def steps(self, optimizer: Optimizer | None = None) -> Iterator[Forward | Backward | Update]:
        """The forward pass, then the backward pass, one operation at a time: see steps.py.

        With an optimizer, what its step would do comes after; nothing is changed.
        """
        if self._seed is None:
            raise ValueError(
                f"the output has shape {self.output.shape}, so the backward pass needs to know its"
                " gradient: Graph(output, gradient=...), or reduce it with .mean() or .sum()"
            )
        yield from steps(self)
        if optimizer:
            yield from updates(self, optimizer)

    def open(self, node: GraphNode | str) -> Graph:
        """The graph with a fused operation, or a collapsed layer, replaced by what is inside.

        >>> x = Tensor([[2.0, 0.0]], requires_grad=True)
        >>> from tinynet.losses import mse
        >>> loss = mse([[1.0, 1.0]], x)
        >>> print([node.name for node in Graph(loss).open("loss")])
        ['y_true', 'x', 'e', 'e²', 'loss']
        """
        node = self.find(node) if isinstance(node, str) else node
        known = {id(n.tensor): n for other in self for n in (*other.inside, other)}  # box last
        return self._replaced({node: node.inside or _inside(node, known)})

    def collapse(self, *layers: str) -> Graph:
        """The graph with each of these layers as one box; without a name, with all of them."""
        nodes: dict[str, list[GraphNode]] = {}
        for node in self:
            if node.layer and not node.inside:
                nodes.setdefault(node.layer, []).append(node)
        places: dict[GraphNode, list[GraphNode]] = {}
        for layer in layers or nodes:
            *others, last = inside = lookup("layer", layer, nodes)
            if last.operation and all(user in inside for n in others for user in n.users):
                places |= dict.fromkeys(others, []) | {last: [_layer_box(layer, inside)]}
        return self._replaced(places)

    def _replaced(self, places: dict[GraphNode, list[GraphNode]]) -> Graph:
        """Another Graph, with lists of nodes in the places of some; the last of each is used."""
        order = [new for node in self for new in places.get(node, [node])]
        copies = {n: replace(n, users=[]) for node in order for n in (node, *node.inside)}
        ends = {node: copies[new[-1]] for node, new in places.items() if new}
        for node in order:
            copies[node].inside = [copies[n] for n in node.inside]
            for inner in (node, *node.inside):
                copies[inner].inputs = [
                    (arg, copies[n] if n in node.inside else ends.get(n) or copies[n])
                    for arg, n in inner.inputs
                ]
        needed, stack = set(), [copies[order[-1]]]
        while stack:
            node = stack.pop()
            needed.add(node)
            stack += [argument for _, argument in node.inputs if argument not in needed]
        return self.of([copies[node] for node in order if copies[node] in needed])

    def of(self, nodes: list[GraphNode]) -> Graph:
        """Another Graph, of these nodes in this order, which have no users yet."""
        graph = Graph.__new__(Graph)
        graph._seed = self._seed
        graph._finish(nodes)
        return graph

    def __str__(self) -> str:
        return "\n".join(self._tree(self.output))

    def _tree(self, root: GraphNode) -> Iterator[str]:
        """A line for each node below its user; a node that is used again only by its name."""
        seen, stack = set(), [(root, 0)]
        while stack:
            node, depth = stack.pop()
            again = node in seen
            yield "  " * depth + (f"{node.name}, see above" if again else repr(node))
            if not again:
                seen.add(node)
                stack += [(argument, depth + 1) for _, argument in reversed(node.inputs)]

    def __repr__(self) -> str:
        kinds = Counter(node.kind for node in self)
        listed = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
        return f"Graph of {self.output.name}: {listed}\n{self}"

    def save_html(self, path: str | os.PathLike, optimizer: Optimizer | None = None) -> None:
        """Write a web page to step through the graph: one file, which needs no network.

        With an optimizer it ends with what its step would do. Raises ValueError for a graph of
        more boxes than a page shows.

        >>> import pathlib, tempfile
        >>> x = Tensor(3.0, requires_grad=True)
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "step.html"
        >>> Graph(np.tanh(x)).save_html(path)
        >>> path.stat().st_size < 100_000
        True
        """
        from . import page  # only now, so that a Graph is quick to import

        page.save(self, path, optimizer)

    def to_dot(self) -> str:
        """The graph in the DOT language, for Graphviz and other programs."""
        numbers = {node: i for i, node in enumerate(self)}
        shapes = {"operation": "box", "layer": "box3d", "parameter": "ellipse", "data": "plain"}
        lines = [
            f'  n{i} [shape={shapes[node.kind]}, label="{_escaped(repr(node))}"];'
            for node, i in numbers.items()
        ]
        lines += [
            f'  n{numbers[argument]} -> n{i} [label="{_escaped(name)}"];'
            for node, i in numbers.items()
            for name, argument in node.inputs
        ]
        return "\n".join(["digraph {", "  rankdir=LR;", *lines, "}"])


# --- finding the nodes ----------------------------------------------------------------------


def _collected(output: Tensor, known: dict[int, GraphNode] | None = None) -> list[GraphNode]:
    """A node, not yet named, for all behind the output that is not known; arguments first."""
    nodes, values, stack = dict(known or {}), {id(output): output}, [output]
    while stack:
        arguments = {id(arg): arg for _, arg in _arrays(stack.pop())}
        new = {k: arg for k, arg in arguments.items() if k not in values and k not in nodes}
        values |= new
        stack += new.values()
    order = sorted(values.values(), key=_number)
    nodes |= {id(value): GraphNode("", _kind(value), value) for value in order}
    for value in order:
        nodes[id(value)].inputs = [(arg, nodes[id(v)]) for arg, v in _arrays(value)]
    own = [nodes[id(value)] for value in order]
    return [node for node in _arguments_first(own) if id(node.tensor) in values]


def _number(value: Any) -> int:
    """When it was computed; leaves come before all."""
    node = getattr(value, "node", None)
    return node.number if node else -1


def _arguments_first(nodes: list[GraphNode]) -> list[GraphNode]:
    """Leaves directly before their first user, so that the order reads like the computation."""
    order: dict[GraphNode, None] = {}
    for node in nodes:
        if node.inputs or node is nodes[-1]:
            order |= dict.fromkeys(argument for _, argument in node.inputs)
            order[node] = None
    return list(order)


def _arrays(value: Any) -> list[tuple[str, Any]]:
    """The arrays a Tensor was made from, each with the name of the argument."""
    node = getattr(value, "node", None)
    if not node:
        return []
    pairs = zip(_argument_names(node), node.args, strict=False)
    return [(name, arg) for name, arg in pairs if is_array(arg)]


def _argument_names(node: Any) -> list[str]:
    """What an operation calls its arguments, and "data" where that says no more, as NumPy's x1."""
    module = getattr(node.operation.forward, "__module__", None) or "numpy"
    names = []
    if not module.startswith("numpy"):
        parameters = inspect.signature(node.operation).parameters.values()
        names = [p.name for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD]
    return names + ["data"] * (len(node.args) - len(names))


def _kind(value: Any) -> str:
    if getattr(value, "node", None):
        return "operation"
    return "parameter" if getattr(value, "requires_grad", False) else "data"


def _named(nodes: list[GraphNode], variables: dict[str, Any]) -> list[GraphNode]:
    """Give every node its name, and the layer that its parameters belong to."""
    held = {id(v): name for name, v in _by_worth(variables) if isinstance(v, (Tensor, np.ndarray))}
    paths: dict[int, str] = {}
    for module in variables.values():
        if isinstance(module, Module):
            paths |= {id(v): path for path, v in walk(module) if isinstance(v, Tensor)}
    counts: Counter = Counter()
    taken: set[str] = set()
    arguments = {id(n.tensor): arg for node in nodes for arg, n in node.inputs}
    for node in nodes:
        key = id(node.tensor)
        name = paths.get(key) or getattr(node.tensor, "name", None) or held.get(key)
        if key in paths:
            node.layer = paths[key].rpartition(".")[0]
        elif node.inputs:
            node.layer = next((n.layer for _, n in node.inputs if n.kind == "parameter"), "")
        if not name and node.operation:
            label = node.operation.__name__
            name = f"{node.layer}.{label}" if node.layer else ""
        elif not name:
            label = arguments.get(key, "data")
            name = label if label not in taken else ""
        if not name or name in taken:
            stem = name or label
            counts[stem] += 1
            name = f"{stem}_{counts[stem]}"
            node.automatic = node.operation is not None
        taken.add(name)
        node.name = name
    return nodes


def _by_worth(variables: dict[str, Any]) -> list[tuple[str, Any]]:
    """The variables, those that a reader would rather read last; without a notebook's _ and _1.

    >>> _by_worth({"loss": 1, "_": 1, "_12": 1, "_own": 1})
    [('_own', 1), ('loss', 1)]
    """
    chosen = [pair for pair in variables.items() if pair[0].strip("_0123456789")]
    return sorted(chosen, key=lambda pair: not pair[0].startswith("_"))


# --- opening and collapsing -----------------------------------------------------------------


def _inside(node: GraphNode, known: dict[int, GraphNode]) -> list[GraphNode]:
    """The nodes that a fused operation consists of; the last has its name and is its result."""
    if not node.operation:
        raise ValueError(f"{node.name} is a {node.kind}: only operations can be opened")
    output, texts = _computed(node)
    inner = _collected(output, known)
    taken = {other.name for other in known.values()}
    counts: Counter = Counter()
    for new in inner:
        new.layer, (text, new.written) = node.layer, texts.get(id(new.tensor), ("", ""))
        if text:
            new.name = text if text not in taken else f"{node.name}: {text}"
        else:
            stem = new.operation.__name__ if new.operation else "data"
            counts[stem] += 1
            new.name = f"{node.name}.{stem}_{counts[stem]}"
            new.automatic = new.operation is not None
        taken.add(new.name)
    inner[-1].name, inner[-1].written, inner[-1].automatic = node.name, "", False
    return inner


def _computed(node: GraphNode) -> tuple[Any, dict[int, tuple[str, str]]]:
    """The result of an operation from smaller ones; by part, its name and how it is written."""
    call = node.tensor.node
    written = textbook.written_out(call) if textbook.explained(call.operation) else None
    if written:
        output, parts = written
        texts: dict[int, tuple[str, str]] = {}
        for value, text in parts:  # a definition comes after the formula that it names
            texts[id(value)] = text, texts.get(id(value), ("", text))[1]
        return output, texts
    output = call.operation.forward(*call.args, **call.options)
    output = output[0] if isinstance(output, tuple) else output
    if output.node.operation is call.operation:
        raise ValueError(f"{node.name} cannot be opened: {node.label} is a single operation")
    return output, {}


def _layer_box(layer: str, inside: list[GraphNode]) -> GraphNode:
    """One box for a layer: its inputs are those of its nodes that come from outside."""
    outside = [(arg, n) for node in inside for arg, n in node.inputs if n not in inside]
    return GraphNode(layer, "layer", inside[-1].tensor, outside, layer=layer, inside=inside)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
