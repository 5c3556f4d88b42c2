"""Penalties: what weights cost by themselves, so that a model stays small, sparse or of low rank.

The one idea: a penalty with a corner at 0 pulls weights to exactly 0, but gradient steps only jump
back and forth across a corner. So each of these comes in two forms: as a number to add to a loss,
``loss + 0.01 * l1(w)``, and as a proximal operator, which lands on the corner:

    prox(w, strength) = argmin_x ½ |x − w|² + strength · penalty(x)

`tn.optimizers.Proximal` applies one after every step (Parikh & Boyd 2014, Proximal Algorithms).
Where an optimizer scales the step of each weight by itself, so it does the strength, which then is
an array; only `prox_l1` can take one, since its weights do not depend on each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine.methods import raw
from .engine.tensor import primitive

__all__ = ["l1", "l2", "elastic_net", "group_lasso", "nuclear_norm", "total_variation", "entropy"]
__all__ += ["prox_l1", "prox_group_lasso", "prox_nuclear_norm"]


# --- penalties ------------------------------------------------------------------------------


def l1(w: Any) -> Any:
    """Σ |w|: the same pull on every weight, until it is 0 (Tibshirani 1996, the lasso).

    >>> float(l1(np.array([3.0, -4.0])))
    7.0
    """
    return np.sum(np.abs(w))


def l2(w: Any) -> Any:
    """½ Σ w²: its gradient is w, so 0.01 · l2 is the `weight_decay` of 0.01 (Tikhonov 1943).

    >>> float(l2(np.array([3.0, -4.0])))
    12.5
    """
    return 0.5 * np.sum(w * w)


def elastic_net(w: Any, *, mix: float = 0.5) -> Any:
    """mix · l1(w) + (1 − mix) · l2(w): sparse, yet alike weights stay alike (Zou & Hastie 2005).

    Raises ValueError for a `mix` outside 0…1.

    >>> float(elastic_net(np.array([3.0, -4.0])))
    9.75
    """
    if not 0 <= mix <= 1:
        raise ValueError(f"elastic_net: mix is the fraction of l1, from 0 to 1, not {mix}")
    return mix * l1(w) + (1 - mix) * l2(w)


@primitive
def _norms(w: Any) -> Any:
    """The norm of each row: (..., n) → (...)."""
    return np.sqrt(np.sum(w * w, axis=-1))


def _norms_vjp(g: Any, y: Any, w: Any) -> Any:
    """The direction of each row; 0 for a row of zeros."""
    return np.expand_dims(g, -1) * (w / np.expand_dims(np.where(y == 0, np.inf, y), -1))


_norms.defvjp(_norms_vjp)


def group_lasso(w: Any, *, axis: int = -1) -> Any:
    """√n Σ_i |w_i|, over the groups w_i of length n along `axis`: one is 0 as a whole, or not.

    For a `Linear`, whose weight is (in_features, out_features), a row is what one input feeds, so
    the last axis chooses inputs; axis=0 chooses units. The gradient at w_i = 0 is 0
    (Yuan & Lin 2006).

    >>> float(group_lasso(np.array([[3.0, 4.0], [0.0, 0.0]])).round(4))     # √2 · 5
    7.0711
    """
    return np.sum(_norms(np.moveaxis(w, axis, -1))) * w.shape[axis] ** 0.5


def _directions(w: Any) -> tuple[Any, Any, Any]:
    """U, σ and Vᵀ without the directions in which w is 0, whose columns and rows become 0."""
    u, sigma, v = np.linalg.svd(w, full_matrices=False)
    largest = np.max(raw(sigma), axis=-1, keepdims=True)
    used = raw(sigma) > largest * max(w.shape[-2:]) * np.finfo(w.dtype).eps  # as matrix_rank
    return u * used[..., None, :], np.where(used, sigma, np.inf), v * used[..., None]


@primitive
def _rotation(w: Any) -> Any:
    """U Vᵀ of w = U diag(σ) Vᵀ: w with all singular values 1, and those that are 0 still 0."""
    u, _, v = _directions(w)
    return u @ v


def _rotation_vjp(g: Any, y: Any, w: Any) -> Any:
    """Within the span of U and V divided by σᵢ + σⱼ, outside by σᵢ: equal σ do no harm."""
    u, sigma, v = _directions(w)
    inside, row, column = u.mT @ g @ v.mT, sigma[..., None, :], sigma[..., None]
    turned = (inside - inside.mT) / (row + column)
    left, right = g @ v.mT - u @ inside, u.mT @ g - inside @ v  # (..., m, k) and (..., k, n)
    return u @ turned @ v + left / row @ v + u @ (right / column)


_rotation.defvjp(_rotation_vjp)


@primitive
def nuclear_norm(w: Any) -> Any:
    """Σ σ_i, the sum of a matrix's singular values: l1 of them, so it lowers the rank (Fazel 2002).

    The gradient is U Vᵀ, from w = U diag(σ) Vᵀ, without the directions where σ is 0. A stack of
    matrices (..., m, n) gives the sum over all of them.

    >>> float(nuclear_norm(np.diag([3.0, -4.0])))
    7.0
    """
    return np.sum(np.linalg.svd(w, compute_uv=False))


nuclear_norm.defvjp(lambda g, y, w: g * _rotation(w))


def total_variation(w: Any, *, axis: int = -1) -> Any:
    """Σ |w_(i+1) − w_i| along an axis: neighbours become equal, in steps (Rudin et al. 1992).

    >>> float(total_variation(np.array([1.0, 1.0, 5.0, 5.0])))
    4.0
    """
    return np.sum(np.abs(np.diff(w, axis=axis)))


def entropy(p: Any) -> Any:
    """−Σ p log p of probabilities, with 0 log 0 = 0: large where nothing is decided (Shannon 1948).

    Subtract it from a loss to keep predictions open (Pereyra et al. 2017), add it to sharpen them.
    Below one eps of its dtype log p stops falling, so that the gradient stays finite.

    >>> float(entropy(np.array([0.5, 0.5])))     # log 2
    0.6931471805599453
    """
    return np.sum(-p * np.log(np.maximum(p, np.finfo(p.dtype).eps)))


# --- proximal operators ---------------------------------------------------------------------


def prox_l1(w: np.ndarray, strength: Any) -> np.ndarray:
    """Soft threshold: every weight moves towards 0 by `strength`, and stops there.

    `strength` is a number, or an array with one for each weight.

    >>> prox_l1(np.array([3.0, -0.5, -4.0]), 1.0)
    array([ 2.,  0., -3.])
    """
    return w - np.clip(w, -strength, strength)


def prox_group_lasso(w: np.ndarray, strength: float, *, axis: int = -1) -> np.ndarray:
    """Block soft threshold: the norm of every group along `axis` falls by strength · √n, to 0.

    >>> prox_group_lasso(np.array([[3.0, 4.0], [0.5, 0.5]]), 2.5 / 2**0.5)
    array([[1.5, 2. ],
           [0. , 0. ]])
    """
    norm = np.linalg.norm(w, axis=axis, keepdims=True)
    smaller = np.maximum(norm - strength * w.shape[axis] ** 0.5, 0)
    return w * (smaller / np.where(norm == 0, 1, norm)).astype(w.dtype)


def prox_nuclear_norm(w: np.ndarray, strength: float) -> np.ndarray:
    """Every singular value becomes smaller by `strength`, and stops at 0 (Cai et al. 2010).

    >>> prox_nuclear_norm(np.diag([3.0, 0.5]), 1.0)
    array([[2., 0.],
           [0., 0.]])
    """
    u, sigma, v = np.linalg.svd(w, full_matrices=False)
    return (u * np.maximum(sigma - strength, 0).astype(w.dtype)[..., None, :]) @ v
