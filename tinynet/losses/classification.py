"""Losses for classes: what the model gives are logits or probabilities, and they are checked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine.arrays import like
from ..engine.methods import raw
from ..engine.tensor import Tensor
from ..functional import clip_probabilities, log_softmax, sigmoid, softmax, softplus
from .base import loss
from .cards import Axis, Card
from .checks import (
    POSITIVE,
    SHARE,
    Range,
    binary_targets,
    check_range,
    one_hot,
    same_shape,
    smoothed_class_targets,
    weighted_class_targets,
)

__all__ = ["cross_entropy", "log_loss", "nll", "brier", "ordinal"]

# --- what these losses share, here and in reweighted.py ---------------------------------------


def log_probabilities(y_pred: Any, from_logits: bool) -> Any:
    """log p of every class, from rows of logits or of probabilities."""
    return log_softmax.forward(y_pred) if from_logits else np.log(clip_probabilities(y_pred))


def where_it_counts(t: Any, cost: Any) -> Any:
    """The costs, but finite where their weight t is 0: t · cost is 0 there, and not 0 · ∞."""
    known = cost.data if isinstance(cost, Tensor) else cost
    if type(known) is np.ndarray and known.max(initial=0) < np.inf:
        return cost  # the usual case, and quicker
    return np.where(t != 0, cost, np.minimum(cost, np.finfo(cost.dtype).max))


def counted(t: Any, cost: Any) -> Any:
    """t · cost, where 0 · ∞ is 0: what is neither true nor possible costs nothing."""
    return t * where_it_counts(t, cost)


def weighted(y_true: Any, class_weight: Any) -> Any:
    """The targets times a weight for each class, if there is one."""
    if class_weight is None:
        return y_true
    return y_true * np.asarray(class_weight, y_true.dtype, like=like(y_true))


def derivative_of_rows(s: Any, log_p: Any, from_logits: bool) -> Any:
    """The derivative in y_pred, where s is the derivative in each log p.

    Since ∂ log p_c / ∂z_j = [c = j] − p_j, it is s − p Σ s in logits; in probabilities it is s / p.
    """
    p = np.exp(log_p)
    return s - p * np.sum(s, axis=-1, keepdims=True) if from_logits else s / p


def negative_logs(y_pred: Any, from_logits: bool) -> tuple[Any, Any]:
    """−log p and −log(1 − p): the loss for label 1 and for label 0."""
    if from_logits:  # log(1 + e^−|z|) + max(±z, 0): no overflow, and nothing cancels
        tail = np.log1p(np.exp(-np.abs(y_pred)))
        return tail + np.maximum(-y_pred, 0), tail + np.maximum(y_pred, 0)
    p = clip_probabilities(y_pred)
    return -np.log(p), -np.log(1 - p)


# --- one of C classes -------------------------------------------------------------------------


@loss(prepare=weighted_class_targets, rows=True, saves=True, ranges={"label_smoothing": SHARE})
def cross_entropy(
    y_true: Any, y_pred: Any, *, from_logits: bool = True, class_weight: Any = None
) -> Any:
    """One of C classes: −Σ_c t_c log p_c, with p = softmax(y_pred).

    One loss per row; no softmax in front. A logit of −∞ is a class that cannot be: it has p = 0 and
    no part in the loss, which is ∞ only if its t is above 0, after all. With ``from_logits=False``
    y_pred holds probabilities, where an exact 0 counts as one eps of its dtype.

    `label_smoothing` s makes the targets (1 − s) t + s/C; `class_weight` (C,) multiplies each term
    of the sum, and with ids the mean divides by the weights of the samples' classes; samples with
    the id `ignore_index` do not count.

    >>> float(cross_entropy([0], [[0.0, 0.0]]))     # log 2: as good as a coin
    0.6931471805599453
    """
    if from_logits:
        shifted = y_pred - y_pred.max(axis=-1, keepdims=True)  # (N, C)
        e = np.exp(shifted)
        total = e.sum(axis=-1, keepdims=True)  # (N, 1)
        p, cost = e / total, np.log(total) - shifted
    else:
        p = clip_probabilities(y_pred)
        cost = -np.log(p)
    t = weighted(y_true, class_weight)
    if not hasattr(cost, "traced"):  # replay.py uses no loss that is not finite
        cost = where_it_counts(t, cost)
    return np.vecdot(t, cost), p


def _cross_entropy_derivative(
    y_true: Any, y_pred: Any, p: Any, from_logits: bool, class_weight: Any
) -> Any:
    t = weighted(y_true, class_weight)  # (N, C)
    if not from_logits:
        return -t / p
    return (p if class_weight is None else p * t.sum(axis=-1, keepdims=True)) - t  # Σ t = 1


cross_entropy.defderivative(_cross_entropy_derivative)


def log_probability_targets(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    where: Any = None,
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    **options: Any,
) -> tuple[tuple, Any]:
    """As `weighted_class_targets`, for rows of y_pred that are logarithms of probabilities."""
    if where is not None and where.shape == y_pred.shape[: where.ndim]:
        # what is masked has become 1/C: here as a logarithm
        rows = np.expand_dims(where, tuple(range(where.ndim - y_pred.ndim, 0)))
        y_pred = np.where(rows, y_pred, -math.log(y_pred.shape[-1]))
    (y_true, _), counts = weighted_class_targets(
        name,
        *(y_true, raw(y_pred)),
        class_weight=class_weight,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
    )
    _check_log_probabilities(name, raw(y_pred))
    return (y_true, y_pred), counts


@np.errstate(under="ignore")
def _check_log_probabilities(name: str, log_p: Any) -> None:
    fix = "give log_softmax(logits), or the logits themselves to cross_entropy"
    check_range(name, "y_pred", log_p, Range(high=0), fix, "logarithms ")
    sums = np.sum(np.exp(log_p), axis=-1)
    off = np.abs(sums - 1)
    if np.max(off, initial=0) > np.sqrt(np.finfo(log_p.dtype).eps):
        row = np.argmax(off)
        raise ValueError(
            f"{name}: y_pred must hold log-probabilities, so the sum of exp(y_pred) over a row is"
            f" 1, but for row {row} it is {sums.flat[row]:.6g}: {fix}"
        )


@loss(prepare=log_probability_targets, rows=True, ranges={"label_smoothing": SHARE})
def nll(y_true: Any, y_pred: Any, *, class_weight: Any = None) -> Any:
    """Negative log-likelihood of log-probabilities: −Σ_c t_c log p_c, where y_pred holds log p.

    The second half of `cross_entropy`, for a model that ends in log_softmax. y_pred must be that:
    at most 0, with exp(y_pred) of sum 1 in a row; −∞ is a class that cannot be. `class_weight`,
    `label_smoothing` and `ignore_index` are as in `cross_entropy`.

    >>> float(nll([0], np.log([[0.5, 0.5]])))     # log 2
    0.6931471805599453
    """
    t = weighted(y_true, class_weight)
    return np.vecdot(t, where_it_counts(t, -y_pred))


def _nll_derivative(y_true: Any, y_pred: Any, class_weight: Any) -> Any:
    return -weighted(y_true, class_weight)


nll.defderivative(_nll_derivative)


@loss(prepare=smoothed_class_targets, rows=True, saves=True, ranges={"label_smoothing": SHARE})
def brier(y_true: Any, y_pred: Any, *, from_logits: bool = True) -> Any:
    """The squared error of probabilities: Σ_c (p_c − t_c)², with p = softmax(y_pred).

    From 0 to 2 per row, also where p is 0; as honest as `cross_entropy`, that is, at its least for
    the true probabilities, but a wrong and confident row hardly learns. With
    ``from_logits=False`` y_pred holds p. For one yes/no probability use `mse`, the half of it.
    `label_smoothing` and `ignore_index` are as in `cross_entropy`.

    >>> float(brier([0], [[0.0, 0.0]]))     # ½² + ½²
    0.5
    """
    p = softmax(y_pred) if from_logits else y_pred  # (N, C)
    d = p - y_true
    return np.vecdot(d, d), p


def _brier_derivative(y_true: Any, y_pred: Any, p: Any, from_logits: bool) -> Any:
    d = p - y_true  # (N, C)
    return 2 * p * (d - np.sum(p * d, axis=-1, keepdims=True)) if from_logits else 2 * d


brier.defderivative(_brier_derivative)


# --- yes or no --------------------------------------------------------------------------------


@loss(prepare=binary_targets, ranges={"pos_weight": POSITIVE, "label_smoothing": SHARE})
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
    yes, no = negative_logs(y_pred, from_logits)
    return counted(pos_weight * y_true, yes) + counted(1 - y_true, no)


def _log_loss_derivative(y_true: Any, y_pred: Any, from_logits: bool, pos_weight: float) -> Any:
    p = sigmoid(y_pred) if from_logits else clip_probabilities(y_pred)
    if from_logits:
        return (1 - y_true) * p - pos_weight * y_true * (1 - p)
    return (1 - y_true) / (1 - p) - pos_weight * y_true / p


log_loss.defderivative(_log_loss_derivative)


# --- classes in an order ----------------------------------------------------------------------


def ordered_targets(
    name: str, y_true: Any, y_pred: Any, thresholds: Any, **options: Any
) -> tuple[tuple, None]:
    """Ids become rows with a single 1; thresholds are one row, each above the one before."""
    (_, y_pred), _ = same_shape(name, y_true, y_pred)
    thresholds = thresholds.astype(y_pred.dtype)
    cuts, eps = raw(thresholds), np.finfo(y_pred.dtype).eps
    if cuts.ndim != 1 or cuts.size == 0:
        raise ValueError(
            f"{name}: thresholds has shape {cuts.shape}: give one row, one fewer than classes"
        )
    if not np.all(cuts[1:] - cuts[:-1] > eps) or not np.isfinite(cuts).all():
        raise ValueError(
            f"{name}: thresholds must increase, in steps above {eps:.1g}, but are {cuts}; to learn"
            " them, learn a first one and the logs of the steps:"
            " np.cumsum(np.concatenate([first, np.exp(logs)]))"
        )
    rows = one_hot(name, raw(y_true), cuts.size + 1, y_pred.dtype)  # (N, K)
    return (rows, y_pred, thresholds), None


@loss(prepare=ordered_targets, shared=("thresholds",))
def ordinal(y_true: Any, y_pred: Any, thresholds: Any) -> Any:
    """Classes in an order, cut from one score: −log P(k), where P(y ≤ k) = sigmoid(θ_k − f).

    The K − 1 thresholds may be a Tensor to be learned with the model (proportional odds). With two
    classes and the threshold 0 it is `log_loss` of the logit. Computed from σ(a) − σ(b) =
    σ(a) σ(−b) (1 − e^(b − a)), since the difference itself is 0 for scores far out.

    >>> float(ordinal([0], [1.0], [1.0, 2.0]))     # log 2, since P(y ≤ 0) = sigmoid(1 − 1)
    0.6931471805599453
    """
    a = thresholds - np.expand_dims(y_pred, -1)  # (N, K−1)
    ends = counted(y_true[..., :-1], softplus(-a)) + counted(y_true[..., 1:], softplus(a))
    between = y_true[..., 1:-1] * np.log(-np.expm1(thresholds[:-1] - thresholds[1:]))  # (N, K−2)
    return np.sum(ends, axis=-1) - np.sum(between, axis=-1)


def _score_derivative(y_true: Any, y_pred: Any, thresholds: Any) -> Any:
    a = thresholds - np.expand_dims(y_pred, -1)
    return np.sum(y_true[..., :-1] * sigmoid(-a) - y_true[..., 1:] * sigmoid(a), axis=-1)


def _threshold_derivative(y_true: Any, y_pred: Any, thresholds: Any) -> Any:
    a, d = thresholds - np.expand_dims(y_pred, -1), thresholds[1:] - thresholds[:-1]
    apart = y_true[..., 1:-1] * np.exp(-d) / -np.expm1(-d)  # (N, K−2): what pushes two apart
    none = 0 * a[..., :1]
    ends = y_true[..., 1:] * sigmoid(a) - y_true[..., :-1] * sigmoid(-a)
    steps = np.concatenate([apart, none], -1) - np.concatenate([none, apart], -1)
    return ends + steps


ordinal.defderivative(_score_derivative, _threshold_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

cross_entropy.card = Card("""
    value      −Σ t log p
    with       p = softmax(z)
    d/dz       p − t; then diag(p) − p pᵀ
    d/dp       −t/p; then diag(t/p²)
    estimates  the probability of each class
    noise      categorical
    shape      convex, bounded
    axis       class logit
    use it     one of C classes is true
    limits     always: categorical_focal(gamma=0); always: generalized_cross_entropy(q=0);
               always: symmetric_cross_entropy(alpha=1, beta=0); always: poly1(epsilon=0)
    source     Good 1952; Bridle 1990 for the softmax; Szegedy et al. 2016 for the smoothing
""")
nll.card = Card(
    """
    value      −Σ t l
    d/dl       −t; then 0
    y_true     class ids 0…C−1, shape (N,), or rows of probabilities (N, C)
    y_pred     l: log-probabilities (N, C), as from log_softmax
    estimates  the probability of each class
    noise      categorical
    shape      convex, bounded
    use it     the model ends in log_softmax; else cross_entropy
    limits     always: cross_entropy
    source     Fisher 1922, On the Mathematical Foundations of Theoretical Statistics
    """,
    axis=Axis(
        "log-probability",
        "log-probability of the true class",
        *(-6, -0.01),
        lambda x: (np.zeros(1), np.stack([x, np.log1p(-np.exp(x))], axis=-1)),
        far=(-1e6, -1e3, -1e-6),
    ),
)
brier.card = Card(
    """
    value      Σ (p − t)²
    with       p = softmax(z); d = p − t; r = p (d − Σ p d); J = diag(p) − p pᵀ
    d/dz       2r; then 2(J @ J + diag(r) − p rᵀ − r pᵀ)
    d/dp       2d; then 2I
    estimates  the probability of each class
    shape      bounded, redescending
    axis       class logit
    use it     to judge probabilities, or where some labels are wrong
    source     Brier 1950, Verification of Forecasts Expressed in Terms of Probability
"""
)
log_loss.card = Card("""
    value      −w t log p − (1 − t) log(1 − p)
    with       w = pos_weight; p = σ(z)
    d/dp       (1 − t)/(1 − p) − w t/p; then (1 − t)/(1 − p)² + w t/p²
    d/dz       (1 − t) p − w t (1 − p); then (1 − t + w t) p (1 − p)
    estimates  the probability of a yes
    noise      Bernoulli
    shape      convex
    axis       probability
    use it     yes or no
    limits     always: focal(gamma=0)
    compare    pos_weight = 0.5, 1, 3
    source     Good 1952; Cox 1958
""")
ordinal.card = Card(
    """
    value      −log(σ(b − f) − σ(a − f))
    d/df       σ(f − b) − σ(a − f); then σ(b − f) σ(f − b) + σ(a − f) σ(f − a)
    y_true     class ids 0…K−1 in their order, shape (N,)
    y_pred     f: scores, shape (N,), any numbers; and thresholds (K−1,), increasing: a is the one
               below the class, b the one above it, −∞ and ∞ at the ends
    estimates  the score at which each class has its probability
    noise      logistic, around the score; the thresholds cut it into classes
    shape      convex, bounded
    use it     the classes have an order, as in bad, fair, good
    source     McCullagh 1980, Regression Models for Ordinal Data
    """,
    axis=Axis(
        "score",
        "score, for the middle one of three classes",
        *(-6, 6),
        lambda x: (np.ones(1), x, np.array([-1.0, 1.0])),
    ),
)
