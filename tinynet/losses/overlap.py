"""Losses of overlap: how well a mask covers the true one, however few its pixels are.

The one idea: the pixels that are rightly yes (TP), wrongly yes (FP) and wrongly no (FN) are counted
with probabilities in place of 0 and 1, so the count has a derivative. The many pixels that are
rightly no do not appear, so they cannot drown a small object.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import sigmoid
from .base import loss
from .cards import Axis, Card, Limit
from .checks import NON_NEGATIVE, POSITIVE, binary_targets
from .classification import CHANCES

MASKS = "0 and 1, or probabilities, (N, pixels)"
BACKGROUND = Axis(
    "probability of a pixel that is no, beside one rightly found",
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
    """What is wrong, 2α FP + 2β FN, and the whole, 2 TP + smooth more than that: (N,) each."""
    wrong = 2 * alpha * np.vecdot(1 - t, p) + 2 * beta * np.vecdot(t, 1 - p)
    return wrong, 2 * np.vecdot(t, p) + smooth + wrong


def _value(t: Any, z: Any, alpha: float, beta: float, smooth: float, from_logits: bool) -> Any:
    wrong, whole = _counts(t, sigmoid(z) if from_logits else z, alpha, beta, smooth)
    return wrong / whole


def _slope(t: Any, z: Any, alpha: float, beta: float, smooth: float, from_logits: bool) -> Any:
    p = sigmoid(z) if from_logits else z  # (N, pixels)
    wrong, whole = (np.expand_dims(x, -1) for x in _counts(t, p, alpha, beta, smooth))  # (N, 1)
    value = wrong / whole
    slope = (2 * (1 - value) * (alpha * (1 - t) - beta * t) - 2 * value * t) / whole
    return slope * p * sigmoid(-z) if from_logits else slope


@loss(
    prepare=_masks,
    rows=True,
    ranges={"smooth": POSITIVE},
    card=Card(
        formula="1 − (2 Σ t p + smooth) / (Σ t + Σ p + smooth)",
        latex=r"1 - \frac{2 \sum t p + s}{\sum t + \sum p + s}",
        derivative="(1 − L − 2t) / (Σ t + Σ p + smooth), for a loss of L",
        second_derivative="mixes all pixels of a sample",
        y_true=MASKS,
        y_pred=CHANCES,
        estimates="the mask with the largest expected overlap, not probabilities",
        noise="none",
        bounded=True,
        redescending=False,
        convex=False,
        axis=BACKGROUND,
        use="the object is a small part of the image",
        limits=(Limit("always", {}, "tversky", {"alpha": 0.5, "beta": 0.5}),),
        sweep={"smooth": (0.01, 1, 10)},
        source="Dice 1945; Milletari et al. 2016, V-Net (with squares below the line)",
    ),
)
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


dice.defslope(
    lambda y_true, y_pred, smooth=1.0, from_logits=False: _slope(
        y_true, y_pred, 0.5, 0.5, smooth, from_logits
    )
)


@loss(
    prepare=_masks,
    rows=True,
    ranges={"alpha": NON_NEGATIVE, "beta": NON_NEGATIVE, "smooth": POSITIVE},
    card=Card(
        formula="1 − (2 TP + smooth) / (2 TP + 2α FP + 2β FN + smooth), with TP = Σ t p,"
        " FP = Σ (1 − t) p, FN = Σ t (1 − p)",
        latex=r"1 - \frac{2 TP + s}{2 TP + 2 \alpha FP + 2 \beta FN + s}",
        derivative="2 ((1 − L) (α (1 − t) − β t) − L t) / D, for a loss of L, with D what stands"
        " below the line",
        second_derivative="mixes all pixels of a sample",
        y_true=MASKS,
        y_pred=CHANCES,
        estimates="the mask with the largest expected overlap, not probabilities",
        noise="none",
        bounded=True,
        redescending=False,
        convex=False,
        axis=BACKGROUND,
        use="as dice, where missing a pixel is worse than a false alarm, or the other way round",
        limits=(Limit("α = β = ½", {"alpha": 0.5, "beta": 0.5}, "dice"),),
        sweep={"alpha": (0.1, 0.5, 0.9)},
        source="Tversky 1977, Features of Similarity; Salehi et al. 2017",
    ),
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
    """A dice that prices its two mistakes: 1 − (2 TP + s) / (2 TP + 2α FP + 2β FN + s), s = smooth.

    `alpha` is the price of a false alarm, `beta` that of a miss; Salehi et al. take 0.3 and 0.7.
    The rest is as in `dice`. In the other way to write it, (TP + s) / (TP + α FP + β FN + s), s is
    half of our `smooth`.

    >>> float(tversky([[1, 1, 0, 0]], [[1.0, 0.0, 0.0, 0.0]], beta=1.0))     # 1 − 3 / 5
    0.4
    """
    return _value(y_true, y_pred, alpha, beta, smooth, from_logits)


tversky.defslope(
    lambda y_true, y_pred, alpha=0.5, beta=0.5, smooth=1.0, from_logits=False: _slope(
        y_true, y_pred, alpha, beta, smooth, from_logits
    )
)
