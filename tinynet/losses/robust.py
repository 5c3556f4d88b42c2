"""Losses for data with outliers: e = y_pred − y_true, and very wrong predictions hardly pull.

Each of them is ½e² near 0, so its gradient is e · w(e) with a weight w that is 1 at 0
and falls. A step on the loss is a step of least squares in which the sample counts w(e): the
outliers weigh themselves down ("iteratively reweighted least squares", Holland & Welsch 1977).
Only `general_robust`, which contains most of the others, is scaled as published: ½(e/c)² near 0.

The scale c says how large an error may be and still be believed. These losses are not convex
(`general_robust` is for α ≥ 1), so begin near the answer: train with `huber` first.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from .base import loss
from .cards import ERROR, Card
from .checks import Range

__all__ = ["cauchy", "geman_mcclure", "welsch", "tukey_biweight", "general_robust"]

SCALE = Range(0, 1e150, open=True)  # the square of c must be a number
WIDE = dataclasses.replace(ERROR, low=-8, high=8)


def _root_excess(x: Any) -> Any:
    """√(1 + x²) − 1, without a difference that loses tiny x, or a square that overflows."""
    return x * (x / (1 + np.hypot(1, x)))


@loss(ranges={"c": SCALE})
def cauchy(y_true: Any, y_pred: Any, *, c: float = 1.0) -> Any:
    """Cauchy or Lorentzian loss: ½c² log(1 + (e/c)²), which grows as a logarithm only.

    The weight is 1 / (1 + (e/c)²). With c = 2.385 σ it is 95 % as efficient as `mse` where the
    noise is Gaussian after all. Computed as c² log √(1 + (e/c)²), where no square overflows.

    >>> cauchy([0.0, 0.0], [1e-8, 3.0], reduction="none")     # ½ · 10⁻¹⁶, ½ log 10
    array([5.00000000e-17, 1.15129255e+00])
    """
    return c * c * np.log1p(_root_excess((y_pred - y_true) / c))


def _cauchy_derivative(y_true: Any, y_pred: Any, c: float) -> Any:
    e = y_pred - y_true
    root = np.hypot(1, e / c)
    return e / root / root


cauchy.defderivative(_cauchy_derivative)


@loss(ranges={"c": SCALE})
def geman_mcclure(y_true: Any, y_pred: Any, *, c: float = 1.0) -> Any:
    """Geman-McClure loss: 2c² (e/c)² / ((e/c)² + 4) = ½e² / (1 + (e/2c)²), at most 2c².

    The weight is 1 / (1 + (e/2c)²)². Beyond |e| = 2c/√3 an error pulls less the larger it is.

    >>> geman_mcclure([0.0, 0.0], [2.0, 1e9], reduction="none")     # half way up, and the top
    array([1., 2.])
    """
    e = y_pred - y_true
    shrunk = e / np.hypot(1, e / (2 * c))  # within ±2c
    return shrunk * shrunk / 2


def _geman_mcclure_derivative(y_true: Any, y_pred: Any, c: float) -> Any:
    e = y_pred - y_true
    root = np.hypot(1, e / (2 * c))
    return e / root / root / root / root


geman_mcclure.defderivative(_geman_mcclure_derivative)


def _bell(x: Any) -> Any:
    """−½x², where x is cut off at ±100: beyond, exp(−½x²) is 0 and the square could overflow."""
    x = np.clip(x, -100, 100)
    return -x * x / 2


@loss(ranges={"c": SCALE})
def welsch(y_true: Any, y_pred: Any, *, c: float = 1.0) -> Any:
    """Welsch or Leclerc loss, correntropy: c² (1 − exp(−½(e/c)²)), at most c².

    The weight is the bell curve exp(−½(e/c)²). With c = 2.11 σ it is 95 % as efficient as `mse`
    where the noise is Gaussian after all.

    >>> welsch([0.0, 0.0], [1e-8, 1e150], reduction="none")
    array([5.e-17, 1.e+00])
    """
    return -c * c * np.expm1(_bell((y_pred - y_true) / c))


def _welsch_derivative(y_true: Any, y_pred: Any, c: float) -> Any:
    e = y_pred - y_true
    return e * np.exp(_bell(e / c))


welsch.defderivative(_welsch_derivative)


def _squared_share(e: Any, c: float) -> Any:
    """(e/c)², and exactly 1 beyond c."""
    x = np.clip(e / c, -1, 1)
    return x * x


@loss(ranges={"c": SCALE})
def tukey_biweight(y_true: Any, y_pred: Any, *, c: float = 4.685) -> Any:
    """Tukey's biweight or bisquare: (c²/6) (1 − (1 − (e/c)²)³) where |e| < c, else c²/6.

    The weight is (1 − (e/c)²)²; an error beyond c has no gradient at all, so take care that not
    all of them begin there. The default is 95 % as efficient as `mse` for Gaussian noise with
    σ = 1; for another σ, multiply it.

    >>> tukey_biweight([0.0, 0.0], [1.0, 9.0], reduction="none", c=2.0)     # ⅔ (1 − 27/64), ⅔
    array([0.38541667, 0.66666667])
    """
    u = _squared_share(y_pred - y_true, c)
    return c * c / 6 * u * (3 - 3 * u + u * u)  # 1 − (1 − u)³, with no difference of equals


def _tukey_biweight_derivative(y_true: Any, y_pred: Any, c: float) -> Any:
    e = y_pred - y_true
    rest = 1 - _squared_share(e, c)
    return e * rest * rest


tukey_biweight.defderivative(_tukey_biweight_derivative)


@loss(ranges={"alpha": Range(high=100), "c": SCALE})
def general_robust(y_true: Any, y_pred: Any, *, alpha: float = 1.0, c: float = 1.0) -> Any:
    """Barron's loss: (b/α) (((e/c)²/b + 1)^(α/2) − 1), with b = |α − 2|.

    One option, α from −inf to 100, leads from the square (2) by `pseudo_huber` (1), `cauchy` (0)
    and `geman_mcclure` (−2) to `welsch` (−inf); the three α that the formula lacks are its limits.
    For α ≤ 1 the gradient is bounded, for α < 1 it goes back to 0; above 2 it grows faster than
    that of the square, and may overflow. As published, without a factor c².

    >>> [round(float(general_robust(0.0, 3.0, alpha=a)), 3) for a in (2, 1, 0, -2, -np.inf)]
    [4.5, 2.162, 1.705, 1.385, 0.989]
    """
    x, b = (y_pred - y_true) / c, abs(alpha - 2)
    if alpha == 2:
        return x * x / 2
    if alpha < -1e16:
        return -np.expm1(_bell(x))
    half_log = _half_log(x, b)
    if abs(alpha) < 1e-16:
        return b * half_log
    root = np.hypot(1, x / math.sqrt(b)) ** (max(alpha, 0) / 2)  # its square might overflow
    return -b / abs(alpha) * np.expm1(-abs(alpha) * half_log) * root * root


def _half_log(x: Any, b: float) -> Any:
    """½ log(x²/b + 1)."""
    return np.log1p(_root_excess(x / math.sqrt(b)))


def _general_robust_derivative(y_true: Any, y_pred: Any, alpha: float, c: float) -> Any:
    x = (y_pred - y_true) / c
    if alpha == 2:
        return x / c
    if alpha < -1e16:
        return x / c * np.exp(_bell(x))
    return x / c * np.exp((alpha - 2) * _half_log(x, abs(alpha - 2)))


general_robust.defderivative(_general_robust_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

cauchy.card = Card("""
    value      ½c² log(1 + (e/c)²)
    d/de       e / (1 + (e/c)²); then (1 − (e/c)²) / (1 + (e/c)²)²
    estimates  the mode, roughly: the mean of the bulk, without the outliers
    noise      Cauchy, of scale c
    shape      bounded, redescending
    use it     many outliers, and some of them huge
    limits     c → ∞: smooth_l2; c = √2: general_robust(alpha=0)
    compare    c = 0.5, 1, 2
    source     Holland & Welsch 1977; Black & Anandan 1996 as the Lorentzian
""")
geman_mcclure.card = Card("""
    value      ½e² / (1 + (e/2c)²)
    d/de       e / (1 + (e/2c)²)²; then (1 − 3(e/2c)²) / (1 + (e/2c)²)³
    estimates  the mode, roughly: the mean of the bulk, without the outliers
    shape      bounded, redescending
    use it     outliers should cost the same, however far they are
    limits     c → ∞: smooth_l2; c = 2: 4 general_robust(alpha=-2, c=2)
    compare    c = 0.5, 1, 2
    source     Geman & McClure 1985; scaled as in Barron 2019
""")
welsch.card = Card("""
    value      c² (1 − exp(−½(e/c)²))
    d/de       e exp(−½(e/c)²); then (1 − (e/c)²) exp(−½(e/c)²)
    estimates  the mode, roughly: the mean of the bulk, without the outliers
    shape      bounded, redescending
    use it     outliers should count for nothing, with a smooth weight
    limits     c → ∞: smooth_l2; c = 2: 4 general_robust(alpha=-inf, c=2)
    compare    c = 0.5, 1, 2
    source     Dennis & Welsch 1978; Leclerc 1989; Liu et al. 2007 as correntropy
""")
tukey_biweight.card = Card(
    """
    value      (c²/6) (1 − (1 − (e/c)²)³) where |e| < c, else c²/6
    d/de       e (1 − (e/c)²)² where |e| < c, else 0;
               then (1 − (e/c)²) (1 − 5(e/c)²) where |e| < c, else 0
    estimates  the mode, roughly: the mean of the bulk, without the outliers
    shape      bounded, redescending
    use it     outliers should count for exactly nothing
    limits     c → ∞: smooth_l2
    compare    c = 2, 4.685, 7
    source     Beaton & Tukey 1974; c from Holland & Welsch 1977
    """,
    axis=WIDE,
)
general_robust.card = Card("""
    value      (b/α) (((e/c)²/b + 1)^(α/2) − 1)
    with       b = |α − 2|
    d/de       (e/c²) ((e/c)²/b + 1)^(α/2 − 1);
               then (1/c²) (1 + (α − 1)(e/c)²/b) ((e/c)²/b + 1)^(α/2 − 2)
    estimates  the mean for α = 2, towards the median at 1, the mode, roughly, below 1
    noise      Gaussian for α = 2, Cauchy for α = 0, a family between; none below 0
    shape      convex, bounded
    use it     how robust the loss should be is not known: try α from 2 down
    limits     α = 2: smooth_l2; α = 1: pseudo_huber; α = 0: cauchy(c=√2); α = −2: geman_mcclure;
               α = −∞: welsch
    compare    α = 2, 1, 0, −2, −∞
    source     Barron 2019, A General and Adaptive Robust Loss Function, equation 8
""")
