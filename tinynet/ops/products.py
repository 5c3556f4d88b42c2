"""Products of matrices and vectors: for y = a @ b, the rules are g @ bᵀ and aᵀ @ g."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import compose, defvjp


def matmul_left(g: Any, y: Any, a: Any, b: Any, bias: Any = None) -> Any:
    """For a in a @ b, or in a @ b + bias."""
    if b.ndim == 1:
        return g[..., None] * b
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return g @ b.mT


def matmul_right(g: Any, y: Any, a: Any, b: Any, bias: Any = None) -> Any:
    """For b in a @ b, or in a @ b + bias."""
    if a.ndim == 1:
        return g * a if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 1:
        return (a.mT @ g[..., None])[..., 0]
    return a.mT @ g


def _dot(a: Any, b: Any) -> Any:
    """np.dot in terms of matmul, with the extra axes that make them agree."""
    a_ndim, b_ndim = np.ndim(a), np.ndim(b)
    if a_ndim == 0 or b_ndim == 0:
        return np.multiply(a, b)
    if b_ndim <= 2:
        return np.matmul(a, b)
    spread = np.reshape(a, (*np.shape(a)[:-1], *[1] * (b_ndim - 1), np.shape(a)[-1]))
    return np.squeeze(np.matmul(spread, b), axis=-2)


defvjp(np.matmul, matmul_left, matmul_right)
compose(np.dot, _dot)
