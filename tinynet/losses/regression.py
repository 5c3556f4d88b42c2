"""Losses for numbers: y_true and y_pred of the same shape, e = y_pred − y_true."""

from __future__ import annotations

from typing import Any

import numpy as np

from .base import loss


@loss()
def mse(y_true: Any, y_pred: Any) -> Any:
    """Squared error: e², where e = y_pred − y_true (no ½; see `smooth_l2`).

    Assumes Gaussian noise of equal width everywhere; estimates the mean. The gradient 2e grows
    with the error, so a single outlier can decide the fit: use `huber` or `mae` then.

    >>> float(mse([1.0, 2.0], [2.0, 4.0]))     # (1² + 2²) / 2
    2.5

    Source: Legendre 1805; Gauss 1809.
    """
    e = y_pred - y_true
    return e * e


mse.defslope(lambda y_true, y_pred: 2 * (y_pred - y_true))


@loss()
def mae(y_true: Any, y_pred: Any) -> Any:
    """Absolute error: |e|, where e = y_pred − y_true.

    Assumes Laplace noise; estimates the median, so outliers hardly matter. The gradient is sign(e),
    0 at e = 0: it does not shrink near the minimum, so use a falling learning rate, or `huber`.

    >>> float(mae([1.0, 2.0], [2.0, 4.0]))     # (1 + 2) / 2
    1.5

    Source: Boscovich 1757; Laplace 1774.
    """
    return np.abs(y_pred - y_true)


mae.defslope(lambda y_true, y_pred: np.sign(y_pred - y_true))


@loss()
def smooth_l1(y_true: Any, y_pred: Any, *, beta: float = 1.0) -> Any:
    """Absolute error, rounded off near 0: e²/(2β) where |e| < β, else |e| − β/2.

    For outliers, with a gradient that shrinks near the minimum: e/β, at most ±1. β = 0 is `mae`;
    ``smooth_l1(beta=b) == huber(delta=b) / b``. It is not max(½e², |e| − ½), as one can read in
    print: since ½e² − (|e| − ½) = ½(|e| − 1)² ≥ 0, that is ½e² everywhere.

    Raises ValueError for β < 0.

    >>> smooth_l1([0.0, 0.0], [0.5, 3.0], reduction="none")     # ½ · 0.5², 3 − ½
    array([0.125, 2.5  ])

    Source: Girshick 2015, Fast R-CNN, equation 3.
    """
    if not beta >= 0:
        raise ValueError(f"beta is where the square ends, so it must be at least 0, not {beta}")
    size = np.abs(y_pred - y_true)
    if beta == 0:
        return size
    inner = np.minimum(size, beta)  # |e| or β: both cases of the formula in one, without overflow
    return inner * (size - inner / 2) / beta


smooth_l1.defslope(lambda y_true, y_pred, beta=1.0: _limited_slope(y_pred - y_true, beta))


def _limited_slope(e: Any, beta: float) -> Any:
    return np.clip(e, -beta, beta) / beta if beta > 0 else np.sign(e)


@loss()
def smooth_l2(y_true: Any, y_pred: Any) -> Any:
    """Half the squared error: ½e², where e = y_pred − y_true.

    There is no standard loss of this name; here it is the square of which `huber` and `smooth_l1`
    keep the middle, with the gradient e. It does not flatten for outliers: for a smooth loss that
    does, see `pseudo_huber`. Assumes Gaussian noise; estimates the mean.

    >>> float(smooth_l2([1.0, 2.0], [2.0, 4.0]))     # ½ (1² + 2²) / 2
    1.25
    """
    e = y_pred - y_true
    return 0.5 * e * e


smooth_l2.defslope(lambda y_true, y_pred: y_pred - y_true)


@loss()
def huber(y_true: Any, y_pred: Any, *, delta: float = 1.0) -> Any:
    """Squared near 0, straight beyond: ½e² where |e| ≤ δ, else δ(|e| − δ/2).

    Assumes Gaussian noise with some outliers; estimates something between mean and median. The
    gradient is e, cut off at ±δ. δ → ∞ is `smooth_l2`; ``huber(delta=d) == d * smooth_l1(beta=d)``.

    Raises ValueError for δ ≤ 0.

    >>> huber([0.0, 0.0], [0.5, 3.0], reduction="none", delta=2.0)     # ½ · 0.5², 2 (3 − 1)
    array([0.125, 4.   ])

    Source: Huber 1964, Robust Estimation of a Location Parameter.
    """
    if not delta > 0:
        raise ValueError(f"delta is where the square ends, so it must be above 0, not {delta}")
    size = np.abs(y_pred - y_true)
    inner = np.minimum(size, delta)  # |e| or δ: both cases of the formula in one
    return inner * (size - inner / 2)


huber.defslope(lambda y_true, y_pred, delta=1.0: np.clip(y_pred - y_true, -delta, delta))


@loss()
def pseudo_huber(y_true: Any, y_pred: Any, *, delta: float = 1.0) -> Any:
    """A huber without a seam: δ²(√(1 + (e/δ)²) − 1), about ½e² near 0 and δ|e| far out.

    The gradient e / √(1 + (e/δ)²) is smooth everywhere and at most ±δ. Computed as
    e² / (1 + √(1 + (e/δ)²)), the same number without the difference of two that are nearly equal:
    the form above gives 0 at e = 1e-8.

    Raises ValueError for δ ≤ 0.

    >>> pseudo_huber([0.0, 0.0], [1e-8, 3.0], reduction="none")
    array([5.00000000e-17, 2.16227766e+00])

    Source: Hartley & Zisserman 2003, Multiple View Geometry, appendix 6.
    """
    if not delta > 0:
        raise ValueError(f"delta is where it turns straight, so it must be above 0, not {delta}")
    e = y_pred - y_true
    return e * e / (1 + np.hypot(1, e / delta))


def _pseudo_huber_slope(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    e = y_pred - y_true
    return e / np.hypot(1, e / delta)


pseudo_huber.defslope(_pseudo_huber_slope)
