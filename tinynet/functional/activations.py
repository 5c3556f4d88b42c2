"""Activations: elementwise functions, and the derivative of each below it.

All are stable for any finite number: no overflow, no log of 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine.arrays import as_floats
from ..engine.tensor import primitive, table

underflow_to_zero = np.errstate(under="ignore")  # exp(-1e4) is 0, and 0 is what we want


def tanh(x: Any) -> Any:
    """(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), from −1 to 1, as `np.tanh`.

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return table[np.tanh](x)


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
    x = as_floats(x)
    return np.where(x > 0, x, slope * x)


leaky_relu.defvjp(lambda g, y, x, slope=0.01: np.where(x > 0, g, slope * g), kind="slope")


@primitive
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, else α (eˣ − 1) (Clevert et al. 2015).

    >>> elu(np.array([-1e9, 2.0]))
    array([-1.,  2.])
    """
    x = as_floats(x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu.defvjp(
    lambda g, y, x, alpha=1.0: g * np.where(x > 0, 1.0, y + alpha),  # y + α = α eˣ
    kind="slope",
)


@primitive
@underflow_to_zero
def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), in a form that never takes exp of a positive number.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    x = as_floats(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


sigmoid.defvjp(lambda g, y, x: g * y * (1 - y), kind="slope")


@primitive
def silu(x: Any) -> Any:
    """x · sigmoid(x), also called swish (Elfwing et al. 2017).

    >>> silu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    x = as_floats(x)
    return x * sigmoid(x)


silu.defvjp(lambda g, y, x: g * sigmoid(x) * (1 + x * (1 - sigmoid(x))), kind="slope")


def _gelu_gate(u: Any) -> Any:
    """tanh(√(2/π) (u + 0.044715 u³)), where 0.5 (1 + gate) is close to Φ(u)."""
    return np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u * u * u))


@primitive
def gelu(x: Any) -> Any:
    """x · Φ(x) with the tanh approximation of the normal distribution function Φ.

    0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), Hendrycks & Gimpel 2016; PyTorch's GELU with
    approximate="tanh". It differs from x Φ(x) by at most 0.0005.

    >>> gelu(np.array([-10.0, 0.0, 10.0]))
    array([-0.,  0., 10.])
    """
    x = as_floats(x)
    return 0.5 * x * (1 + _gelu_gate(np.clip(x, -10, 10)))  # beyond, the gate is −1 or 1


def _gelu_slope(u: Any) -> Any:
    """0.5 (1 + t) + 0.5 u (1 − t²) √(2/π) (1 + 3 · 0.044715 u²), t the gate: the product rule."""
    t = _gelu_gate(u)
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * u * u)
    return 0.5 * (1 + t) + 0.5 * u * (1 - t * t) * inner


gelu.defvjp(lambda g, y, x: g * _gelu_slope(np.clip(x, -10, 10)), kind="slope")


@primitive
@underflow_to_zero
def softplus(x: Any) -> Any:
    """log(1 + eˣ), a smooth relu, as max(x, 0) + log(1 + e^−|x|): no overflow.

    >>> softplus(np.array([-1000.0, 0.0, 1000.0])).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.defvjp(lambda g, y, x: g * sigmoid(x), kind="slope")
