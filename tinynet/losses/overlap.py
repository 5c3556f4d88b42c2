"""Losses of overlap: how well a mask covers the true one, however few its pixels are.

The pixels that are rightly yes (TP), wrongly yes (FP) and wrongly no (FN) are counted
with probabilities in place of 0 and 1, so the count has a derivative. The many pixels that are
rightly no do not appear, so they cannot drown a small object.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import sigmoid
from .base import loss
from .cards import Axis, Card
from .checks import NON_NEGATIVE, POSITIVE, binary_targets

__all__ = ["dice", "tversky"]

BACKGROUND = Axis(
    "background",
    "probability of a pixel that is no, next to one rightly found",
    *(0.01, 0.99),
    lambda x: (np.array([[1.0, 0.0]]), np.stack([0 * x + 1, x], axis=-1)),
    far=(1.0, 0.9),
)


def _masks(
    name: str, y_true: Any, y_pred: Any, *, from_logits: bool = False, **options: Any
) -> tuple[tuple, None]:
    """Masks of equal shape."""
    return binary_targets(name, y_true, y_pred, from_logits=from_logits)


def _counts(t: Any, p: Any, alpha: float, beta: float, smooth: float) -> tuple[Any, Any]:
    """The errors 2α FP + 2β FN, and the denominator: errors + 2 TP + smooth; (N,) each."""
    wrong = 2 * alpha * np.vecdot(1 - t, p) + 2 * beta * np.vecdot(t, 1 - p)
    return wrong, 2 * np.vecdot(t, p) + smooth + wrong


def _value(t: Any, z: Any, alpha: float, beta: float, smooth: float, from_logits: bool) -> Any:
    wrong, whole = _counts(t, sigmoid(z) if from_logits else z, alpha, beta, smooth)
    return wrong / whole


def _derivative(t: Any, z: Any, alpha: float, beta: float, smooth: float, from_logits: bool) -> Any:
    p = sigmoid(z) if from_logits else z  # (N, pixels)
    wrong, whole = (np.expand_dims(x, -1) for x in _counts(t, p, alpha, beta, smooth))  # (N, 1)
    value = wrong / whole
    derivative = (2 * (1 - value) * (alpha * (1 - t) - beta * t) - 2 * value * t) / whole
    return derivative * p * sigmoid(-z) if from_logits else derivative


@loss(prepare=_masks, rows=True, ranges={"smooth": POSITIVE})
def dice(y_true: Any, y_pred: Any, *, smooth: float = 1.0, from_logits: bool = False) -> Any:
    """One minus the overlap of two masks: 1 − (2 Σ t p + smooth) / (Σ t + Σ p + smooth).

    One loss per sample, over the last axis: flatten images first, ``y.reshape(len(y), -1)``. The
    overlap is the F1 score, counted with probabilities. `smooth` > 0 defines it for empty masks,
    where the loss is 0. With ``from_logits=True`` y_pred holds logits z, p = sigmoid(z).

    Computed as (FP + FN) / (2 TP + FP + FN + smooth), the same without a difference.

    >>> float(dice([[1, 1, 0, 0]], [[1.0, 0.0, 0.0, 0.0]]))     # 1 − (2 + 1) / (2 + 1 + 1)
    0.25
    """
    return _value(y_true, y_pred, 0.5, 0.5, smooth, from_logits)


dice.defderivative(
    lambda y_true, y_pred, smooth, from_logits: _derivative(
        y_true, y_pred, 0.5, 0.5, smooth, from_logits
    )
)


@loss(
    prepare=_masks,
    rows=True,
    ranges={"alpha": NON_NEGATIVE, "beta": NON_NEGATIVE, "smooth": POSITIVE},
)
def tversky(
    y_true: Any,
    y_pred: Any,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 1.0,
    from_logits: bool = False,
) -> Any:
    """Dice that weights its mistakes: 1 − (2 TP + s) / (2 TP + 2α FP + 2β FN + s), s = smooth.

    `alpha` is the price of a false alarm, `beta` that of a miss; Salehi et al. take 0.3 and 0.7.
    The rest is as in `dice`. In the other way to write it, (TP + s) / (TP + α FP + β FN + s), s is
    half of our `smooth`.

    >>> float(tversky([[1, 1, 0, 0]], [[1.0, 0.0, 0.0, 0.0]], beta=1.0))     # 1 − 3 / 5
    0.4
    """
    return _value(y_true, y_pred, alpha, beta, smooth, from_logits)


tversky.defderivative(
    lambda y_true, y_pred, alpha, beta, smooth, from_logits: _derivative(
        y_true, y_pred, alpha, beta, smooth, from_logits
    )
)


# --- what is known about them; the tests evaluate it -------------------------------------------

dice.card = Card(
    """
    value      1 − (2 Σ t p + smooth)/(Σ t + Σ p + smooth)
    with       p = σ(z); A = 2 Σ t p + smooth; B = Σ t + Σ p + smooth; r = (A/B − 2t)/B;
               s = p (1 − p)
    d/dp       r; then −(r + rᵀ)/B
    d/dz       r s; then diag(r s (1 − 2p)) − s sᵀ (r + rᵀ)/B
    y_true     0 and 1, or probabilities, (N, pixels)
    y_pred     probabilities, of the same shape; any numbers with from_logits=True
    estimates  the mask with the largest expected overlap, not probabilities
    shape      bounded
    use it     the object is a small part of the image
    limits     always: tversky(alpha=0.5, beta=0.5)
    compare    smooth = 0.01, 1, 10
    source     Dice 1945; Milletari et al. 2016, V-Net (with squares below the line)
    """,
    axis=BACKGROUND,
)
tversky.card = Card(
    """
    value      1 − (2 Σ t p + smooth)/(2 Σ t p + 2α Σ (1 − t) p + 2β Σ t (1 − p) + smooth)
    with       p = σ(z); A = 2 Σ t p + smooth; B = A + 2α Σ (1 − t) p + 2β Σ t (1 − p);
               b = 2t + 2α (1 − t) − 2β t; r = (b A/B − 2t)/B; s = p (1 − p)
    d/dp       r; then −(b rᵀ + r bᵀ)/B
    d/dz       r s; then diag(r s (1 − 2p)) − s sᵀ (b rᵀ + r bᵀ)/B
    y_true     0 and 1, or probabilities, (N, pixels)
    y_pred     probabilities, of the same shape; any numbers with from_logits=True
    estimates  the mask with the largest expected overlap, not probabilities
    shape      bounded
    use it     as dice, where missing a pixel is worse than a false alarm, or the other way round
    limits     α = ½, β = ½: dice
    compare    α = 0.1, 0.5, 0.9
    source     Tversky 1977, Features of Similarity; Salehi et al. 2017
    """,
    axis=BACKGROUND,
)
