"""Elementwise functions: dy/dx is a number per element, so a rule is g · dy/dx."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..methods import raw
from ..registry import compose, defvjp
from ..tensor import primitive
from .common import nonzero

# --- one argument ---------------------------------------------------------------------------

defvjp(np.negative, lambda g, y, x: -g)
defvjp(np.positive, lambda g, y, x: g)
defvjp(np.copy, lambda g, y, x: g, kind="slope")
for same in (np.real, np.conjugate, np.real_if_close):  # of real numbers
    defvjp(same, lambda g, y, x: g)
defvjp(np.absolute, lambda g, y, x: g * np.sign(x))
defvjp(np.fabs, lambda g, y, x: g * np.sign(x))
defvjp(np.square, lambda g, y, x: g * 2 * x)
defvjp(np.sqrt, lambda g, y, x: g / (2 * y))
defvjp(np.cbrt, lambda g, y, x: g / (3 * y * y))
defvjp(np.reciprocal, lambda g, y, x: g * -(y * y))
defvjp(np.exp, lambda g, y, x: g * y)
defvjp(np.exp2, lambda g, y, x: g * y * math.log(2))
defvjp(np.expm1, lambda g, y, x: g * (y + 1))
defvjp(np.log, lambda g, y, x: g / x)
defvjp(np.log2, lambda g, y, x: g / (x * math.log(2)))
defvjp(np.log10, lambda g, y, x: g / (x * math.log(10)))
defvjp(np.log1p, lambda g, y, x: g / (1 + x))
defvjp(np.sin, lambda g, y, x: g * np.cos(x))
defvjp(np.cos, lambda g, y, x: g * -np.sin(x))
defvjp(np.tan, lambda g, y, x: g * (1 + y * y))
defvjp(np.arcsin, lambda g, y, x: g / np.sqrt((1 - x) * (1 + x)))
defvjp(np.arccos, lambda g, y, x: g / -np.sqrt((1 - x) * (1 + x)))
defvjp(np.arctan, lambda g, y, x: g / np.hypot(1, x) ** 2)
defvjp(np.sinh, lambda g, y, x: g * np.cosh(x))
defvjp(np.cosh, lambda g, y, x: g * np.sinh(x))
defvjp(np.tanh, lambda g, y, x: g * (1 - y * y))
defvjp(np.arcsinh, lambda g, y, x: g / np.hypot(1, x))
defvjp(np.arccosh, lambda g, y, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))
defvjp(np.arctanh, lambda g, y, x: g / ((1 - x) * (1 + x)))
for degrees in (np.degrees, np.rad2deg):
    defvjp(degrees, lambda g, y, x: g * (180 / np.pi))
for radians in (np.radians, np.deg2rad):
    defvjp(radians, lambda g, y, x: g * (np.pi / 180))
defvjp(
    np.nan_to_num,
    lambda g, y, x, nan=0.0, posinf=None, neginf=None: np.where(np.isfinite(x), g, 0.0),
)

_SINC = [(-1) ** k * np.pi ** (2 * k) / math.factorial(2 * k + 1) for k in reversed(range(14))]


def _sinc(x: Any) -> Any:
    """sin πx / πx; near 0 its Taylor series in x², which is right in every derivative there."""
    near = np.absolute(x) < 0.5
    square = np.where(near, x, 0.0) ** 2
    series = functools.reduce(lambda y, coefficient: y * square + coefficient, _SINC)
    far = np.pi * np.where(near, 1.0, x)
    return np.where(near, series, np.sin(far) / far)


compose(np.sinc, _sinc)


# --- two arguments --------------------------------------------------------------------------


def _in_steps(g: Any, y: Any, a: Any, b: Any) -> Any:
    """The rule of a second argument on which the value depends in steps only."""
    return np.zeros_like(raw(y))


def _power_base(g: Any, y: Any, x: Any, p: Any) -> Any:
    if np.all(p):
        return g * (p * x ** (p - 1))
    constant = (p == 0) & (np.absolute(x) < np.finfo(y.dtype).tiny)  # x⁰, also where 1/x is ∞
    return g * (p * x ** np.where(constant, 1, p - 1))


def _power_exponent(g: Any, y: Any, x: Any, p: Any) -> Any:
    return g * (y * np.log(np.where(x == 0, 1, x)))  # 0ᵖ is flat for p > 0


def _chosen(y: Any, a: Any, b: Any) -> Any:
    """1 where y is a, 0 where it is b, ½ where they tie."""
    return np.where(a == b, 0.5, a == y)


def _scaled(a: Any, b: Any) -> tuple:
    """(a, b) times 2ᵏ, with neither square too large nor too small; their hypot; and k."""
    k = -np.frexp(np.maximum(np.absolute(raw(a)), np.absolute(raw(b))))[1]
    a, b = np.ldexp(a, k), np.ldexp(b, k)
    return a, b, nonzero(np.hypot(a, b)), k


def _hypot(g: Any, y: Any, a: Any, b: Any) -> Any:
    a, b, length, _ = _scaled(a, b)
    return g * (a / length)


def _arctan2(g: Any, y: Any, a: Any, b: Any) -> Any:
    """b / (a² + b²)."""
    a, b, length, k = _scaled(a, b)
    return np.ldexp(g * (b / length) / length, k)


defvjp(np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
defvjp(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
defvjp(np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
defvjp(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: g * (-y / b))
defvjp(np.power, _power_base, _power_exponent)
defvjp(np.float_power, _power_base, _power_exponent)
defvjp(np.copysign, lambda g, y, a, b: g * np.copysign(1, a) * np.copysign(1, b), _in_steps)
defvjp(np.nextafter, lambda g, y, a, b: g, _in_steps)
defvjp(np.ldexp, lambda g, y, x, i: np.ldexp(g, i), None)
defvjp(np.remainder, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.floor(a / b))
defvjp(np.fmod, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.trunc(a / b))
for extremum in (np.maximum, np.minimum):
    defvjp(
        extremum,
        lambda g, y, a, b: g * _chosen(y, a, b),
        lambda g, y, a, b: g * _chosen(y, b, a),
        kind="choice",
    )
defvjp(np.hypot, _hypot, lambda g, y, a, b: _hypot(g, y, b, a))
defvjp(np.arctan2, _arctan2, lambda g, y, a, b: -_arctan2(g, y, b, a))
defvjp(
    np.logaddexp,
    lambda g, y, a, b: g * np.exp(a - y),
    lambda g, y, a, b: g * np.exp(b - y),
)
defvjp(
    np.logaddexp2,
    lambda g, y, a, b: g * np.exp2(a - y),
    lambda g, y, a, b: g * np.exp2(b - y),
)


# --- two results: a whole number and what is left -------------------------------------------


def _frexp(x: Any) -> tuple:
    exponent = np.frexp(raw(x))[1]
    return np.ldexp(x, -exponent), exponent


compose(np.modf, lambda x: (np.fmod(x, 1), np.trunc(x)))
compose(np.divmod, lambda a, b: (np.floor_divide(a, b), np.remainder(a, b)))
compose(np.frexp, _frexp)


# --- choosing -------------------------------------------------------------------------------


@primitive
def where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


where.defvjp(
    None,
    lambda g, y, condition, a, b: np.where(condition, g, 0.0),
    lambda g, y, condition, a, b: np.where(condition, 0.0, g),
)
compose(np.where, lambda condition, *ab: where(condition, *ab) if ab else np.nonzero(condition))


def _without_nan(extremum: np.ufunc) -> Callable:
    """Where one of two is NaN, the extremum of the other and itself."""
    return lambda a, b: extremum(np.where(np.isnan(a), b, a), np.where(np.isnan(b), a, b))


for function, extremum_of_numbers in ((np.fmax, np.maximum), (np.fmin, np.minimum)):
    compose(function, _without_nan(extremum_of_numbers))


@primitive
def clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _sides(x: Any, low: Any, high: Any) -> tuple:
    """Where the value is x, low and high; it is high where low > high."""
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    above = (x > high) | (low > high)
    return (x >= low) & (x <= high), (x < low) & ~above, above


clip.defvjp(
    lambda g, y, x, low, high: g * _sides(x, low, high)[0],
    lambda g, y, x, low, high: g * _sides(x, low, high)[1],
    lambda g, y, x, low, high: g * _sides(x, low, high)[2],
    kind="choice",
)
compose(
    np.clip,
    lambda a, a_min=None, a_max=None, *, min=None, max=None: clip(
        a, min if a_min is None else a_min, max if a_max is None else a_max
    ),
)
