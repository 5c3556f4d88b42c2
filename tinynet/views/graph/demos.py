"""Small computations to step through: a neuron, an MLP with its loss, and any loss."""

from __future__ import annotations

import numpy as np

from ... import datasets, layers, losses
from ...engine.names import lookup
from ...engine.tensor import Tensor
from . import Graph


def neuron() -> Graph:
    """tanh(x1·w1 + x2·w2 + b): the neuron of micrograd's lecture (Karpathy 2022)."""
    x1, x2 = (Tensor(value, requires_grad=True) for value in (2.0, 0.0))
    w1, w2 = (Tensor(value, requires_grad=True) for value in (-3.0, 1.0))
    b = Tensor(6.8813735870195432, requires_grad=True)
    n = x1 * w1 + x2 * w2 + b
    o = np.tanh(n)
    return Graph(o)


def mlp() -> Graph:
    """Four samples of moons through a small MLP and its loss, with the layers closed."""
    data = datasets.make_moons(rng=0)
    model = layers.MLP([2, 4, 2], rng=0)
    loss = losses.cross_entropy(data.y[:4], model(data.x[:4]))
    return Graph(loss).collapse()


def loss(name: str, opened: bool = True) -> Graph:
    """One loss at a point of the line along which its card looks at it."""
    function = lookup("loss", name, losses.names())
    axis = function.card.axis
    arrays = axis.arrays(np.array([axis.low + 0.7 * (axis.high - axis.low)]))
    given = dict(zip(function.arrays, arrays, strict=True))
    given |= {k: Tensor(v, requires_grad=True) for k, v in given.items() if k != "y_true"}
    value = function(*given.values())
    graph = Graph(value, variables=given | {"value": value})
    return graph.open("value") if opened else graph
