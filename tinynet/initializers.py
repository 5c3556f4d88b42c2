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


def _uniform(variance: Callable[[int, int], float], name: str) -> Initializer:
    def initializer(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
        limit = np.sqrt(3 * variance(*shape))
        return np.random.default_rng(rng).uniform(-limit, limit, shape).astype(dtype)

    initializer.__name__ = name
    initializer.__doc__ = f"Uniform numbers with the variance of `{name}`'s family, see above."
    return initializer


def _normal(variance: Callable[[int, int], float], name: str) -> Initializer:
    def initializer(shape: tuple[int, int], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
        return np.random.default_rng(rng).normal(0, np.sqrt(variance(*shape)), shape).astype(dtype)

    initializer.__name__ = name
    initializer.__doc__ = f"Normal numbers with the variance of `{name}`'s family, see above."
    return initializer


def _lecun(fan_in: int, fan_out: int) -> float:
    return 1 / fan_in


def _glorot(fan_in: int, fan_out: int) -> float:
    return 2 / (fan_in + fan_out)


def _he(fan_in: int, fan_out: int) -> float:
    return 2 / fan_in


lecun_uniform = _uniform(_lecun, "lecun_uniform")
lecun_normal = _normal(_lecun, "lecun_normal")
glorot_uniform = _uniform(_glorot, "glorot_uniform")
glorot_normal = _normal(_glorot, "glorot_normal")
he_uniform = _uniform(_he, "he_uniform")
he_normal = _normal(_he, "he_normal")


def zeros(shape: tuple[int, ...], rng: Any = None, dtype: Any = np.float64) -> np.ndarray:
    """All 0: right for biases; as weights it would keep all units of a layer identical.

    >>> zeros((2,))
    array([0., 0.])
    """
    return np.zeros(shape, dtype)
