"""Losses between distributions: how far a row of probabilities is from another.

The one idea: a divergence is a difference of entropies, and 0 log 0 counts as 0, so a class that
cannot occur costs nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import clip_probabilities, log_softmax, softmax
from .base import loss
from .cards import CLASS_PROBABILITY, Axis, Card, Limit
from .checks import class_targets
from .classification import IDS

HALVES = Axis(
    "probability of the first class, for y_true = (½, ½)",
    *(0.05, 0.95),
    lambda x: (np.full((1, 2), 0.5), np.stack([x, 1 - x], axis=-1)),
    far=(1e-15, 1e-9),
)
CHANCES = "rows of probabilities (N, C); logits, any numbers, with from_logits=True"


def _probable(
    name: str, y_true: Any, y_pred: Any, *, from_logits: bool = False, **options: Any
) -> tuple[tuple, None]:
    """Rows of probabilities on both sides, or logits on the right."""
    return class_targets(name, y_true, y_pred, from_logits=from_logits)


def _negative_entropy(p: Any) -> Any:
    """Σ p log p over the last axis, with 0 log 0 = 0 and a finite derivative there."""
    return np.vecdot(p, np.log(np.maximum(p, np.finfo(p.dtype).eps)))


@loss(
    prepare=_probable,
    rows=True,
    card=Card(
        formula="Σ_c t_c log(t_c / p_c), with 0 log 0 = 0",
        latex=r"\sum_c t_c \log(t_c / p_c)",
        derivative="−t / p; in logits p − t",
        second_derivative="t / p²; in logits diag(p) − p pᵀ",
        y_true=IDS,
        y_pred=CHANCES,
        estimates="the mean of the target distributions",
        noise="categorical, up to the entropy of y_true",
        bounded=False,
        redescending=False,
        convex=True,
        axis=CLASS_PROBABILITY,
        use="the targets are distributions, as in distillation, and a perfect fit should cost 0",
        limits=(Limit("y_true is certain", {}, "cross_entropy", {"from_logits": False}),),
        source="Kullback & Leibler 1951, On Information and Sufficiency",
    ),
)
def kl_divergence(y_true: Any, y_pred: Any, *, from_logits: bool = False) -> Any:
    """Kullback-Leibler divergence of p from t: Σ_c t_c log(t_c / p_c), one loss per row.

    It is `cross_entropy` less the entropy of the targets: the same gradient, but 0 where p = t.
    With ``from_logits=True`` y_pred holds logits z, p = softmax(z); else an exact 0 in p counts
    as one eps of its dtype. It punishes p = 0 where t is not, and hardly the reverse; for a
    symmetric loss use `js_divergence`.

    >>> float(kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).round(4))     # ½ log 2 + ½ log ⅔
    0.1438
    """
    log_p = log_softmax(y_pred) if from_logits else np.log(clip_probabilities(y_pred))  # (N, C)
    return _negative_entropy(y_true) - np.vecdot(y_true, log_p)


def _kl_slope(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    if from_logits:
        return softmax(y_pred) - y_true  # Σ t = 1
    return -y_true / clip_probabilities(y_pred)


kl_divergence.defslope(_kl_slope)


@loss(
    prepare=_probable,
    rows=True,
    card=Card(
        formula="½ Σ_c t_c log(t_c / m_c) + ½ Σ_c p_c log(p_c / m_c), with m = (t + p) / 2",
        latex=r"\frac{1}{2} \sum_c t_c \log(t_c / m_c) + \frac{1}{2} \sum_c p_c \log(p_c / m_c),"
        r"\quad m = (t + p)/2",
        derivative="d = ½ log(p / m); in logits p (d − Σ p d)",
        second_derivative="t / (4 p m)",
        y_true=IDS,
        y_pred=CHANCES,
        estimates="the target, if it does not vary; else a distribution sharper than the mean",
        noise="none",
        bounded=False,
        redescending=False,
        convex=True,
        axis=HALVES,
        use="as kl_divergence, but symmetric and at most log 2",
        source="Lin 1991, Divergence Measures Based on the Shannon Entropy",
    ),
)
def js_divergence(y_true: Any, y_pred: Any, *, from_logits: bool = False) -> Any:
    """Jensen-Shannon divergence: ½ KL(t‖m) + ½ KL(p‖m), with m = (t + p) / 2; one loss per row.

    From 0, where p = t, to log 2, where no class is possible in both. The slope in p grows only
    as log p, and in logits (``from_logits=True``) it goes back to 0 for rows that are very wrong.
    Computed as the entropy of m less the mean of the other two.

    >>> js_divergence([0, 0], [[1.0, 0.0], [0.0, 1.0]], reduction="none").round(4)     # 0, log 2
    array([0.    , 0.6931])
    """
    p = softmax(y_pred) if from_logits else y_pred
    mixed = _negative_entropy((y_true + p) / 2)
    return (_negative_entropy(y_true) + _negative_entropy(p)) / 2 - mixed


def _js_slope(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    p = softmax(y_pred) if from_logits else y_pred
    inside = clip_probabilities(p)
    slope = np.log(2 * inside / (y_true + inside)) / 2  # (N, C)
    return p * (slope - np.vecdot(p, slope)[..., None]) if from_logits else slope


js_divergence.defslope(_js_slope)
