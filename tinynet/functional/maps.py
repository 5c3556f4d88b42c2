"""What layers do with their input: the linear map, the embedding, dropout."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..engine.arrays import as_array, as_floats, like
from ..engine.ops.indexing import scatter
from ..engine.ops.products import matmul_left, matmul_right
from ..engine.tensor import primitive


@primitive
def linear(x: Any, weight: Any, bias: Any) -> Any:
    """x @ weight + bias, for x of shape (..., in), weight (in, out) and bias (out,).

    >>> linear(np.ones((1, 2)), np.ones((2, 3)), np.zeros(3))
    array([[2., 2., 2.]])
    """
    return np.matmul(x, weight) + bias


linear.defvjp(
    matmul_left,
    matmul_right,
    lambda g, y, x, weight, bias: g,  # the sweep sums over the rows
    kind="mixed",
)


def _rows(ids: Any, count: int) -> Any:
    """The ids as an index."""
    if ids.dtype.kind not in "fiu":
        raise ValueError(f"ids must be whole numbers, not {ids.dtype}")
    with np.errstate(invalid="ignore"):
        rows = ids.astype(np.intp)  # what does not fit becomes another number
    wrong = (rows != ids) | (rows < 0) | (rows >= count)
    if wrong.any():
        first = ids[wrong][0]
        raise ValueError(f"ids must be whole numbers from 0 to {count - 1}, and one is {first:g}")
    return rows


@functools.partial(primitive, saves=True)
def embedding(ids: Any, weight: Any) -> Any:
    """Row i of the weight for the id i: ids (...) and weight (count, features) → (..., features).

    A row that is asked for twice gets both gradients. ValueError for an id that is no whole number
    from 0 to count − 1.

    >>> embedding([2, 0], np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    array([[5., 6.],
           [1., 2.]])
    """
    weight = as_array(weight)
    rows = _rows(as_array(ids), len(weight))
    return weight[rows], rows


embedding.defvjp(
    None, lambda g, saved, ids, weight: scatter(g, weight.shape, saved[1]), kind="mixed"
)


def dropout(x: Any, rate: float, rng: np.random.Generator) -> Any:
    """Zero each element with probability `rate`, and scale the rest by 1 / (1 − rate).

    The expected value stays the same, so nothing changes at evaluation (Srivastava et al. 2014).

    >>> dropout(np.ones(4), 0.5, np.random.default_rng(0))
    array([2., 2., 2., 0.])
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: the rate must be at least 0 and below 1, not {rate}")
    x = as_floats(x)
    mask = np.asarray(rng.random(x.shape, dtype=np.float32) >= rate, like=like(x))
    return x * (mask / x.dtype.type(1 - rate))
