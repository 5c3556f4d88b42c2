"""Losses for classes: what the model gives are logits or probabilities, and they are checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import clip_probabilities, sigmoid, stable_log_softmax
from .base import loss
from .cards import CLASS_LOGIT, PROBABILITY, Card, Limit
from .checks import POSITIVE, SHARE, binary_targets, weighted_class_targets

IDS = "class ids 0…C−1, shape (N,), or rows of probabilities (N, C)"
LOGITS = "logits (N, C): any numbers; rows of probabilities with from_logits=False"
YES = "0 and 1, or probabilities"
CHANCES = "probabilities, of the same shape; any numbers with from_logits=True"


@loss(
    prepare=weighted_class_targets,
    rows=True,
    saves=True,
    ranges={"label_smoothing": SHARE},
    card=Card(
        formula="−Σ_c t_c log p_c, with p = softmax(z)",
        latex=r"-\sum_c t_c \log p_c,\quad p = \mathrm{softmax}(z)",
        derivative="p − t in the logits; −t / p in probabilities",
        second_derivative="diag(p) − p pᵀ in the logits",
        y_true=IDS,
        y_pred=LOGITS,
        estimates="the probability of each class",
        noise="categorical",
        bounded=True,
        redescending=False,
        convex=True,
        axis=CLASS_LOGIT,
        use="one of C classes is true",
        limits=(Limit("γ = 0", {}, "categorical_focal", {"gamma": 0}),),
        source="Good 1952; Bridle 1990 for the softmax; Szegedy et al. 2016 for the smoothing",
    ),
)
def cross_entropy(
    y_true: Any, y_pred: Any, *, from_logits: bool = True, class_weight: Any = None
) -> Any:
    """One of C classes: −Σ_c t_c log p_c, with p = softmax(y_pred).

    One loss per row; no softmax in front. With ``from_logits=False`` y_pred holds probabilities,
    where an exact 0 counts as one eps of its dtype.

    `label_smoothing` s makes the targets (1 − s) t + s/C; `class_weight` (C,) multiplies each term
    of the sum, and with ids the mean divides by the weights of the samples' classes; samples with
    the id `ignore_index` do not count.

    >>> float(cross_entropy([0], [[0.0, 0.0]]))     # log 2: as good as a coin
    0.6931471805599453
    """
    p = y_pred if from_logits else clip_probabilities(y_pred)
    log_p = stable_log_softmax(p) if from_logits else np.log(p)  # (N, C)
    return -np.vecdot(_weighted(y_true, class_weight), log_p), log_p


def _weighted(y_true: Any, class_weight: Any) -> Any:
    return y_true if class_weight is None else y_true * np.asarray(class_weight, y_true.dtype)


def _cross_entropy_slope(
    y_true: Any, y_pred: Any, log_p: Any, from_logits: bool = True, class_weight: Any = None
) -> Any:
    t = _weighted(y_true, class_weight)  # (N, C)
    if not from_logits:
        return -t / clip_probabilities(y_pred)
    p = np.exp(log_p)
    return (p if class_weight is None else p * t.sum(axis=-1, keepdims=True)) - t  # Σ t = 1


cross_entropy.defslope(_cross_entropy_slope)


@loss(
    prepare=binary_targets,
    ranges={"pos_weight": POSITIVE, "label_smoothing": SHARE},
    card=Card(
        formula="−w t log p − (1 − t) log(1 − p), with w = pos_weight",
        latex=r"-w\, t \log p - (1 - t) \log(1 - p)",
        derivative="(1 − t)/(1 − p) − w t/p; in the logit, for w = 1, p − t",
        second_derivative="(1 − t)/(1 − p)² + w t/p²; in the logit, for w = 1, p (1 − p)",
        y_true=YES,
        y_pred=CHANCES,
        estimates="the probability of a yes",
        noise="Bernoulli",
        bounded=False,
        redescending=False,
        convex=True,
        axis=PROBABILITY,
        use="yes or no",
        limits=(Limit("γ = 0", {}, "focal", {"gamma": 0}),),
        sweep={"pos_weight": (0.5, 1, 3)},
        source="Good 1952; Cox 1958",
    ),
)
def log_loss(
    y_true: Any, y_pred: Any, *, from_logits: bool = False, pos_weight: float = 1.0
) -> Any:
    """Yes or no: −t log p − (1 − t) log(1 − p).

    Exact 0 and 1 count as one eps of their dtype inside, so that value and gradient stay finite.
    With ``from_logits=True``, which is more precise, y_pred holds logits z, p = sigmoid(z).

    `pos_weight` multiplies what a yes costs, for rare yeses; `label_smoothing` s makes the targets
    (1 − s) t + s/2.

    >>> float(log_loss([1.0], [0.5]))
    0.6931471805599453
    """
    if from_logits:  # log(1 + e^−|z|) + max(±z, 0): no overflow, and nothing cancels
        z, tail = y_pred, np.log1p(np.exp(-np.abs(y_pred)))
        yes, no = tail + np.maximum(-z, 0), tail + np.maximum(z, 0)
    else:
        p = clip_probabilities(y_pred)
        yes, no = -np.log(p), -np.log(1 - p)
    return pos_weight * y_true * yes + (1 - y_true) * no


def _log_loss_slope(
    y_true: Any, y_pred: Any, from_logits: bool = False, pos_weight: float = 1.0
) -> Any:
    p = sigmoid(y_pred) if from_logits else clip_probabilities(y_pred)
    if from_logits:
        return (1 - y_true) * p - pos_weight * y_true * (1 - p)
    return (1 - y_true) / (1 - p) - pos_weight * y_true / p


log_loss.defslope(_log_loss_slope)
