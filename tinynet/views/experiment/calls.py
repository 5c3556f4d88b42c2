"""One call of a graph, made again: with other arguments, or by another operation like it."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ... import functional, losses
from ...engine.methods import raw
from ...engine.registry import operations
from ...engine.tensor import Primitive, Tensor
from ...losses.base import Loss
from ..graph.node import GraphNode

REFUSED = (ArithmeticError, IndexError, TypeError, ValueError)


def called(node: GraphNode, arguments: list, other: str | None = None) -> Tensor:
    """The call of a node with these arguments, by its own operation or by another.

    Raises one of `REFUSED` where the arguments do not fit.
    """
    call = node.tensor.node
    operation: Primitive = call.operation
    if other and other != operation.__name__:
        known = {o.__name__: o for o in _alike(operation)}
        if other not in known:
            raise ValueError(f"{other} cannot take the place of {operation.__name__}")
        return _by_another(known[other], arguments, call.options)
    if isinstance(operation, Loss):
        _check(operation, arguments, call)
    result = Primitive.__call__(operation, *arguments, **call.options)
    result.name = node.tensor.name
    return result


def _by_another(operation: Primitive, arguments: Sequence, options: Mapping[str, Any]) -> Any:
    """What another operation makes of the arguments; of the options it keeps what it knows."""
    if not isinstance(operation, Loss):
        known = options.keys() & {"axis", "keepdims"}
        return operation(*arguments, **{name: options[name] for name in known})
    if np.ndim(options["weights"]) == 0:  # a plain mean or sum
        return operation(*arguments, reduction=options["reduction"])
    _prepared(operation, arguments, {})
    weighted = {name: options[name] for name in ("reduction", "weights")}
    return Primitive.__call__(operation, *arguments, **operation.defaults, **weighted)


def _check(loss: Loss, arguments: Sequence, call: Any) -> None:
    """ValueError where the loss refuses these arguments, as it does when it is called by hand."""
    own = {name: value for name, value in call.options.items() if name in loss.own_options}
    try:
        _prepared(loss, arguments, own)
    except REFUSED:
        if _takes(loss, call.values, own):  # ordinal would not: it wants ids, and holds rows
            raise


def _takes(loss: Loss, arguments: Sequence, options: Mapping[str, Any]) -> bool:
    """Does it take these arguments as they are, and not as something else, such as class ids?"""
    try:
        prepared = _prepared(loss, arguments, options)
    except REFUSED:
        return False
    return all(np.array_equal(a, b) for a, b in zip(prepared, arguments, strict=True))


def _prepared(loss: Loss, arguments: Sequence, options: Mapping[str, Any]) -> tuple:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return loss.arrange(*map(raw, arguments), **options)[0]


# --- what can take the place of an operation --------------------------------------------------


def alternatives(node: GraphNode) -> list[str]:
    """The operations that take the arguments of this one, itself first; empty for a leaf.

    >>> from tinynet import Graph
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> alternatives(Graph(np.sum(x)).output)
    ['sum', 'mean', 'max', 'min']
    """
    if not node.operation:
        return []
    names = [node.operation.__name__]
    for other in _alike(node.operation):
        if other is not node.operation and _works(other, node.tensor):
            names.append(other.__name__)
    return names


def _alike(operation: Primitive) -> list[Primitive]:
    """The operations of the same kind: losses of the same arguments, or a family of functions."""
    if isinstance(operation, Loss):
        alike = [other for other in losses.names().values() if _form(other) == _form(operation)]
        near = [other for other in alike if _same_axis(other, operation)]
        return [*near, *(other for other in alike if other not in near)]
    return next((family for family in _families() if operation in family), [])


def _form(loss: Loss) -> tuple:
    return loss.arrays, loss.rows


def _same_axis(loss: Loss, other: Loss) -> bool:
    """Are they drawn together, as mse and huber over the error? Then one stands for the other."""
    return None not in (loss.card, other.card) and loss.card.axis.kind == other.card.axis.kind


@functools.cache
def _families() -> list[list[Primitive]]:
    """Functions that can stand for each other: of one array, of two, and from many to one."""
    of_one = [functional.relu, functional.leaky_relu, functional.elu, functional.gelu]
    of_one += [functional.silu, functional.sigmoid, functional.softplus]
    of_one += _of_numpy(np.tanh, np.sin, np.exp, np.square)
    of_two = _of_numpy(np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum)
    return [of_one, of_two, _of_numpy(np.sum, np.mean, np.max, np.min)]


def _of_numpy(*functions: Any) -> list[Primitive]:
    return [operations[function] for function in functions]


def _works(operation: Primitive, tensor: Tensor) -> bool:
    """Does it take these arguments as they are, and give what is finite, in the same shape?"""
    call = tensor.node
    if isinstance(operation, Loss) and not _takes(operation, call.values, {}):
        return False
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = np.asarray(_by_another(operation, call.values, call.options))
    except REFUSED:
        return False
    return found.shape == tensor.shape and bool(np.isfinite(found).all())
