"""Cross-entropy, bent: losses that change how much a row counts by how probable its class is.

The one idea: cross-entropy is −Σ t log p, and a function of log p in its place weights the rows
anew. Focal losses turn down what is already right; others turn down what is very wrong, since
such a label may be wrong itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .base import loss
from .cards import CLASS_LOGIT, PROBABILITY, Card, Limit
from .checks import (
    NON_NEGATIVE,
    SHARE,
    Range,
    binary_targets,
    class_weights,
    smoothed_class_targets,
)
from .classification import CHANCES, IDS, LOGITS, YES, log_probabilities, slope_of_rows, surprises


@loss(
    prepare=binary_targets,
    ranges={
        "gamma": NON_NEGATIVE,
        "alpha": Range(0, 1, optional=True),
        "label_smoothing": SHARE,
    },
    card=Card(
        formula="−α t (1 − p)^γ log p − (1 − α) (1 − t) p^γ log(1 − p); no α: both are 1",
        latex=r"-\alpha\, t (1-p)^\gamma \log p - (1-\alpha)(1-t)\, p^\gamma \log(1-p)",
        derivative="−(1 − p)^γ (1/p − γ log p / (1 − p)) where t = 1, without α",
        second_derivative="(1 − p)^γ (1/p² + 2γ / (p (1 − p)) − γ (γ − 1) log p / (1 − p)²)"
        " where t = 1, without α",
        y_true=YES,
        y_pred=CHANCES,
        estimates="the probability of a yes, drawn towards ½",
        noise="none",
        bounded=False,
        redescending=False,
        convex=True,
        axis=PROBABILITY,
        use="yes or no, where most samples are easy and of one kind",
        limits=(
            Limit("γ = 0", {"gamma": 0}, "log_loss"),
            Limit("γ = 0, α = ½", {"gamma": 0, "alpha": 0.5}, "log_loss", factor=0.5),
        ),
        sweep={"gamma": (0, 0.5, 2, 5)},
        source="Lin et al. 2017, Focal Loss for Dense Object Detection",
    ),
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
    `log_loss`. Computed with p^γ = exp(γ log p), so that no slope is a power of 0.

    >>> float(focal([1.0], [0.5]))     # ¼ log 2
    0.17328679513998632
    """
    yes, no = surprises(y_pred, from_logits)
    of_yes, of_no = (1, 1) if alpha is None else (alpha, 1 - alpha)
    hard_yes, hard_no = np.exp(-gamma * no) * yes, np.exp(-gamma * yes) * no
    return of_yes * y_true * hard_yes + of_no * (1 - y_true) * hard_no


def _focal_slope(
    y_true: Any,
    y_pred: Any,
    gamma: float = 2.0,
    alpha: float | None = None,
    from_logits: bool = False,
) -> Any:
    yes, no = surprises(y_pred, from_logits)
    of_yes, of_no = (1, 1) if alpha is None else (alpha, 1 - alpha)
    p, q = np.exp(-yes), np.exp(-no)
    yes_slope = -np.exp(-gamma * no) * (q + gamma * p * yes)  # in the logit: dp/dz = p q
    no_slope = np.exp(-gamma * yes) * (p + gamma * q * no)
    slope = of_yes * y_true * yes_slope + of_no * (1 - y_true) * no_slope
    return slope if from_logits else slope / (p * q)


focal.defslope(_focal_slope)


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
    card=Card(
        formula="−Σ_c α_c t_c (1 − p_c)^γ log p_c, with p = softmax(z)",
        latex=r"-\sum_c \alpha_c t_c (1 - p_c)^\gamma \log p_c",
        derivative="s − p Σ s in the logits, s / p in probabilities, where"
        " s = −α t (1 − p)^γ (1 − γ p log p / (1 − p))",
        second_derivative="u (t − p)(t − p)ᵀ − s_k (diag(p) − p pᵀ) in the logits, where k is the"
        " true class and u = ds_k/d log p_k"
        " = α γ p (1 − p)^(γ−1) (2 + log p − (γ − 1) p log p / (1 − p)), at p_k",
        y_true=IDS,
        y_pred=LOGITS,
        estimates="the probability of each class, drawn towards 1/C",
        noise="none",
        bounded=True,
        redescending=False,
        convex=False,
        axis=CLASS_LOGIT,
        use="one of C classes, where most samples are easy",
        limits=(
            Limit("γ = 0", {"gamma": 0}, "cross_entropy"),
            Limit("γ = 0, α = ¼", {"gamma": 0, "alpha": 0.25}, "cross_entropy", factor=0.25),
        ),
        sweep={"gamma": (0, 0.5, 2, 5)},
        source="Lin et al. 2017, Focal Loss for Dense Object Detection",
    ),
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
    return -np.vecdot(_shared(y_true, alpha), _miss(log_p) ** gamma * log_p), log_p


def _shared(y_true: Any, alpha: Any) -> Any:
    return y_true if alpha is None else y_true * np.asarray(alpha, y_true.dtype)


def _miss(log_p: Any) -> Any:
    """1 − p, and not 0, where a power of γ − 1 would be infinite."""
    return np.maximum(-np.expm1(log_p), np.finfo(log_p.dtype).eps)


def _categorical_focal_slope(
    y_true: Any,
    y_pred: Any,
    log_p: Any,
    gamma: float = 2.0,
    alpha: Any = None,
    from_logits: bool = True,
) -> Any:
    miss = _miss(log_p)
    bent = miss**gamma * (1 - gamma * np.exp(log_p) * log_p / miss)
    return slope_of_rows(-_shared(y_true, alpha) * bent, log_p, from_logits)


categorical_focal.defslope(_categorical_focal_slope)


@loss(
    prepare=smoothed_class_targets,
    rows=True,
    saves=True,
    ranges={"q": SHARE, "label_smoothing": SHARE},
    card=Card(
        formula="Σ_c t_c (1 − p_c^q) / q, with p = softmax(z)",
        latex=r"\sum_c t_c (1 - p_c^q) / q,\quad p = \mathrm{softmax}(z)",
        derivative="p_k^q (p − t) in the logits, where k is the true class; −t p^(q−1) in"
        " probabilities",
        second_derivative="p_k^q (diag(p) − p pᵀ − q (p − t)(p − t)ᵀ) in the logits",
        y_true=IDS,
        y_pred=LOGITS,
        estimates="the probability of each class, to the power 1/(1 − q) and rescaled",
        noise="none",
        bounded=True,
        redescending=True,
        convex=False,
        axis=CLASS_LOGIT,
        use="one of C classes, where some labels are wrong",
        limits=(
            Limit("q = 0", {"q": 0}, "cross_entropy"),
            Limit("q → 0", {"q": 1e-9}, "cross_entropy"),
        ),
        sweep={"q": (0, 0.3, 0.7, 1)},
        source="Zhang & Sabuncu 2018, Generalized Cross Entropy Loss for Training Deep Neural"
        " Networks with Noisy Labels",
    ),
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
    bent = np.expm1(q * log_p) / q if q > 1e-30 else log_p  # float32 has nothing below 1e-38
    return -np.vecdot(y_true, bent), log_p


def _generalized_slope(
    y_true: Any, y_pred: Any, log_p: Any, q: float = 0.7, from_logits: bool = True
) -> Any:
    return slope_of_rows(-y_true * np.exp(q * log_p), log_p, from_logits)


generalized_cross_entropy.defslope(_generalized_slope)


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
    card=Card(
        formula="−α Σ_c t_c log p_c − β Σ_c p_c log t_c, where log t is at least A (`log_zero`)",
        latex=r"-\alpha \sum_c t_c \log p_c - \beta \sum_c p_c \log t_c",
        derivative="α (p − t) − β p (log t − Σ p log t) in the logits; −α t / p − β log t in"
        " probabilities",
        second_derivative="α (diag(p) − p pᵀ) + β (diag(r) − p rᵀ − r pᵀ) in the logits, where r is"
        " the derivative for α = 0, β = 1; α t / p² in probabilities",
        y_true=IDS,
        y_pred=LOGITS,
        estimates="the probability of each class, drawn to the most frequent",
        noise="none",
        bounded=True,
        redescending=False,
        convex=False,
        axis=CLASS_LOGIT,
        use="one of C classes, where some labels are wrong",
        limits=(
            Limit("β = 0, α = 1", {"beta": 0, "alpha": 1}, "cross_entropy"),
            Limit(
                "α = 0, β = ¼", {"alpha": 0, "beta": 0.25}, "generalized_cross_entropy", {"q": 1}
            ),
        ),
        sweep={"beta": (0, 0.3, 1)},
        source="Wang et al. 2019, Symmetric Cross Entropy for Robust Learning with Noisy Labels",
    ),
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
    log_t = _log_targets(y_true, log_zero)
    return -np.sum(alpha * y_true * log_p + beta * np.exp(log_p) * log_t, axis=-1), log_p


def _log_targets(y_true: Any, log_zero: float) -> Any:
    return np.log(np.maximum(y_true, math.exp(log_zero)))


def _symmetric_slope(
    y_true: Any,
    y_pred: Any,
    log_p: Any,
    alpha: float = 0.1,
    beta: float = 1.0,
    log_zero: float = -4.0,
    from_logits: bool = True,
) -> Any:
    reverse = np.exp(log_p) * _log_targets(y_true, log_zero)
    return slope_of_rows(-alpha * y_true - beta * reverse, log_p, from_logits)


symmetric_cross_entropy.defslope(_symmetric_slope)


@loss(
    prepare=smoothed_class_targets,
    rows=True,
    saves=True,
    ranges={"epsilon": Range(-1), "label_smoothing": SHARE},
    card=Card(
        formula="Σ_c t_c (−log p_c + ε (1 − p_c)), with p = softmax(z)",
        latex=r"\sum_c t_c (-\log p_c + \varepsilon (1 - p_c)),\quad p = \mathrm{softmax}(z)",
        derivative="(1 + ε p_k)(p − t) in the logits, where k is the true class; −t (1/p + ε) in"
        " probabilities",
        second_derivative="(1 + ε p_k)(diag(p) − p pᵀ) − ε p_k (p − t)(p − t)ᵀ in the logits: at"
        " least 0 for ε up to 1",
        y_true=IDS,
        y_pred=LOGITS,
        estimates="the probability of each class, drawn to the most frequent for ε > 0",
        noise="none",
        bounded=True,
        redescending=False,
        convex=True,
        axis=CLASS_LOGIT,
        use="one of C classes, to tune the pull of what is nearly right",
        limits=(Limit("ε = 0", {"epsilon": 0}, "cross_entropy"),),
        sweep={"epsilon": (-1, 0, 1, 4)},
        source="Leng et al. 2022, PolyLoss: A Polynomial Expansion Perspective of Classification"
        " Loss Functions",
    ),
)
def poly1(y_true: Any, y_pred: Any, *, epsilon: float = 1.0, from_logits: bool = True) -> Any:
    """Cross-entropy with another first term: Σ_c t_c (−log p_c + ε (1 − p_c)).

    Since −log p = (1 − p) + (1 − p)²/2 + …, ε changes the weight of the first power, from 1 to
    1 + ε; it may be −1 and more. The other options are as in `cross_entropy`.

    >>> float(poly1([0], [[0.0, 0.0]]))     # log 2 + 1 − ½
    1.1931471805599454
    """
    log_p = log_probabilities(y_pred, from_logits)  # (N, C)
    return -np.vecdot(y_true, log_p + epsilon * np.expm1(log_p)), log_p


def _poly1_slope(
    y_true: Any, y_pred: Any, log_p: Any, epsilon: float = 1.0, from_logits: bool = True
) -> Any:
    return slope_of_rows(-y_true * (1 + epsilon * np.exp(log_p)), log_p, from_logits)


poly1.defslope(_poly1_slope)
