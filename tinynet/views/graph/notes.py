"""What is worth seeing at an edge of the backward pass: sums, blocked paths, flat places, minima.

A small slope has two causes that call for opposite actions. On a plain, such as the ends of a
sigmoid, nothing is learned; at the bottom of a valley everything has been.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...losses import Loss
from ..numerals import number

if TYPE_CHECKING:
    from ...engine.graph import Node
    from .steps import Backward

SATURATED = 0.01  # a slope below this lets so little through that learning stalls
VANISHING = 1e-3  # of a gradient, what passes when it nearly vanishes
AROUND = 0.02  # of 1 + |x|: how far off it is looked whether the slope turns


def notes(edge: Backward, call: Node, i: int) -> Iterator[str]:
    """Sentences about what an operation hands on to its argument i."""
    x, shape, product = edge.input, edge.input.shape, np.shape(edge.product)
    if product != shape:
        yield f"{x.name} {shape} was repeated to {product}, so its gradient is summed over that."
    if edge.before is not None:
        yield f"{x.name} is used {len(x.users)} times: its gradients add."
    found = list(_small(edge)) if product == shape else []
    if found and is_lowest(edge, call, i):
        yield f"So little passes because {edge.node.label} is nearly at its lowest point."
    else:
        yield from found


def _small(edge: Backward) -> Iterator[str]:
    """Where little or nothing passes."""
    contribution, label = edge.contribution, edge.node.label
    blocked = int(np.sum(contribution == 0))
    if blocked > 0 and np.all(edge.incoming != 0):
        yield f"Nothing passes {label} {_where(edge, blocked)}: the slope is 0."
    slopes = np.abs(edge.local) if edge.local is not None else np.ones(1)
    flat = int(np.sum((slopes > 0) & (slopes < SATURATED)))
    if flat and edge.node.shape == edge.input.shape:
        yield (
            f"Little passes {label} {_where(edge, flat)}: it is saturated, the slope below"
            f" {SATURATED}."
        )
    peak, before = (np.max(np.abs(a), initial=0) for a in (contribution, edge.incoming))
    shares = contribution.size if edge.incoming.size == 1 else 1  # a mean gives to each its part
    if 0 < peak * shares < VANISHING * before:
        yield f"The gradient nearly vanishes: {number(before, 2)} becomes {number(peak, 2)}."


def _where(edge: Backward, count: int) -> str:
    size = edge.contribution.size
    return "here" if size == 1 else f"at {count} of {size} elements"


def is_lowest(edge: Backward, call: Node, i: int) -> bool:
    """Is the result lowest about here? Its slope is negative on the left, positive on the right.

    A loss is also lowest where it has come down to nearly 0 by falling ever more slowly.
    """
    if isinstance(call.operation, Loss) and np.max(np.abs(edge.node.value)) < VANISHING:
        return True
    with np.errstate(all="ignore"):  # at the ends of the number line, where nothing turns
        x, step = edge.input.value, AROUND * (1 + np.abs(edge.input.value))
        left, right = _slope(call, i, x - step), _slope(call, i, x + step)
    return bool(np.all((left < 0) & (right > 0)))


def _slope(call: Node, i: int, x: Any) -> Any:
    """What argument i would get for g = 1, were it x; NaN where it may not be x."""
    values = [*call.values[:i], x.astype(np.asarray(call.values[i]).dtype), *call.values[i + 1 :]]
    try:
        y = call.operation.forward(*values, **call.options)
        ones = np.ones_like(y[0] if call.operation.saves else y)
        return call.operation.vjps[i](ones, y, *values, **call.options)
    except (TypeError, ValueError, IndexError):
        return np.full(np.shape(x), np.nan)
