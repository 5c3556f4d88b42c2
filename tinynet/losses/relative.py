"""Losses without a unit: errors relative to the target, to its spread, or to the rows' lengths.

Measure in metres or in feet, and the loss is the same (`msle` nearly so).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine.methods import raw
from .base import loss
from .cards import Axis, Card
from .checks import NON_NEGATIVE, in_range, same_shape

__all__ = ["msle", "mape", "smape", "r2_loss", "cosine_similarity"]

SHORTEST = 1e-8  # of a row in cosine_similarity, as in PyTorch


# --- relative to the target -------------------------------------------------------------------


@loss(prepare=in_range(NON_NEGATIVE, NON_NEGATIVE, "use a loss of differences, such as huber"))
def msle(y_true: Any, y_pred: Any) -> Any:
    """Squared error of logarithms: (log(1 + p) − log(1 + t))², log1p, so that 0 is allowed.

    About the square of the relative error for large numbers, and `mse` for small ones. To predict
    too little costs more than as much too much. A model may as well learn log(1 + t) with `mse`,
    which is convex.

    >>> float(msle([0.0], [np.e - 1]).round(12))     # (log e − log 1)²
    1.0
    """
    d = np.log1p(y_pred) - np.log1p(y_true)
    return d * d


msle.defderivative(lambda y_true, y_pred: 2 * (np.log1p(y_pred) - np.log1p(y_true)) / (1 + y_pred))


@loss
def mape(y_true: Any, y_pred: Any) -> Any:
    """Relative error: |e| / |t|, as a fraction (0.1, not 10, for 10 %).

    It prefers predictions that are too low: those cost at most 1, too high ones have no end. A
    target of 0 counts as one eps of its dtype, and so outweighs all others; see `smape`.

    >>> float(mape([4.0], [5.0]))     # 1 / 4
    0.25
    """
    return np.abs(y_pred - y_true) / np.maximum(np.abs(y_true), np.finfo(y_pred.dtype).eps)


def _mape_derivative(y_true: Any, y_pred: Any) -> Any:
    return np.sign(y_pred - y_true) / np.maximum(np.abs(y_true), np.finfo(y_pred.dtype).eps)


mape.defderivative(_mape_derivative)


@loss
def smape(y_true: Any, y_pred: Any) -> Any:
    """Error relative to both: 2|e| / (|t| + |p|), from 0 to 2, and 0 where both are 0.

    A prediction of the wrong sign costs 2 and does not learn, so keep them positive. Where
    |t| + |p| is below 3e-103 (float32: 2e-13), it counts as that.

    >>> smape([4.0, 0.0, 0.0], [12.0, 0.0, 7.0], reduction="none")     # 2 · 8 / 16, 0, 2
    array([1., 0., 2.])
    """
    return 2 * np.abs(y_pred - y_true) / _size(y_true, y_pred)


def _size(t: Any, p: Any) -> Any:
    """|t| + |p|, and not so small that one over its square overflows."""
    return np.maximum(np.abs(t) + np.abs(p), np.finfo(p.dtype).tiny ** (1 / 3))


def _smape_derivative(y_true: Any, y_pred: Any) -> Any:
    e, s = y_pred - y_true, _size(y_true, y_pred)
    return 2 * (np.sign(e) - np.sign(y_pred) * np.abs(e) / s) / s


smape.defderivative(_smape_derivative)


# --- relative to the spread of the targets ----------------------------------------------------


def _mean_and_variance(t: Any, kept: Any, count: Any) -> tuple[Any, Any]:
    """Of each column, over what is kept."""
    mean = np.sum(np.where(kept, t, 0), axis=0) / count
    d = np.where(kept, t - mean, 0)
    return mean, np.sum(d * d, axis=0) / count


@np.errstate(under="ignore")
def _varying(
    name: str, y_true: Any, y_pred: Any, where: Any = None, **options: Any
) -> tuple[tuple, None]:
    """Targets that vary in each column; those that are masked leave its variance as it is.

    If n of N targets count, N − n copies of mean + √(variance · N/n) do just that.
    """
    (y_true, y_pred), _ = same_shape(name, y_true, y_pred)
    if y_true.size == 0:
        return (y_true, y_pred), None
    if y_true.ndim == 0:
        raise ValueError(f"{name} needs several targets, at least 2, but y_true is a single number")
    if where is None:
        where = np.ones_like(y_true, bool, shape=y_true.shape[:1])
    kept = np.broadcast_to(
        where.reshape(where.shape + (1,) * (y_true.ndim - where.ndim)), y_true.shape
    )
    counts = np.sum(kept, axis=0)  # of each column
    count = np.maximum(counts, 1).astype(y_true.dtype)
    mean, variance = _mean_and_variance(y_true, kept, count)
    _check_varies(name, raw(mean), raw(variance), counts)
    if not kept.all():
        y_true = np.where(kept, y_true, mean + np.sqrt(variance * (len(kept) / count)))
    return (y_true, y_pred), None


def _check_varies(name: str, mean: Any, variance: Any, counts: Any) -> None:
    """The variance of each column that counts is more than rounding."""
    rounding = 4 * np.finfo(variance.dtype).eps * np.abs(mean)
    constant = (counts > 0) & (np.sqrt(variance) <= rounding)
    if constant.any():
        column = tuple(int(i) for i in np.argwhere(constant)[0])
        which = f" in column {', '.join(map(str, column))}" if column else ""
        raise ValueError(
            f"{name}: the targets{which} do not vary ({counts[column]} of them, all about"
            f" {mean[column]:.6g}), so there is no variance to explain: use mse, or larger batches"
        )


def _variance(t: Any) -> Any:
    d = t - np.mean(t, axis=0)
    return np.maximum(np.mean(d * d, axis=0), np.finfo(t.dtype).tiny)  # 0 if all are masked


@loss(prepare=_varying)
def r2_loss(y_true: Any, y_pred: Any) -> Any:
    """What is left of the variance: e² / mean((t − mean t)²), whose mean is 1 − R².

    0 for a perfect fit, 1 for one that always predicts the mean, and more if it is worse. For
    (N, D) each column has its variance, and R² is their plain average. The variance is that of
    the batch, so batches should be large; masked targets do not enter it, and sample weights
    weigh the errors only. Targets that do not vary are a ValueError.

    >>> float(r2_loss([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))     # 1 / (1 + 0 + 1)
    0.5
    """
    e = y_pred - y_true
    return e * e / _variance(y_true)


r2_loss.defderivative(lambda y_true, y_pred: 2 * (y_pred - y_true) / _variance(y_true))


# --- relative to the lengths of rows ----------------------------------------------------------


def directions(x: Any) -> tuple[Any, Any]:
    """Rows of length 1, or less if shorter than SHORTEST; and what each was divided by: (N, 1)."""
    shortest = max(SHORTEST, np.finfo(x.dtype).tiny ** 0.5)  # float16 has no 1e-8
    largest = np.maximum(np.max(np.abs(x), axis=-1, keepdims=True), shortest)
    scaled = x / largest  # so that its squares neither overflow nor vanish
    length = np.sqrt(np.maximum(np.sum(scaled * scaled, axis=-1, keepdims=True), 1))
    return scaled / length, largest * length


@loss(rows=True)
def cosine_similarity(y_true: Any, y_pred: Any) -> Any:
    """One minus the cosine of the angle between two rows: 1 − t·p / (|t| |p|), from 0 to 2.

    One loss per row of the last axis. A row shorter than 1e-8 (float16: 8e-3) counts as that
    long: for a row of zeros the cosine is 0, and the gradient points to the target, finite but
    large.

    >>> cosine_similarity([[2.0, 0], [2, 0]], [[5.0, 0], [0, 1]], reduction="none")
    array([0., 1.])
    """
    return 1 - np.vecdot(directions(y_true)[0], directions(y_pred)[0])


def _cosine_derivative(y_true: Any, y_pred: Any) -> Any:
    t, (p, length) = directions(y_true)[0], directions(y_pred)
    cosine = np.expand_dims(np.vecdot(t, p), -1)  # (N, 1)
    return (cosine * p - t) / length


cosine_similarity.defderivative(_cosine_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

msle.card = Card("""
    value      (log(1 + p) − log(1 + t))²
    with       d = log(1 + p) − log(1 + t)
    d/dp       2d/(1 + p); then 2(1 − d)/(1 + p)²
    y_true     numbers at least 0
    y_pred     numbers at least 0
    estimates  the mean on the scale of log(1 + y_true)
    noise      log(1 + y_true) is Gaussian
    shape      bounded, redescending
    axis       positive
    use it     positive numbers of very different size, where the ratio matters
    source     Tofallis 2015, A Better Measure of Relative Prediction Accuracy (without the 1)
""")
mape.card = Card("""
    value      |e|/max(|t|, ε)
    d/de       sign(e)/max(|t|, ε); then 0
    y_true     any numbers, away from 0; ε is one eps of their dtype
    estimates  the median, weighted with 1/|y_true|
    shape      convex, bounded
    axis       positive
    use it     an error of 1 % counts the same everywhere, and no target is near 0
    limits     where |y_true| = 2: ½ mae
    source     de Myttenaere et al. 2016, Mean Absolute Percentage Error for Regression Models
""")
smape.card = Card(
    """
    value      2|p − t|/(|t| + |p|)
    with       e = p − t; s = |t| + |p|
    d/dp       4|t| sign(e)/s² where t p > 0, else 0;
               then −8|t| sign(e p)/s³ where t p > 0, else 0
    estimates  for positive targets the median, weighted with t/(t + p)²
    shape      bounded, redescending
    use it     as mape, but a target of 0 does not decide
    source     Armstrong 1985, Long-Range Forecasting (without absolute values below the line);
               Makridakis 1993
    """,
    axis=Axis(
        "signed prediction", "prediction p, for y_true = 2", -4, 8, lambda x: (np.full(1, 2.0), x)
    ),
)
r2_loss.card = Card(
    """
    value      e²/variance(t)
    d/de       2e/variance(t); then 2/variance(t)
    y_true     numbers that are not all the same: (N,), or (N, D) with D columns
    y_pred     any numbers, of the same shape
    estimates  the mean
    noise      Gaussian, equally wide everywhere in a column
    shape      convex
    use it     columns of different units are to count the same; the loss reads as 1 − R²
    limits     targets of variance 1: mse
    source     Wright 1921, Correlation and Causation
    """,
    axis=Axis(
        "one of two",
        "error e of one of two, whose targets have variance 1",
        *(-4, 4),
        lambda x: (np.array([-1.0, 1.0]), np.concatenate([np.full(1, -1.0), 1 + x])),
    ),
)
cosine_similarity.card = Card(
    """
    value      1 − Σ t p/(‖t‖ ‖p‖)
    with       u = t/‖t‖; v = p/‖p‖; c = Σ u v
    d/dp       (c v − u)/‖p‖; then (u vᵀ + v uᵀ + c (I − 3v vᵀ))/‖p‖²
    y_true     rows (N, D): any numbers
    y_pred     rows (N, D): any numbers
    estimates  the mean direction
    noise      von Mises-Fisher: a Gaussian's like on the sphere
    shape      bounded, redescending
    use it     the direction matters, not the length, as for embeddings
    limits     rows of length 1, added up: smooth_l2
    source     Salton & McGill 1983, Introduction to Modern Information Retrieval
    """,
    axis=Axis(
        "angle of rows",
        "angle between the rows",
        *(-math.pi, math.pi),
        lambda x: (np.array([[1.0, 0.0]]), np.stack([np.cos(x), np.sin(x)], axis=-1)),
        far=(-math.pi, -3.0, 3.0, math.pi),
    ),
)
