"""Losses for numbers: y_true and y_pred of the same shape, e = y_pred − y_true."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.arrays import like
from .base import loss
from .cards import Card
from .checks import FRACTION, NON_NEGATIVE, POSITIVE, same_shape

__all__ = ["mse", "mae", "smooth_l1", "smooth_l2", "huber", "pseudo_huber", "log_cosh"]
__all__ += ["quantile", "expectile"]


@loss
def mse(y_true: Any, y_pred: Any) -> Any:
    """Squared error: e², where e = y_pred − y_true (no ½; see `smooth_l2`).

    The gradient grows with the error, so a single outlier can decide the fit: use `huber` or
    `mae` then.

    >>> float(mse([1.0, 2.0], [2.0, 4.0]))     # (1² + 2²) / 2
    2.5
    """
    e = y_pred - y_true
    return e * e


mse.defderivative(lambda y_true, y_pred: 2 * (y_pred - y_true))


@loss
def mae(y_true: Any, y_pred: Any) -> Any:
    """Absolute error: |e|, where e = y_pred − y_true.

    Outliers hardly matter. The gradient does not shrink near the minimum, so use a falling
    learning rate, or `huber`.

    >>> float(mae([1.0, 2.0], [2.0, 4.0]))     # (1 + 2) / 2
    1.5
    """
    return np.abs(y_pred - y_true)


mae.defderivative(lambda y_true, y_pred: np.sign(y_pred - y_true))


@loss(ranges={"beta": NON_NEGATIVE})
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


smooth_l1.defderivative(lambda y_true, y_pred, beta: _limited_derivative(y_pred - y_true, beta))


def _limited_derivative(e: Any, beta: float) -> Any:
    return np.clip(e, -beta, beta) / beta if beta > 0 else np.sign(e)


@loss
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


smooth_l2.defderivative(lambda y_true, y_pred: y_pred - y_true)


@loss(ranges={"delta": POSITIVE})
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


huber.defderivative(lambda y_true, y_pred, delta: np.clip(y_pred - y_true, -delta, delta))


@loss(ranges={"delta": POSITIVE})
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


def _pseudo_huber_derivative(y_true: Any, y_pred: Any, delta: float) -> Any:
    e = y_pred - y_true
    return e / np.hypot(1, e / delta)


pseudo_huber.defderivative(_pseudo_huber_derivative)


@loss
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """The logarithm of the hyperbolic cosine: log cosh e, about ½e² near 0, |e| − log 2 far out.

    Smooth everywhere, with a gradient of at most ±1. Computed near 0 as log(1 + 2 sinh²(e/2)),
    which keeps e = 1e-8, and far out as |e| + log(½ + ½ e^−2|e|), which does not overflow.

    >>> log_cosh([0.0, 0.0], [1e-8, 1000.0], reduction="none")
    array([5.00000000e-17, 9.99306853e+02])
    """
    e = y_pred - y_true
    near, size = np.sinh(np.clip(e, -1, 1) / 2), np.abs(e)
    far = size + np.log1p(np.expm1(-2 * size) / 2)
    return np.where(size < 1, np.log1p(2 * near * near), far)


log_cosh.defderivative(lambda y_true, y_pred: np.tanh(y_pred - y_true))


def _one_column_per_quantile(
    name: str, y_true: Any, y_pred: Any, *, q: Any = 0.5, **options: Any
) -> tuple[tuple, None]:
    """Equal shapes for one q; for several, y_pred has a last axis of them, and y_true need not."""
    if np.ndim(q):
        true, pred = y_true.shape, y_pred.shape
        if pred[-1:] != np.shape(q):
            raise ValueError(
                f"{name}: q has shape {np.shape(q)} and y_pred {pred}; a list of Q numbers needs a"
                f" last axis of Q columns, one for each: give the model {np.size(q)} outputs"
            )
        if true == pred[:-1]:
            y_true = np.broadcast_to(np.expand_dims(y_true, -1), pred)
        elif true != pred:
            raise ValueError(
                f"{name}: y_true has shape {true} but y_pred {pred}, with one column for each of"
                f" {len(q)} quantiles: give y_true without that axis, of shape {pred[:-1]}"
            )
    return same_shape(name, y_true, y_pred)


def _tilted(e: Any, share: Any) -> Any:
    """What an error counts for: 1 − share if the prediction is too high, else share."""
    share = np.asarray(share, e.dtype, like=like(e))
    return np.where(e > 0, 1 - share, share)


@loss(prepare=_one_column_per_quantile, ranges={"q": FRACTION})
def quantile(y_true: Any, y_pred: Any, *, q: Any = 0.5) -> Any:
    """Pinball loss: max(q d, (q − 1) d), where d = y_true − y_pred = −e.

    With q = 0.9, a prediction that is too low costs nine times as much as one that is too high, so
    the best one lies above 90 % of the targets. A list of Q quantiles takes y_pred (N, Q) and
    y_true (N,); nothing keeps the columns from crossing.

    >>> quantile([2.0, 2.0], [1.0, 3.0], reduction="none", q=0.9)
    array([0.9, 0.1])
    >>> quantile([2.0], [[1.0, 3.0]], reduction="none", q=[0.1, 0.9])
    array([[0.1, 0.1]])
    """
    e = y_pred - y_true
    return _tilted(e, q) * np.abs(e)


def _quantile_derivative(y_true: Any, y_pred: Any, q: Any) -> Any:
    e = y_pred - y_true
    return _tilted(e, q) * np.sign(e)


quantile.defderivative(_quantile_derivative)


@loss(ranges={"tau": FRACTION})
def expectile(y_true: Any, y_pred: Any, *, tau: float = 0.5) -> Any:
    """Asymmetric squares: |τ − 1[e > 0]| e², where e = y_pred − y_true.

    To the mean what `quantile` is to the median: of all distances between the best constant
    prediction and the targets, the share τ is to those below it. It follows outliers.

    >>> expectile([2.0, 2.0], [1.0, 4.0], reduction="none", tau=0.75)     # ¾ · 1², ¼ · 2²
    array([0.75, 1.  ])
    """
    e = y_pred - y_true
    return _tilted(e, tau) * e * e


def _expectile_derivative(y_true: Any, y_pred: Any, tau: float) -> Any:
    e = y_pred - y_true
    return 2 * _tilted(e, tau) * e


expectile.defderivative(_expectile_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

mse.card = Card("""
    value      e²
    d/de       2e; then 2
    estimates  the mean
    noise      Gaussian, equally wide everywhere
    shape      convex
    use it     errors are Gaussian and the mean is wanted
    limits     always: 2 smooth_l2
    source     Legendre 1805; Gauss 1809
""")
mae.card = Card("""
    value      |e|
    d/de       sign(e); then 0
    estimates  the median
    noise      Laplace
    shape      convex, bounded
    use it     there are outliers and the median is wanted
    limits     always: 2 quantile(q=0.5)
    source     Boscovich 1757; Laplace 1774
""")
smooth_l1.card = Card("""
    value      e²/(2β) where |e| < β, else |e| − β/2
    d/de       e/β where |e| < β, else sign(e); then 1/β where |e| < β, else 0
    estimates  between the mean and the median
    noise      Gaussian in the middle, Laplace in the tails
    shape      convex, bounded
    use it     as mae, but smooth at 0
    limits     β = 0: mae; β = 2: ½ huber(delta=2); β → ∞: 1/β smooth_l2
    compare    β = 0, 0.5, 1, 2
    source     Girshick 2015, Fast R-CNN, equation 3
""")
smooth_l2.card = Card("""
    value      ½e²
    d/de       e; then 1
    estimates  the mean
    noise      Gaussian, equally wide everywhere
    shape      convex
    use it     as mse; the ½ makes the gradient e
    limits     always: ½ mse; always: general_robust(alpha=2)
    source     Legendre 1805; the name is tinynet's own
""")
huber.card = Card("""
    value      ½e² where |e| ≤ δ, else δ(|e| − δ/2)
    d/de       e where |e| ≤ δ, else δ sign(e); then 1 where |e| < δ, else 0
    estimates  between the mean and the median
    noise      Gaussian in the middle, Laplace in the tails
    shape      convex, bounded
    use it     as mse, but no error pulls harder than δ
    limits     δ → ∞: smooth_l2; δ = 2: 2 smooth_l1(beta=2); δ → 0: δ mae
    compare    δ = 0.5, 1, 2, ∞
    source     Huber 1964, Robust Estimation of a Location Parameter
""")
pseudo_huber.card = Card("""
    value      δ²(√(1 + (e/δ)²) − 1)
    d/de       e / √(1 + (e/δ)²); then (1 + (e/δ)²)^(−3/2)
    estimates  between the mean and the median
    noise      Gaussian in the middle, Laplace in the tails (hyperbolic)
    shape      convex, bounded
    use it     as huber, but smooth everywhere
    limits     δ → ∞: smooth_l2; δ → 0: δ mae; δ = 2: 4 general_robust(alpha=1, c=2)
    compare    δ = 0.5, 1, 2
    source     Hartley & Zisserman 2003, Multiple View Geometry, appendix 6
""")
log_cosh.card = Card("""
    value      log cosh e
    d/de       tanh e; then 1 − tanh² e
    estimates  between the mean and the median
    noise      hyperbolic secant: Gaussian in the middle, Laplace in the tails
    shape      convex, bounded
    use it     as pseudo_huber, without an option to choose
    source     Green 1990 (as a prior of images); Saleh & Saleh 2022 (as a loss)
""")
quantile.card = Card("""
    value      (1 − q) e where e > 0, else −q e
    d/de       1 − q where e > 0, −q where e < 0, else 0; then 0
    y_pred     any numbers; for Q values of q, Q columns on one more, last axis
    estimates  the q-quantile
    noise      asymmetric Laplace
    shape      convex, bounded
    use it     a quantile is wanted, or several, for an interval
    limits     q = ½: ½ mae
    compare    q = 0.1, 0.5, 0.9
    source     Koenker & Bassett 1978, Regression Quantiles
""")
expectile.card = Card("""
    value      (1 − τ) e² where e > 0, else τ e²
    d/de       2(1 − τ) e where e > 0, else 2τ e; then 2(1 − τ) where e > 0, else 2τ
    estimates  the τ-expectile, the mean for τ = ½
    noise      Gaussian of two halves, one wider than the other
    shape      convex
    use it     a smooth analogue of the quantile: too low costs more, or less, than too high
    limits     τ = ½: smooth_l2
    compare    τ = 0.1, 0.5, 0.9
    source     Newey & Powell 1987, Asymmetric Least Squares Estimation and Testing
""")
