"""What if: a graph computed once more, with other numbers and other operations in some places.

A Graph holds each call that it shows, so each can be made again, the oldest first; and a script's
comparisons, such as x > 0, which are data to the graph (`script.graph_of` knows them). What Python
itself chooses, as by `if`, stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from ...engine.graph import behind
from ...engine.methods import raw
from ...engine.names import lookup
from ...engine.tensor import Tensor
from ..graph import Graph, GraphNode
from ..graph.node import Choice, is_array, is_number
from ..graph.script import call_again
from .calls import REFUSED, called

Place = str | tuple[str, int]  # a leaf; or a number in the box of an operation, which argument
Values = Mapping[Place, Any]
Operations = Mapping[str, str]  # by the name of a node, another operation for it


def recomputed(graph: Graph, values: Values, operations: Operations | None = None) -> Graph:
    """The graph that comes of other values of leaves and other operations, with its gradients.

    Parameters
    ----------
    graph : Graph
        As it was computed: of a box that was opened, what is inside would not follow.
    values : dict
        By the name of a leaf its value; by (name, argument) a number in the box of an operation.
    operations : dict, optional
        By the name of a node one of its `alternatives`.

    Raises
    ------
    ValueError
        If a value does not fit its place, or an operation its arguments.

    >>> x, w = Tensor(3.0), Tensor(0.5, requires_grad=True)
    >>> h = x * w
    >>> print(recomputed(Graph(np.tanh(h)), {"x": 2.0}, {"tanh_1": "relu"}))
    relu_1 = relu: 1, gradient 1
      h = multiply: 1, gradient 1
        x (data): 2
        w (parameter): 0.5, gradient 2
    """
    new = _called_again(graph, values, operations or {})
    taken = {node.name for node in graph.flat()}
    copies = {}
    for node in (n for box in graph for n in (box, *box.inside)):
        other = replace(node, tensor=new[id(node.tensor)], users=[])
        if node.operation and other.operation is not node.operation:
            other.name = _renamed(node, other, taken)
        if node.choice:
            other.choice = node.choice._replace(now=_now(graph, node.choice, new))
        copies[node] = other
    for node, other in copies.items():
        other.inside = [copies[inner] for inner in node.inside]
        other.inputs = [(argument, copies[n]) for argument, n in node.inputs]
    return graph.of([copies[node] for node in graph])


def _renamed(node: GraphNode, other: GraphNode, taken: set[str]) -> str:
    """A name that only said the operation says the new one."""
    assert node.operation and other.operation
    name = node.name.replace(node.operation.__name__, other.operation.__name__)
    return name if node.automatic and name not in taken else node.name


def _now(graph: Graph, choice: Choice, new: dict[int, Any]) -> dict[Tensor, Tensor]:
    """What stands in the new graph for a Tensor of the script, or of the graph before."""
    tensors = {t: t for t in (node.tensor for node in graph.flat()) if isinstance(t, Tensor)}
    return {t: new[id(now)] for t, now in ({**choice.now, **tensors}).items() if id(now) in new}


def value(graph: Graph, values: Values, operations: Operations | None = None) -> Any:
    """The output alone, as an array; without gradients, so it is quick."""
    return raw(_called_again(graph, values, operations or {})[id(graph.output.tensor)])


def _called_again(graph: Graph, values: Values, operations: Operations) -> dict[int, Any]:
    """Every value of the graph, computed again, by the identity of what it was."""
    _check_places(graph, values, operations)
    new: dict[int, Any] = {}
    for node in graph.flat():
        key, call = id(node.tensor), getattr(node.tensor, "node", None)
        if call is None:
            choice = None if node.name in values else node.choice
            new[key] = _chosen(choice, new) if choice else _leaf(node, values)
            continue
        arguments = [
            new[id(arg)] if is_array(arg) else _number(node, i, arg, values)
            for i, arg in enumerate(call.args)
        ]
        try:
            new[key] = called(node, arguments, operations.get(node.name))
        except REFUSED as error:
            raise ValueError(f"{node.name}: {error}") from error
    return new


def _check_places(graph: Graph, values: Values, operations: Operations) -> None:
    nodes = {node.name: node for node in graph.flat()}
    for place in values:
        name, *argument = (place,) if isinstance(place, str) else place
        if argument and argument[0] not in numbers(lookup("node", name, nodes)):
            raise ValueError(f"{name} holds no number as its argument {argument[0]}")
        if not argument and lookup("node", name, nodes).kind == "operation":
            raise ValueError(f"{name} is computed: change what it is computed from")
    for name in operations:
        if lookup("node", name, nodes).kind != "operation":
            raise ValueError(f"{name} is no operation")


def numbers(node: GraphNode) -> dict[int, float]:
    """The numbers in the box of an operation, by the place of the argument.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> numbers(Graph(x * 2).output)
    {1: 2}
    """
    if not node.operation:
        return {}
    arguments = enumerate(node.tensor.node.args)
    found = {i: np.asarray(arg).item() for i, arg in arguments if is_number(arg)}
    return {i: number for i, number in found.items() if not isinstance(number, bool)}


def _leaf(node: GraphNode, values: Values) -> Any:
    """A leaf of its own, with the value that is given; what the caller holds is left alone."""
    array = raw(node.tensor)
    if node.name in values:
        given = _fitting(node.name, np.asarray(values[node.name]), array.dtype)
        array = np.array(array)  # in the same order of memory, so that sums are the same
        array[...] = given
    if not isinstance(node.tensor, Tensor):
        return array
    return Tensor(array, node.tensor.requires_grad, node.tensor.name)


def _chosen(choice: Choice, new: dict[int, Any]) -> Any:
    """Data that a script made of Tensors, such as x > 0, made again; and what it needs of them."""
    for known, tensor in choice.now.items():
        if id(tensor) in new:
            new.setdefault(id(known), new[id(tensor)])
    tensors = {t for arg in choice.args if isinstance(arg, Tensor) for t in behind(arg)}
    call_again((tensor for tensor in tensors if id(tensor) not in new), new)
    return choice.function(*(raw(new.get(id(arg), arg)) for arg in choice.args), **choice.options)


def _number(node: GraphNode, i: int, number: Any, values: Values) -> Any:
    """A number that stands in the box of an operation, or the one in its place."""
    if (node.name, i) not in values:
        return number
    given = np.asarray(values[node.name, i])
    if isinstance(number, (np.ndarray, np.generic)):
        return np.asarray(_fitting(node.name, given, number.dtype))[()]
    whole = isinstance(number, Integral) and given == np.floor(given)
    return int(given) if whole else float(given)


def _fitting(name: str, given: np.ndarray, dtype: np.dtype) -> np.ndarray:
    with np.errstate(all="ignore"):
        fitting = given.astype(dtype)
    if dtype.kind in "iub" and np.any(fitting != given):
        kind = "0 or 1" if dtype.kind == "b" else "whole numbers"
        raise ValueError(f"{name} holds {kind} ({dtype})")
    return fitting
