"""Losses between distributions: how far a row of probabilities is from another.

A divergence is a difference of entropies, and 0 log 0 counts as 0, so a class that
cannot occur costs nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import clip_probabilities, softmax
from .base import loss
from .cards import Axis, Card
from .checks import class_targets
from .classification import log_probabilities, where_it_counts

__all__ = ["kl_divergence", "js_divergence"]

HALVES = Axis(
    "halves",
    "probability of the first class, for y_true = (½, ½)",
    *(0.05, 0.95),
    lambda x: (np.full((1, 2), 0.5), np.stack([x, 1 - x], axis=-1)),
    far=(1e-15, 1e-9),
)


def _probable(
    name: str, y_true: Any, y_pred: Any, *, from_logits: bool = False, **options: Any
) -> tuple[tuple, None]:
    """Rows of probabilities on both sides, or logits on the right."""
    return class_targets(name, y_true, y_pred, from_logits=from_logits)


def _negative_entropy(p: Any) -> Any:
    """Σ p log p over the last axis, with 0 log 0 = 0 and a finite derivative there."""
    return np.vecdot(p, np.log(np.maximum(p, np.finfo(p.dtype).eps)))


@loss(prepare=_probable, rows=True)
def kl_divergence(y_true: Any, y_pred: Any, *, from_logits: bool = False) -> Any:
    """Kullback-Leibler divergence of p from t: Σ_c t_c log(t_c / p_c), one loss per row.

    It is `cross_entropy` less the entropy of the targets: the same gradient, but 0 where p = t.
    With ``from_logits=True`` y_pred holds logits z, p = softmax(z), as in `cross_entropy`; else an
    exact 0 in p counts as one eps of its dtype. It punishes p = 0 where t is not, and hardly the
    reverse; for a symmetric loss use `js_divergence`.

    >>> float(kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).round(4))     # ½ log 2 + ½ log ⅔
    0.1438
    """
    cost = -log_probabilities(y_pred, from_logits)  # (N, C)
    return _negative_entropy(y_true) + np.vecdot(y_true, where_it_counts(y_true, cost))


def _kl_derivative(y_true: Any, y_pred: Any, from_logits: bool) -> Any:
    if from_logits:
        return softmax(y_pred) - y_true  # Σ t = 1
    return -y_true / clip_probabilities(y_pred)


kl_divergence.defderivative(_kl_derivative)


@loss(prepare=_probable, rows=True)
def js_divergence(y_true: Any, y_pred: Any, *, from_logits: bool = False) -> Any:
    """Jensen-Shannon divergence: ½ KL(t‖m) + ½ KL(p‖m), with m = (t + p) / 2; one loss per row.

    From 0, where p = t, to log 2, where no class is possible in both. The derivative in p grows
    only as log p, and in logits (``from_logits=True``) it goes back to 0 for rows that are very
    wrong. Computed as the entropy of m less the mean of the other two.

    >>> js_divergence([0, 0], [[1.0, 0.0], [0.0, 1.0]], reduction="none").round(4)     # 0, log 2
    array([0.    , 0.6931])
    """
    p = softmax(y_pred) if from_logits else y_pred
    mixed = _negative_entropy((y_true + p) / 2)
    return (_negative_entropy(y_true) + _negative_entropy(p)) / 2 - mixed


def _js_derivative(y_true: Any, y_pred: Any, from_logits: bool) -> Any:
    p = softmax(y_pred) if from_logits else y_pred
    inside = clip_probabilities(p)
    derivative = np.log(2 * inside / (y_true + inside)) / 2  # (N, C)
    return p * (derivative - np.vecdot(p, derivative)[..., None]) if from_logits else derivative


js_divergence.defderivative(_js_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

kl_divergence.card = Card("""
    value      Σ t log(t/p)
    with       p = softmax(z)
    d/dp       −t/p; then diag(t/p²)
    d/dz       p − t; then diag(p) − p pᵀ
    y_true     class ids 0…C−1, shape (N,), or rows of probabilities (N, C)
    y_pred     rows of probabilities (N, C); logits, any numbers, with from_logits=True
    estimates  the mean of the target distributions
    noise      categorical, up to the entropy of y_true
    shape      convex
    axis       class probability
    use it     the targets are distributions, as in distillation, and a perfect fit should cost 0
    limits     y_true is certain: cross_entropy(from_logits=False)
    source     Kullback & Leibler 1951, On Information and Sufficiency
""")
js_divergence.card = Card(
    """
    value      ½ Σ t log(t/m) + ½ Σ p log(p/m)
    with       p = softmax(z); m = (t + p)/2; d = ½ log(p/m); r = p (d − Σ p d);
               J = diag(p) − p pᵀ
    d/dp       d; then diag(t/(4p m))
    d/dz       r; then J @ diag(t/(4p m)) @ J + diag(r) − p rᵀ − r pᵀ
    y_true     class ids 0…C−1, shape (N,), or rows of probabilities (N, C)
    y_pred     rows of probabilities (N, C); logits, any numbers, with from_logits=True
    estimates  the target, if it does not vary; else a distribution sharper than the mean
    shape      convex
    use it     as kl_divergence, but symmetric and at most log 2
    source     Lin 1991, Divergence Measures Based on the Shannon Entropy
    """,
    axis=HALVES,
)
