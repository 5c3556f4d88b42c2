"""The forward and the backward pass as a stream of events, with the chain rule in numbers.

The backward pass is a sum over edges. Each edge takes the gradient g of a result to one input: g
times the local derivative, added to what the input has received before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.tensor import unbroadcast
from ...engine.zeros import restored
from ..numerals import number, rounded
from . import formulas, textbook
from .node import GraphNode, is_array, short
from .notes import notes

if TYPE_CHECKING:
    from ...optimizers import Optimizer
    from .graph import Graph

_LONG = 120  # letters of a formula that nobody reads in a sentence
_HOLDS = {True: "holds", False: "does not hold"}


@dataclass(eq=False)
class Forward:
    """One operation of the forward pass."""

    node: GraphNode

    @property
    def sentence(self) -> str:
        node = self.node
        if node.dtype == bool:
            some = f"holds at {np.sum(node.value)} of {node.tensor.size} elements"
            return f"{node.name} {some if node.tensor.size > 1 else _HOLDS[node.tensor.item()]}."
        if not node.inputs:
            given = "comes from the data" if node.written else "is given"
            return f"{node.name} {given}: {_value(node)}."
        alike = all(n.shape == node.shape for _, n in node.inputs)
        inputs = (n.name + _known(n, told=alike and node.tensor.size > 1) for _, n in node.inputs)
        return f"{node.name} = {node.label} of {_enumerated(list(inputs))}: {_value(node)}."


@dataclass(eq=False)
class Backward:
    """One edge of the backward pass: what a result hands on to one of its inputs."""

    node: GraphNode  # whose gradient is known
    input: GraphNode
    incoming: Any  # g, the gradient of the final value with respect to the node
    formula: str  # of the product, as its rule says it
    local: Any  # the local derivative in numbers, where the product is elementwise; else None
    product: Any  # what the rule gave, before broadcasting is undone
    contribution: Any  # the same in the shape of the input
    before: Any  # what the input had received from others, or None
    after: Any  # the sum
    final: str = "the loss"  # what everything is differentiated
    terms: tuple[str, ...] = ()  # what the symbols of the formula stand for
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The chain rule, in words and numbers."""
        single = self.contribution.size == self.incoming.size == 1 and self.local is not None
        text = self._of_numbers() if single else self._of_arrays()
        if self.before is not None:
            total = short(self.after)
            before = short(self.before).removeprefix("of ")
            text += f"; with what came before, {before}, that makes {total.removeprefix('of ')}"
        return " ".join([f"{text}.", *self.notes])

    def _of_numbers(self) -> str:
        """So much per unit of this, so much per unit of that, so their product."""
        node, x, final = self.node, self.input, self.final
        g, d, product = (number(v) for v in (self.incoming, self.local, self.contribution))
        factor = f"({d})" if d.startswith("−") else d
        rule = formulas.local(self.formula)
        shown = d if rule == d else f"{rule} = {d}"
        terms = f", with {_enumerated(self.terms)}" if self.terms else ""
        return (
            f"{final} changes by {g} per unit of {node.name}; {node.name} changes by {shown} per"
            f" unit of {x.name}{terms}; so {final} changes by {g} · {factor} = {product} per unit"
            f" of {x.name}"
        )

    def _of_arrays(self) -> str:
        """What the input gets, in symbols, and how large that is."""
        rule, terms = self.formula, self.terms
        if not rule or len(rule) > _LONG:
            times = "g times the slope" if self.local is not None else "what comes of the rule"
            rule, terms = f"{times} of {self.node.label}", ()
        g = f"g = the gradient of {self.node.name}"
        if self.incoming.size == 1:
            g += f" = {number(self.incoming)}"
        size = short(self.contribution)
        if self.contribution.size > 1:
            size = f"shape {self.contribution.shape}, {size.removeprefix('of ')}"
        return f"{self.input.name} gets {rule}, with {_enumerated((g, *terms))}: {size}"


@dataclass(eq=False)
class Update:
    """What an optimizer's step made of one parameter."""

    node: GraphNode
    before: Any
    after: Any
    optimizer: str

    @property
    def sentence(self) -> str:
        change = self.after - self.before
        if change.size == 1:
            numbers = f"{number(self.before)} to {number(self.after)}"
            return f"{self.optimizer} moves {self.node.name} from {numbers}."
        return (
            f"{self.optimizer} moves {self.node.name} by a change of length"
            f" {rounded(np.linalg.norm(change))}; its gradient has length"
            f" {rounded(np.linalg.norm(self.node.gradient))}."
        )


def differentiate(nodes: Sequence[GraphNode], seed: Any) -> Iterator[Backward]:
    """Give every node its gradient, newest first; yield each product on the way."""
    flat = [inner for node in nodes for inner in node.inside or [node]]
    for node in flat:
        node.gradient = None
    flat[-1].gradient = np.asarray(seed)
    for node in reversed(flat):
        if node.operation and node.gradient is not None:
            yield from _edges(node, flat[-1].name)
    for box in nodes:
        box.gradient = _end(box).gradient


def _edges(node: GraphNode, final: str) -> Iterator[Backward]:
    """What one operation hands on to each of its inputs that needs a gradient."""
    call, inputs = node.tensor.node, iter(node.inputs)
    nodes = [next(inputs)[1] if is_array(arg) else None for arg in call.args]
    names = [n.name if n else "" for n in nodes]
    y = (node.value, *call.saved) if call.operation.saves else node.value
    arrays = [node.gradient, y, *call.values]
    for i in call.needs_grad:
        x, rule = _end(nodes[i]), call.operation.vjps[i]
        with np.errstate(invalid="ignore", under="ignore"):  # as the sweep does it, see zeros.py
            product, (formula, terms) = _explained(node, i, names, arrays)
            product = restored(call.operation.kind, rule, product, *arrays, **call.options)
        before, contribution = x.gradient, unbroadcast(product, x.value, call.operation)
        x.gradient = contribution if before is None else before + contribution
        edge = Backward(
            node=node,
            input=x,
            incoming=node.gradient,
            formula=formula,
            local=_local(rule, arrays, call.options, formula),
            product=product,
            contribution=contribution,
            before=before,
            after=x.gradient,
            final=final,
            terms=terms,
        )
        yield replace(edge, notes=tuple(notes(edge, call, i)))


def _explained(node: GraphNode, i: int, names: list, arrays: list) -> tuple[Any, textbook.Said]:
    """What a rule hands on to argument i, and its formula: of a loss as its card says it."""
    call = node.tensor.node
    rule = call.operation.vjps[i]
    if textbook.explained(call.operation):
        product = rule(*arrays, **call.options)
        return product, textbook.gradient(call, names, arrays, i, product)
    if i not in getattr(call.operation, "gradients", {i}):  # it comes from differentiating values
        return rule(*arrays, **call.options), textbook.Said()
    product, formula = formulas.run(rule, ["g", node.name, *names], arrays, **call.options)
    return product, textbook.Said(formula, tuple(_not_nodes(formula, node.label)))


def _not_nodes(formula: str, label: str) -> Iterator[str]:
    """What stands in a formula and is no node of the graph."""
    if re.search(r"\bkept\b", formula):
        yield f"kept = what {label} computed on the way"
    if re.search(r"\bweights\b", formula):
        yield "weights = what each one counts"


def _end(node: GraphNode) -> GraphNode:
    """The node whose value a box shows: of a layer, its last."""
    return node.inside[-1] if node.inside else node


def _local(rule: Callable, arrays: list, options: dict, formula: str) -> Any:
    """The local derivative in numbers, what the rule makes of g = 1, where it multiplies by g."""
    if not formulas.local(formula):
        return None
    with np.errstate(all="ignore"):
        return np.asarray(rule(np.ones_like(arrays[0]), *arrays[1:], **options))


def steps(graph: Graph) -> Iterator[Forward | Backward]:
    """Forward in the order of the computation, then backward; the inside of a layer unseen."""
    yield from map(Forward, graph)
    shown = {id(inner): node for node in graph for inner in (*node.inside, node)}
    for edge in graph.edges:
        node, x = shown[id(edge.node)], shown[id(edge.input)]
        if node is not x:
            yield replace(edge, node=node, input=x)


def updates(graph: Graph, optimizer: Optimizer) -> Iterator[Update]:
    """What the optimizer's step would make of each parameter; a copy of it takes the step."""
    trial, gradient = optimizer.trial(), optimizer.gradient.copy()
    nodes = {node.tensor: node for node in graph.flat() if node.kind == "parameter"}
    before = [parameter.grad for parameter in optimizer.parameters]
    for parameter in optimizer.parameters:
        parameter.grad = nodes[parameter].gradient if parameter in nodes else None
    try:
        trial.step()
    finally:
        optimizer.gradient[...] = gradient  # the trial gathers its own there
        for parameter, grad in zip(optimizer.parameters, before, strict=True):
            parameter.grad = grad
    for parameter, after in zip(optimizer.parameters, trial.views(trial.vector), strict=True):
        if parameter in nodes:
            yield Update(nodes[parameter], parameter.data.copy(), after, type(optimizer).__name__)


def _value(node: GraphNode) -> str:
    return number(node.value) if node.tensor.size == 1 else f"shape {node.shape}"


def _known(node: GraphNode, told: bool) -> str:
    """What is known of an input: its number, or its shape, unless that is told anyway."""
    if node.tensor.size == 1 and node.dtype != bool:
        return f" = {number(node.value)}"
    return "" if told or node.dtype == bool else f" {node.shape}"


def _enumerated(words: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
