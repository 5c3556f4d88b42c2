"""Where the weights start: small random numbers whose size fits the width of the layer.

The one idea: keep the variance of the signal the same from layer to layer. Each function takes the
shape (fan_in, fan_out) of a weight and returns an array; variance is σ², a uniform one reaches √3σ.

=========== =========================== =====================================================
family      σ²                          for
=========== =========================== =====================================================
lecun       1 / fan_in                  no activation, or selu (LeCun et al. 1998)
glorot      2 / (fan_in + fan_out)      tanh, sigmoid (Glorot & Bengio 2010)
he          2 / fan_in                  relu and its variants, which lose half (He 2015)
=========== =========================== =====================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Initializer = Callable[..., np.ndarray]


def lecun_uniform(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Uniform numbers with variance 1 / fan_in."""
    return _uniform(1 / _fans(shape)[0], shape, rng, dtype)


def lecun_normal(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Normal numbers with variance 1 / fan_in."""
    return _normal(1 / _fans(shape)[0], shape, rng, dtype)


def glorot_uniform(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Uniform numbers with variance 2 / (fan_in + fan_out)."""
    return _uniform(2 / sum(_fans(shape)), shape, rng, dtype)


def glorot_normal(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Normal numbers with variance 2 / (fan_in + fan_out)."""
    return _normal(2 / sum(_fans(shape)), shape, rng, dtype)


def he_uniform(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Uniform numbers with variance 2 / fan_in."""
    return _uniform(2 / _fans(shape)[0], shape, rng, dtype)


def he_normal(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Normal numbers with variance 2 / fan_in."""
    return _normal(2 / _fans(shape)[0], shape, rng, dtype)


def standard_normal(shape: tuple[int, ...], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """Normal numbers with variance 1, whatever the shape: for the rows of an `Embedding`."""
    return _normal(1, shape, rng, dtype)


def zeros(shape: tuple[int, ...], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """All 0: right for biases; as weights it would keep all units of a layer identical.

    >>> zeros((2,))
    array([0., 0.])
    """
    return np.zeros(shape, dtype)


def _fans(shape: Any) -> tuple[int, int]:
    """How many columns go in and come out; both at least 1, since a variance is divided by them."""
    if not (isinstance(shape, (tuple, list)) and len(shape) == 2 and min(shape) >= 1):
        raise ValueError(
            f"an initializer takes the shape (fan_in, fan_out) of a weight, not {shape!r}: of an"
            " array with other axes, make a matrix and reshape it"
        )
    fan_in, fan_out = shape
    return fan_in, fan_out


def _uniform(variance: float, shape: tuple[int, int], rng: Any, dtype: Any) -> np.ndarray:
    limit = np.sqrt(3 * variance)
    return np.random.default_rng(rng).uniform(-limit, limit, shape).astype(dtype)


def _normal(variance: float, shape: tuple[int, ...], rng: Any, dtype: Any) -> np.ndarray:
    return np.random.default_rng(rng).normal(0, np.sqrt(variance), shape).astype(dtype)
