"""Influence: how far one bad point drags what a loss estimates.

A small sample, a model with a single number, and one point that moves away. For
losses of numbers the model is a constant; for losses of classes it is the threshold between two
groups. The number is found by search, not by gradients, so that a loss whose gradient vanishes is
judged by its minimum alone (Hampel 1974 on the influence curve).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...functional import sigmoid
from ...losses import Loss
from ...losses.base import called, card_of

DISTANCES = np.linspace(0, 20, 41)
SAMPLE = np.array([-1.59, -1.06, -0.73, -0.46, -0.22, 0.22, 0.46, 0.73, 1.06, 1.59])  # Gaussian
CONSTANT, THRESHOLD = "the fitted constant", "the threshold between two classes"


@dataclass(frozen=True)
class Influence:
    """How far a bad point drags the estimate from where it is without it: both (distances,)."""

    name: str
    what: str  # is estimated
    distances: np.ndarray
    drags: np.ndarray


def influence(
    loss: Loss, options: Mapping[str, Any] | None = None, distances: np.ndarray = DISTANCES
) -> Influence | None:
    """Drag one point away, and follow the estimate; None for a loss of neither kind.

    >>> from tinynet import losses
    >>> influence(losses.mse, distances=np.array([0.0, 11.0])).drags.round(3)     # 1 of 11 points
    array([0., 1.])
    """
    kind, options = card_of(loss).axis.kind, dict(options or {})
    if kind in ("error", "positive"):
        start, sample = (0.0, SAMPLE) if kind == "error" else (2.0, 2 * np.exp(SAMPLE / 2))
        what = CONSTANT
        clean = _constant(loss, options, sample)
        estimates = [_constant(loss, options, np.r_[sample, start + d]) for d in distances]
    elif kind in ("logit", "margin", "class logit") or kind in _PROBABILITIES:
        what, clean = THRESHOLD, _threshold(loss, options)
        estimates = [_threshold(loss, options, d) for d in distances]
    else:
        return None
    drags = np.round(np.array(estimates) - clean, 6) + 0.0  # what the search is good for
    return Influence(called(loss, options), what, np.asarray(distances), drags)


_PROBABILITIES = ("probability", "class probability")


def _constant(loss: Loss, options: dict[str, Any], sample: np.ndarray) -> float:
    """The constant with the smallest loss on the sample."""

    def total(constants: np.ndarray) -> np.ndarray:
        y_true, y_pred = np.broadcast_arrays(sample, constants[:, None])  # (constants, sample)
        if loss.rows:
            y_true, y_pred = y_true[..., None], y_pred[..., None]
        return loss(y_true, y_pred, reduction="none", **options).sum(axis=1)

    return lowest(total, sample.min(), sample.max())


def _threshold(loss: Loss, options: dict[str, Any], bad: float | None = None) -> float:
    """The t of logit = x − t, for groups at −2 and 2, and a point of the left one at `bad`."""
    margins = np.r_[SAMPLE + 2, SAMPLE + 2]  # of the right group, and of the left one mirrored
    signs = np.repeat([1.0, -1.0], len(SAMPLE))
    axis = card_of(loss).axis

    def total(thresholds: np.ndarray) -> np.ndarray:
        right = margins[None] - signs * thresholds[:, None]  # how far on the right side
        wrong = thresholds[:, None] - ([] if bad is None else [bad])  # (thresholds, 0 or 1)
        z = np.column_stack([right, wrong]).ravel()
        y_true, y_pred = axis.arrays(sigmoid(z) if axis.kind in _PROBABILITIES else z)
        y_true = np.repeat(y_true, len(z))
        values = loss(y_true, y_pred, reduction="none", **options)
        return values.reshape(len(thresholds), -1).sum(axis=1)

    return lowest(total, -5.0, 5.0 + (bad or 0.0))


@np.errstate(all="ignore")
def lowest(total: Callable, low: float, high: float) -> float:
    """Where total is smallest between low and high: a grid, and finer ones around its best.

    Where the bottom is flat, its middle.

    >>> round(lowest(lambda c: (c - 0.3) ** 2, -1, 1), 6)
    0.3
    """
    best = np.array([low, high])
    for _ in range(4):
        places = np.linspace(low, high, 201)
        totals = total(places)
        floor = totals.min()
        best = places[totals <= floor + 1e-10 * max(abs(floor), 1e-3)]
        step = places[1] - places[0]
        low, high = max(low, best[0] - step), min(high, best[-1] + step)
    return float((best[0] + best[-1]) / 2)
