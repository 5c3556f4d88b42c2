"""Losses for numbers: y_true and y_pred of the same shape, e = y_pred − y_true."""

from __future__ import annotations

from typing import Any

import numpy as np

from .base import loss
from .cards import Card, Limit
from .checks import NON_NEGATIVE, POSITIVE

ANY = "any numbers"


@loss(
    card=Card(
        formula="e²",
        latex=r"e^2",
        derivative="2e",
        second_derivative="2",
        y_true=ANY,
        y_pred=ANY,
        estimates="the mean",
        noise="Gaussian, equally wide everywhere",
        bounded=False,
        redescending=False,
        convex=True,
        use="errors are Gaussian and the mean is wanted",
        limits=(Limit("always", {}, "smooth_l2", factor=2),),
        source="Legendre 1805; Gauss 1809",
    )
)
def mse(y_true: Any, y_pred: Any) -> Any:
    """Squared error: e², where e = y_pred − y_true (no ½; see `smooth_l2`).

    The gradient grows with the error, so a single outlier can decide the fit: use `huber` or
    `mae` then.

    >>> float(mse([1.0, 2.0], [2.0, 4.0]))     # (1² + 2²) / 2
    2.5
    """
    e = y_pred - y_true
    return e * e


mse.defslope(lambda y_true, y_pred: 2 * (y_pred - y_true))


@loss(
    card=Card(
        formula="|e|",
        latex=r"|e|",
        derivative="sign(e), 0 at e = 0",
        second_derivative="0, none at the kink e = 0",
        y_true=ANY,
        y_pred=ANY,
        estimates="the median",
        noise="Laplace",
        bounded=True,
        redescending=False,
        convex=True,
        use="there are outliers and the median is wanted",
        source="Boscovich 1757; Laplace 1774",
    )
)
def mae(y_true: Any, y_pred: Any) -> Any:
    """Absolute error: |e|, where e = y_pred − y_true.

    Outliers hardly matter. The gradient does not shrink near the minimum, so use a falling
    learning rate, or `huber`.

    >>> float(mae([1.0, 2.0], [2.0, 4.0]))     # (1 + 2) / 2
    1.5
    """
    return np.abs(y_pred - y_true)


mae.defslope(lambda y_true, y_pred: np.sign(y_pred - y_true))


@loss(
    ranges={"beta": NON_NEGATIVE},
    card=Card(
        formula="e²/(2β) where |e| < β, else |e| − β/2",
        latex=r"e^2/2\beta \;(|e| < \beta),\quad |e| - \beta/2 \;(|e| \geq \beta)",
        derivative="e/β, cut off at ±1",
        second_derivative="1/β where |e| < β, else 0",
        y_true=ANY,
        y_pred=ANY,
        estimates="between the mean and the median",
        noise="Gaussian in the middle, Laplace in the tails",
        bounded=True,
        redescending=False,
        convex=True,
        use="as mae, but smooth at 0",
        limits=(
            Limit("β = 0", {"beta": 0}, "mae"),
            Limit("β = 2", {"beta": 2.0}, "huber", {"delta": 2.0}, factor=0.5),
            Limit("β = 10⁹", {"beta": 1e9}, "smooth_l2", factor=1e-9),
        ),
        sweep={"beta": (0, 0.5, 1, 2)},
        source="Girshick 2015, Fast R-CNN, equation 3",
    ),
)
def smooth_l1(y_true: Any, y_pred: Any, *, beta: float = 1.0) -> Any:
    """Absolute error, rounded off near 0: e²/(2β) where |e| < β, else |e| − β/2.

    For outliers, with a gradient that shrinks near the minimum. It is not max(½e², |e| − ½), as
    one can read in print: since ½e² − (|e| − ½) = ½(|e| − 1)² ≥ 0, that is ½e² everywhere.

    >>> smooth_l1([0.0, 0.0], [0.5, 3.0], reduction="none")     # ½ · 0.5², 3 − ½
    array([0.125, 2.5  ])
    """
    size = np.abs(y_pred - y_true)
    if beta == 0:
        return size
    inner = np.minimum(size, beta)  # |e| or β: both cases of the formula in one, without overflow
    return inner * (size - inner / 2) / beta


smooth_l1.defslope(lambda y_true, y_pred, beta=1.0: _limited_slope(y_pred - y_true, beta))


def _limited_slope(e: Any, beta: float) -> Any:
    return np.clip(e, -beta, beta) / beta if beta > 0 else np.sign(e)


@loss(
    card=Card(
        formula="½e²",
        latex=r"\frac{1}{2} e^2",
        derivative="e",
        second_derivative="1",
        y_true=ANY,
        y_pred=ANY,
        estimates="the mean",
        noise="Gaussian, equally wide everywhere",
        bounded=False,
        redescending=False,
        convex=True,
        use="as mse; the ½ makes the gradient e",
        limits=(Limit("always", {}, "mse", factor=0.5),),
        source="Legendre 1805; the name is tinynet's own",
    )
)
def smooth_l2(y_true: Any, y_pred: Any) -> Any:
    """Half the squared error: ½e², where e = y_pred − y_true.

    There is no standard loss of this name; here it is the square of which `huber` and `smooth_l1`
    keep the middle. It does not flatten for outliers: for a smooth loss that does, see
    `pseudo_huber`.

    >>> float(smooth_l2([1.0, 2.0], [2.0, 4.0]))     # ½ (1² + 2²) / 2
    1.25
    """
    e = y_pred - y_true
    return 0.5 * e * e


smooth_l2.defslope(lambda y_true, y_pred: y_pred - y_true)


@loss(
    ranges={"delta": POSITIVE},
    card=Card(
        formula="½e² where |e| ≤ δ, else δ(|e| − δ/2)",
        latex=r"\frac{1}{2} e^2 \;(|e| \leq \delta),\quad \delta(|e| - \delta/2) \;(|e| > \delta)",
        derivative="e, cut off at ±δ",
        second_derivative="1 where |e| < δ, else 0",
        y_true=ANY,
        y_pred=ANY,
        estimates="between the mean and the median",
        noise="Gaussian in the middle, Laplace in the tails",
        bounded=True,
        redescending=False,
        convex=True,
        use="as mse, but no error pulls harder than δ",
        limits=(
            Limit("δ → ∞", {"delta": np.inf}, "smooth_l2"),
            Limit("δ = 2", {"delta": 2.0}, "smooth_l1", {"beta": 2.0}, factor=2),
            Limit("δ = 10⁻⁹", {"delta": 1e-9}, "mae", factor=1e-9),
        ),
        sweep={"delta": (0.5, 1, 2, np.inf)},
        source="Huber 1964, Robust Estimation of a Location Parameter",
    ),
)
def huber(y_true: Any, y_pred: Any, *, delta: float = 1.0) -> Any:
    """Squared near 0, straight beyond: ½e² where |e| ≤ δ, else δ(|e| − δ/2).

    For Gaussian noise with some outliers: near 0 it fits as `mse` does, and far out no error
    pulls harder than δ.

    >>> huber([0.0, 0.0], [0.5, 3.0], reduction="none", delta=2.0)     # ½ · 0.5², 2 (3 − 1)
    array([0.125, 4.   ])
    """
    size = np.abs(y_pred - y_true)
    inner = np.minimum(size, delta)  # |e| or δ: both cases of the formula in one
    return inner * (size - inner / 2)


huber.defslope(lambda y_true, y_pred, delta=1.0: np.clip(y_pred - y_true, -delta, delta))


@loss(
    ranges={"delta": POSITIVE},
    card=Card(
        formula="δ²(√(1 + (e/δ)²) − 1)",
        latex=r"\delta^2 (\sqrt{1 + (e/\delta)^2} - 1)",
        derivative="e / √(1 + (e/δ)²)",
        second_derivative="(1 + (e/δ)²)^(−3/2)",
        y_true=ANY,
        y_pred=ANY,
        estimates="between the mean and the median",
        noise="Gaussian in the middle, Laplace in the tails (hyperbolic)",
        bounded=True,
        redescending=False,
        convex=True,
        use="as huber, but smooth everywhere",
        limits=(
            Limit("δ → ∞", {"delta": 1e9}, "smooth_l2"),
            Limit("δ = 10⁻⁹", {"delta": 1e-9}, "mae", factor=1e-9),
        ),
        sweep={"delta": (0.5, 1, 2)},
        source="Hartley & Zisserman 2003, Multiple View Geometry, appendix 6",
    ),
)
def pseudo_huber(y_true: Any, y_pred: Any, *, delta: float = 1.0) -> Any:
    """A huber without a seam: δ²(√(1 + (e/δ)²) − 1), about ½e² near 0 and δ|e| far out.

    The gradient is smooth everywhere and at most ±δ. Computed as e² / (1 + √(1 + (e/δ)²)), the
    same number without the difference of two that are nearly equal: the form above gives 0 at
    e = 1e-8.

    >>> pseudo_huber([0.0, 0.0], [1e-8, 3.0], reduction="none")
    array([5.00000000e-17, 2.16227766e+00])
    """
    e = y_pred - y_true
    return e * e / (1 + np.hypot(1, e / delta))


def _pseudo_huber_slope(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    e = y_pred - y_true
    return e / np.hypot(1, e / delta)


pseudo_huber.defslope(_pseudo_huber_slope)
