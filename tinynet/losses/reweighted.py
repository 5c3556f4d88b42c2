"""Reweighted cross-entropies: how much a row counts follows from how probable its class is.

Cross-entropy is −Σ t log p, and a function of log p in its place gives the rows other weights.
Focal losses turn down what is already right; others turn down what is very wrong, since such a
label may be wrong itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .base import loss
from .cards import Card
from .checks import (
    NON_NEGATIVE,
    SHARE,
    Range,
    binary_targets,
    class_weights,
    smoothed_class_targets,
)
from .classification import (
    counted,
    derivative_of_rows,
    log_probabilities,
    negative_logs,
    weighted,
    where_it_counts,
)

__all__ = ["focal", "categorical_focal", "generalized_cross_entropy"]
__all__ += ["symmetric_cross_entropy", "poly1"]

SMALLEST = 1e-30  # a power q below counts as 0; float32 has nothing below 1e-38


@loss(
    prepare=binary_targets,
    ranges={
        "gamma": NON_NEGATIVE,
        "alpha": Range(0, 1, optional=True),
        "label_smoothing": SHARE,
    },
)
def focal(
    y_true: Any,
    y_pred: Any,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    from_logits: bool = False,
) -> Any:
    """Yes or no, mainly from the hard samples: −t (1 − p)^γ log p − (1 − t) p^γ log(1 − p).

    What is predicted well hardly counts, the less the larger γ. `alpha` is the share of the yeses
    in the weight, 1 − alpha that of the noes. `from_logits` and `label_smoothing` are as in
    `log_loss`. Computed with p^γ = exp(γ log p), so that no derivative is a power of 0.

    >>> float(focal([1.0], [0.5]))     # ¼ log 2
    0.17328679513998632
    """
    yes, no = negative_logs(y_pred, from_logits)
    of_yes, of_no = (1, 1) if alpha is None else (alpha, 1 - alpha)
    hard_yes, hard_no = _power(no, gamma) * yes, _power(yes, gamma) * no
    return counted(of_yes * y_true, hard_yes) + counted(of_no * (1 - y_true), hard_no)


def _power(cost: Any, gamma: float) -> Any:
    """p^γ, from the cost −log p: 1 for γ = 0, even where p is 0."""
    return np.exp(-gamma * cost) if gamma else 1.0


def _focal_derivative(
    y_true: Any,
    y_pred: Any,
    gamma: float,
    alpha: float | None,
    from_logits: bool,
) -> Any:
    yes, no = negative_logs(y_pred, from_logits)
    of_yes, of_no = (1, 1) if alpha is None else (alpha, 1 - alpha)
    p, q = np.exp(-yes), np.exp(-no)
    yes_derivative = -_power(no, gamma) * (q + gamma * counted(p, yes))  # in the logit: dp/dz = p q
    no_derivative = _power(yes, gamma) * (p + gamma * counted(q, no))
    derivative = of_yes * y_true * yes_derivative + of_no * (1 - y_true) * no_derivative
    return derivative if from_logits else derivative / (p * q)


focal.defderivative(_focal_derivative)


def focal_class_targets(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    alpha: Any = None,
    from_logits: bool = True,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    **options: Any,
) -> tuple[tuple, None]:
    """As `smoothed_class_targets`, with an alpha that is one number, or one per class."""
    prepared = smoothed_class_targets(
        name,
        *(y_true, y_pred),
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
    )
    if np.ndim(alpha):
        class_weights(name, "alpha", alpha, y_pred.shape[-1])
    return prepared


@loss(
    prepare=focal_class_targets,
    rows=True,
    saves=True,
    ranges={
        "gamma": NON_NEGATIVE,
        "alpha": Range(0, optional=True),
        "label_smoothing": SHARE,
    },
)
def categorical_focal(
    y_true: Any,
    y_pred: Any,
    *,
    gamma: float = 2.0,
    alpha: Any = None,
    from_logits: bool = True,
) -> Any:
    """One of C classes, mainly from the hard samples: −Σ_c α_c t_c (1 − p_c)^γ log p_c.

    What is predicted well hardly counts, the less the larger γ. `alpha` is a number, or one per
    class (C,); unlike `class_weight` it does not change what a mean divides by. The other options
    are as in `cross_entropy`.

    >>> float(categorical_focal([0], [[0.0, 0.0]]))     # ¼ log 2
    0.17328679513998632
    """
    log_p = log_probabilities(y_pred, from_logits)  # (N, C)
    t = weighted(y_true, alpha)
    return np.vecdot(t, where_it_counts(t, _miss(log_p) ** gamma * -log_p)), log_p


def _miss(log_p: Any) -> Any:
    """1 − p, and not 0, where a power of γ − 1 would be infinite."""
    return np.maximum(-np.expm1(log_p), np.finfo(log_p.dtype).eps)


def _categorical_focal_derivative(
    y_true: Any,
    y_pred: Any,
    log_p: Any,
    gamma: float,
    alpha: Any,
    from_logits: bool,
) -> Any:
    miss = _miss(log_p)
    bent = miss**gamma * (1 + gamma * counted(np.exp(log_p), -log_p) / miss)
    return derivative_of_rows(-weighted(y_true, alpha) * bent, log_p, from_logits)


categorical_focal.defderivative(_categorical_focal_derivative)


@loss(
    prepare=smoothed_class_targets,
    rows=True,
    saves=True,
    ranges={"q": SHARE, "label_smoothing": SHARE},
)
def generalized_cross_entropy(
    y_true: Any, y_pred: Any, *, q: float = 0.7, from_logits: bool = True
) -> Any:
    """Between cross-entropy and 1 − p: Σ_c t_c (1 − p_c^q) / q, with p = softmax(y_pred).

    A row is weighted with p^q, so that labels that seem very wrong hardly pull: q = 0 is
    `cross_entropy`, q = 1 gives 1 − p. Computed as −expm1(q log p) / q, which keeps its digits
    for small q. The other options are as in `cross_entropy`.

    >>> float(generalized_cross_entropy([0], [[0.0, 0.0]], q=1))     # 1 − ½
    0.5
    """
    log_p = log_probabilities(y_pred, from_logits)  # (N, C)
    cost = -np.expm1(q * log_p) / q if q > SMALLEST else -log_p
    return np.vecdot(y_true, where_it_counts(y_true, cost)), log_p


def _generalized_derivative(
    y_true: Any, y_pred: Any, log_p: Any, q: float, from_logits: bool
) -> Any:
    weight = np.exp(q * log_p) if q > SMALLEST else 1.0
    return derivative_of_rows(-y_true * weight, log_p, from_logits)


generalized_cross_entropy.defderivative(_generalized_derivative)


@loss(
    prepare=smoothed_class_targets,
    rows=True,
    saves=True,
    ranges={
        "alpha": NON_NEGATIVE,
        "beta": NON_NEGATIVE,
        "log_zero": Range(-50, 0),
        "label_smoothing": SHARE,
    },
)
def symmetric_cross_entropy(
    y_true: Any,
    y_pred: Any,
    *,
    alpha: float = 0.1,
    beta: float = 1.0,
    log_zero: float = -4.0,
    from_logits: bool = True,
) -> Any:
    """Cross-entropy plus its reverse: −α Σ_c t_c log p_c − β Σ_c p_c log t_c.

    The reverse asks what the labels say of the predictions; for ids it is −A (1 − p), which
    forgives wrong labels. There log 0 counts as `log_zero`, the paper's A, and so does every
    smaller log t. The other options are as in `cross_entropy`.

    >>> float(symmetric_cross_entropy([0], [[0.0, 0.0]], alpha=0))     # −½ · (0 − 4)
    2.0
    """
    log_p = log_probabilities(y_pred, from_logits)  # (N, C)
    t, log_t = alpha * y_true, _log_targets(y_true, log_zero)
    forward = np.vecdot(t, where_it_counts(t, -log_p))
    return forward - beta * np.vecdot(np.exp(log_p), log_t), log_p


def _log_targets(y_true: Any, log_zero: float) -> Any:
    return np.log(np.maximum(y_true, math.exp(log_zero)))


def _symmetric_derivative(
    y_true: Any,
    y_pred: Any,
    log_p: Any,
    alpha: float,
    beta: float,
    log_zero: float,
    from_logits: bool,
) -> Any:
    reverse = np.exp(log_p) * _log_targets(y_true, log_zero)
    return derivative_of_rows(-alpha * y_true - beta * reverse, log_p, from_logits)


symmetric_cross_entropy.defderivative(_symmetric_derivative)


@loss(
    prepare=smoothed_class_targets,
    rows=True,
    saves=True,
    ranges={"epsilon": Range(-1), "label_smoothing": SHARE},
)
def poly1(y_true: Any, y_pred: Any, *, epsilon: float = 1.0, from_logits: bool = True) -> Any:
    """Cross-entropy with another first term: Σ_c t_c (−log p_c + ε (1 − p_c)).

    Since −log p = (1 − p) + (1 − p)²/2 + …, ε changes the weight of the first power, from 1 to
    1 + ε; it may be −1 and more. The other options are as in `cross_entropy`.

    >>> float(poly1([0], [[0.0, 0.0]]))     # log 2 + 1 − ½
    1.1931471805599454
    """
    log_p = log_probabilities(y_pred, from_logits)  # (N, C)
    cost = -log_p - epsilon * np.expm1(log_p)
    return np.vecdot(y_true, where_it_counts(y_true, cost)), log_p


def _poly1_derivative(
    y_true: Any, y_pred: Any, log_p: Any, epsilon: float, from_logits: bool
) -> Any:
    return derivative_of_rows(-y_true * (1 + epsilon * np.exp(log_p)), log_p, from_logits)


poly1.defderivative(_poly1_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

focal.card = Card("""
    value      −a t q^γ log p − b (1 − t) p^γ log q
    with       p = σ(z); q = 1 − p; a = α; b = 1 − α
    d/dp       a t q^(γ − 1) (γ log p − q/p) − b (1 − t) p^(γ − 1) (γ log q − p/q);
               then a t q^γ (1/p² + 2γ/(p q) − γ(γ − 1) log p/q²) + b (1 − t) p^γ (1/q² + 2γ/(p q)
               − γ(γ − 1) log q/p²)
    d/dz       a t q^γ (γ p log p − q) − b (1 − t) p^γ (γ q log q − p);
               then a t p q^γ (γ (q − γ p) log p + (1 + 2γ) q) + b (1 − t) q p^γ (γ (p − γ q) log q
               + (1 + 2γ) p)
    y_pred     probabilities, or logits with from_logits=True; without α, a = b = 1
    estimates  the probability of a yes, drawn towards ½
    shape      convex
    axis       probability
    use it     yes or no, where most samples are easy and of one kind
    limits     γ = 0: log_loss; γ = 0, α = ½: ½ log_loss
    compare    γ = 0, 0.5, 2, 5
    source     Lin et al. 2017, Focal Loss for Dense Object Detection
""")
categorical_focal.card = Card("""
    value      −Σ α t (1 − p)^γ log p
    with       p = softmax(z); p_k = Σ t p; s = −α t (1 − p)^γ (1 − γ p log p/(1 − p));
               h = γ p_k (1 − p_k)^(γ − 1) (2 + log p_k − (γ − 1) p_k log p_k/(1 − p_k)) Σ α t
    d/dz       s − p Σ s; then h (t − p)(t − p)ᵀ − (Σ s)(diag(p) − p pᵀ)
    d/dp       s/p; then diag(α t (1 − p)^γ (1/p² + 2γ/(p (1 − p)) − γ(γ − 1) log p/(1 − p)²))
    estimates  the probability of each class, drawn towards 1/C
    shape      bounded
    axis       class logit
    use it     one of C classes, where most samples are easy
    limits     γ = 0: cross_entropy; γ = 0, α = 0.25: 0.25 cross_entropy
    compare    γ = 0, 0.5, 2, 5
    source     Lin et al. 2017, Focal Loss for Dense Object Detection
""")
generalized_cross_entropy.card = Card("""
    value      Σ t (1 − p^q)/q
    with       p = softmax(z); p_k = Σ t p
    d/dz       p_k^q (p − t); then p_k^q (diag(p) − p pᵀ − q (p − t)(p − t)ᵀ)
    d/dp       −t p^(q − 1); then diag((1 − q) t p^(q − 2))
    estimates  the probability of each class, to the power 1/(1 − q) and rescaled
    shape      bounded, redescending
    axis       class logit
    use it     one of C classes, where some labels are wrong
    limits     q = 0: cross_entropy; q → 0: cross_entropy
    compare    q = 0, 0.3, 0.7, 1
    source     Zhang & Sabuncu 2018, Generalized Cross Entropy Loss for Training Deep Neural
               Networks with Noisy Labels
""")
symmetric_cross_entropy.card = Card("""
    value      −α Σ t log p − β Σ p l
    with       p = softmax(z); l = max(log t, log_zero); r = p (Σ p l − l)
    d/dz       α (p − t) + β r; then α (diag(p) − p pᵀ) + β (diag(r) − p rᵀ − r pᵀ)
    d/dp       −α t/p − β l; then diag(α t/p²)
    estimates  the probability of each class, drawn to the most frequent
    shape      bounded
    axis       class logit
    use it     one of C classes, where some labels are wrong
    limits     β = 0, α = 1: cross_entropy; α = 0, β = 0.25: generalized_cross_entropy(q=1)
    compare    β = 0, 0.3, 1
    source     Wang et al. 2019, Symmetric Cross Entropy for Robust Learning with Noisy Labels
""")
poly1.card = Card("""
    value      Σ t (ε (1 − p) − log p)
    with       p = softmax(z); p_k = Σ t p
    d/dz       (1 + ε p_k)(p − t); then (1 + ε p_k)(diag(p) − p pᵀ) − ε p_k (p − t)(p − t)ᵀ
    d/dp       −t (1/p + ε); then diag(t/p²)
    estimates  the probability of each class, drawn to the most frequent for ε > 0
    shape      convex, bounded
    axis       class logit
    use it     one of C classes, to tune the pull of what is nearly right
    limits     ε = 0: cross_entropy
    compare    ε = −1, 0, 1, 4
    source     Leng et al. 2022, PolyLoss: A Polynomial Expansion Perspective of Classification
               Loss Functions
""")
