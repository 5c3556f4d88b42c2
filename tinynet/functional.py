"""What NumPy lacks: activations, softmax and related functions, and the linear map of a layer.

Most are primitives (tensor.py): the forward stands directly above its derivative; the others are
written in terms of these. All are stable for any finite number: no overflow, no log of 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .engine.arrays import like
from .engine.ops.products import matmul_left, matmul_right
from .engine.tensor import primitive, table

__all__ = [
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softplus",
    "softmax",
    "log_softmax",
    "logsumexp",
    "linear",
    "dropout",
    "clip_probabilities",
]

_tanh = table[np.tanh]
_underflow_to_zero = np.errstate(under="ignore")  # exp(-1e4) is 0, and 0 is what we want


# --- activations ----------------------------------------------------------------------------


def tanh(x: Any) -> Any:
    """(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), from −1 to 1, as `np.tanh`.

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return _tanh(x)


@primitive
def relu(x: Any) -> Any:
    """max(x, 0); its derivative at 0 is 0 (Nair & Hinton 2010).

    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    return np.maximum(x, 0)


relu.defvjp(lambda g, y, x: g * (x > 0), kind="choice")


@primitive
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """x where x > 0, else slope · x (Maas et al. 2013).

    >>> leaky_relu(np.array([-1.0, 2.0]))
    array([-0.01,  2.  ])
    """
    return np.where(x > 0, x, slope * x)


leaky_relu.defvjp(lambda g, y, x, slope=0.01: np.where(x > 0, g, slope * g), kind="slope")


@primitive
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, else α (eˣ − 1) (Clevert et al. 2015).

    >>> elu(np.array([-1e9, 2.0]))
    array([-1.,  2.])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu.defvjp(
    lambda g, y, x, alpha=1.0: g * np.where(x > 0, 1.0, y + alpha),  # y + α = α eˣ
    kind="slope",
)


@primitive
@_underflow_to_zero
def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), in a form that never takes exp of a positive number.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


sigmoid.defvjp(lambda g, y, x: g * y * (1 - y), kind="slope")


@primitive
def silu(x: Any) -> Any:
    """x · sigmoid(x), also called swish (Elfwing et al. 2017).

    >>> silu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return x * sigmoid(x)


silu.defvjp(lambda g, y, x: g * sigmoid(x) * (1 + x * (1 - sigmoid(x))), kind="slope")


def gelu(x: Any) -> Any:
    """x · Φ(x) with the tanh approximation of the normal distribution function Φ.

    0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), Hendrycks & Gimpel 2016.

    >>> gelu(np.array([-10.0, 0.0, 10.0]))
    array([-0.,  0., 10.])
    """
    u = np.clip(x, -10, 10)  # beyond, tanh is −1 or 1; u³ cannot overflow
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u * u * u)))


@primitive
@_underflow_to_zero
def softplus(x: Any) -> Any:
    """log(1 + eˣ), a smooth relu, as max(x, 0) + log(1 + e^−|x|): no overflow.

    >>> softplus(np.array([-1000.0, 0.0, 1000.0])).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.defvjp(lambda g, y, x: g * sigmoid(x), kind="slope")


# --- softmax and related functions, along the last axis -------------------------------------


# A logit of −∞ is a class that cannot be: probability 0, and no gradient. Where a whole row is −∞,
# no class can be: its probabilities are all 0, and the logarithm of their sum is −∞.


def _exponentials(x: Any) -> tuple[Any, Any, Any]:
    """Of each row x − max, its exponential, and the sum of those: (..., C), (..., C), (..., 1).

    The sum is at least 1, so that it can be divided by, and its logarithm taken. ∞ − ∞ is 0 here.
    """
    largest = np.maximum(x.max(axis=-1, keepdims=True), np.finfo(x.dtype).min)
    with np.errstate(invalid="ignore"):
        shifted = np.where(x == np.inf, 0, x - largest)
    e = np.exp(shifted)
    return shifted, e, np.maximum(e.sum(axis=-1, keepdims=True), 1)


@primitive
@_underflow_to_zero
def softmax(x: Any) -> Any:
    """eˣ / Σ eˣ over the last axis: rows of probabilities.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, -np.inf]]))
    array([[0.5, 0.5],
           [1. , 0. ],
           [1. , 0. ]])
    """
    _, e, total = _exponentials(x)
    return e / total


softmax.defvjp(lambda g, y, x: y * (g - (g * y).sum(axis=-1, keepdims=True)), kind="mixed")


@primitive
@_underflow_to_zero
def logsumexp(x: Any) -> Any:
    """log Σ eˣ over the last axis, with each row's own maximum taken out first.

    >>> logsumexp(np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, -np.inf]])).round(4)
    array([6.931e-01, 1.000e+03, 0.000e+00])
    """
    return (np.log(_exponentials(x)[2]) + x.max(axis=-1, keepdims=True)).squeeze(axis=-1)


logsumexp.defvjp(lambda g, y, x: np.expand_dims(g, -1) * softmax(x), kind="mixed")


@primitive
@_underflow_to_zero
def log_softmax(x: Any) -> Any:
    """log softmax(x) over the last axis, as x − log Σ eˣ: the log of a 0 is never taken.

    >>> log_softmax(np.array([1000.0, 0.0, -np.inf]))
    array([    0., -1000.,   -inf])
    """
    shifted, _, total = _exponentials(x)
    return shifted - np.log(total)


log_softmax.defvjp(lambda g, y, x: g - softmax(x) * g.sum(axis=-1, keepdims=True), kind="mixed")


@primitive
def clip_probabilities(p: Any) -> Any:
    """Probabilities moved from exactly 0 and 1 by one eps of their dtype, so that log p is finite.

    The gradient passes as if nothing had been moved: a unit that is confidently wrong still learns.

    >>> bool(clip_probabilities(np.array([0.0, 0.5, 1.0]))[0] > 0)
    True
    """
    eps = np.finfo(p.dtype).eps
    return np.clip(p, eps, 1 - eps)


clip_probabilities.defvjp(lambda g, y, p: g, kind="slope")


# --- layers' arithmetic ---------------------------------------------------------------------


@primitive
def linear(x: Any, weight: Any, bias: Any) -> Any:
    """x @ weight + bias, for x of shape (..., in), weight (in, out) and bias (out,).

    >>> linear(np.ones((1, 2)), np.ones((2, 3)), np.zeros(3))
    array([[2., 2., 2.]])
    """
    return x @ weight + bias


linear.defvjp(
    matmul_left,
    matmul_right,
    lambda g, y, x, weight, bias: g,  # the sweep sums over the rows
    kind="mixed",
)


def dropout(x: Any, rate: float, rng: np.random.Generator) -> Any:
    """Zero each element with probability `rate`, and scale the rest by 1 / (1 − rate).

    The expected value stays the same, so nothing changes at evaluation (Srivastava et al. 2014).

    >>> dropout(np.ones(4), 0.5, np.random.default_rng(0))
    array([2., 2., 2., 0.])
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: the rate must be at least 0 and below 1, not {rate}")
    mask = np.asarray(rng.random(x.shape, dtype=np.float32) >= rate, like=like(x))
    return x * (mask / x.dtype.type(1 - rate))
