"""Losses that are −log of a density: for counts, positive numbers, and noise of unknown width.

Say how the targets scatter around the prediction, and the loss follows. What does
not depend on the model's output is left out, unless full=True asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.methods import raw
from .base import loss
from .cards import Axis, Card
from .checks import NON_NEGATIVE, POSITIVE, Range, check_range, same_shape

__all__ = ["poisson_nll", "gaussian_nll", "laplace_nll", "gamma_nll", "tweedie"]

WITH_WIDTH = Axis(
    "error and width",
    "error e = y_pred − y_true, for a width of 1",
    *(-4, 4),
    lambda x: (np.zeros(1), x, np.ones(1)),
)


# --- checks -----------------------------------------------------------------------------------


def _means(
    name: str, y_true: Any, y_pred: Any, log_input: bool, true: Range, exponents: Callable
) -> tuple[tuple, None]:
    """Targets in their range, and means above 0 or their logarithms, of which no exp overflows."""
    (y_true, y_pred), _ = same_shape(name, y_true, y_pred)
    check_range(name, "y_true", y_true, true, "look into the data, or use mse")
    t, m = raw(y_true), raw(y_pred)
    if not log_input:
        hint = "let the model give log μ, with log_input=True, or end in a softplus"
        check_range(name, "y_pred", y_pred, POSITIVE, hint)
    elif t.size:
        limit = np.log(np.finfo(m.dtype).max) / 2  # so that squares and sums do not overflow
        largest = max(np.max(x) for x in exponents(t, m))
        if largest > limit:
            raise ValueError(
                f"{name}: with log_input=True, y_pred holds log μ, but it ranges from"
                f" {np.min(m):.6g} to {np.max(m):.6g}, and exp({largest:.6g}) overflows (exp of at"
                f" most {limit:.3g} fits in {m.dtype}): if y_pred holds μ itself, pass"
                " log_input=False; else scale the inputs or clip, np.clip(y_pred, -30, 30)"
            )
    return (y_true, y_pred), None


def _counts(
    name: str, y_true: Any, y_pred: Any, *, log_input: bool = True, **options: Any
) -> tuple[tuple, None]:
    return _means(name, y_true, y_pred, log_input, NON_NEGATIVE, lambda t, z: [z])


def _positive(
    name: str, y_true: Any, y_pred: Any, *, log_input: bool = True, **options: Any
) -> tuple[tuple, None]:
    return _means(name, y_true, y_pred, log_input, POSITIVE, lambda t, z: [np.log(t) - z])


def _amounts(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    power: float = 1.5,
    log_input: bool = False,
    **options: Any,
) -> tuple[tuple, None]:
    """Targets at least 0, or above it where a 0 is impossible; and a power that exists."""
    if not (power <= 0 or 1 <= power < math.inf):
        raise ValueError(
            f"{name}: power must be at most 0 or at least 1, not {power}: no distribution has"
            " one between; 0 is mse, 1 is for counts, 1.5 for amounts with exact zeros, 2 for"
            " positive numbers"
        )
    true = NON_NEGATIVE if power < 2 else POSITIVE

    def exponents(t: Any, z: Any) -> list:
        ratio = np.log(np.where(t > 0, t, 1)) - z
        return [p * x for p in (1 - power, 2 - power) for x in (z, ratio)]

    return _means(name, y_true, y_pred, log_input, true, exponents)


def _widths(which: str) -> Callable:
    """Make a `prepare` for a third array: the width of the noise, above 0, or its logarithm."""

    def prepare(
        name: str, y_true: Any, y_pred: Any, width: Any, **options: Any
    ) -> tuple[tuple, None]:
        (y_true, y_pred), _ = same_shape(name, y_true, y_pred)
        if width.shape not in ((), y_pred.shape):
            raise ValueError(
                f"{name}: {which} has shape {width.shape}, but y_pred {y_pred.shape}: give one"
                " number for each prediction, or a single one for all"
            )
        if not options.get(f"log_{which}"):
            hint = f"give the model's output as its logarithm, with log_{which}=True"
            check_range(name, which, width, POSITIVE, hint)
        if width.dtype != y_pred.dtype:
            width = width.astype(y_pred.dtype)
        return (y_true, y_pred, width), None

    return prepare


# --- positive numbers -------------------------------------------------------------------------


def _floor(dtype: Any, power: float) -> Any:
    """The smallest mean or width: below it 1/x^(power + 1), in derivatives, would overflow."""
    return np.finfo(dtype).tiny ** (1 / (2 + max(power, 0)))


def _log_mean(y_pred: Any, log_input: bool, power: float) -> Any:
    return y_pred if log_input else np.log(np.maximum(y_pred, _floor(y_pred.dtype, power)))


@loss(prepare=_counts)
def poisson_nll(y_true: Any, y_pred: Any, *, log_input: bool = True, full: bool = False) -> Any:
    """Likelihood of counts: exp(z) − t z, where y_pred holds z = log μ, the log of the rate.

    With ``log_input=False`` y_pred holds μ itself; a μ below 3e-103 (float32: 2e-13) counts as
    that. `full` adds log t! by Stirling's formula where t > 1, as PyTorch does. A z whose exp
    overflows (squared: from 355 on, float32 44) is a ValueError.

    >>> float(poisson_nll([2.0], [0.0]))     # exp(0) − 2 · 0
    1.0
    """
    z = _log_mean(y_pred, log_input, 1)
    value = (np.exp(z) if log_input else y_pred) - y_true * z
    return value + _log_factorial(y_true) if full else value


def _log_factorial(t: Any) -> Any:
    """Stirling's log t!, and 0 up to t = 1."""
    above = np.maximum(t, 1)
    return np.where(t > 1, (t + 0.5) * np.log(above) - t + math.log(2 * math.pi) / 2, 0)


def _poisson_derivative(y_true: Any, y_pred: Any, log_input: bool, full: bool) -> Any:
    if log_input:
        return np.exp(y_pred) - y_true
    return 1 - y_true / np.maximum(y_pred, _floor(y_pred.dtype, 1))


poisson_nll.defderivative(_poisson_derivative)


@loss(prepare=_positive)
def gamma_nll(y_true: Any, y_pred: Any, *, log_input: bool = True) -> Any:
    """Likelihood of positive numbers: t exp(−z) + z, where y_pred holds z = log μ.

    It is −log of the exponential density; the gamma's shape only multiplies it, and is left out.
    A prediction that is too low costs more than one that is too high. With ``log_input=False``
    y_pred holds μ; a μ below 1e-77 (float32: 3e-10) counts as that.

    >>> float(gamma_nll([2.0], [0.0]))     # 2 exp(0) + 0
    2.0
    """
    z = _log_mean(y_pred, log_input, 2)
    return np.exp(np.log(y_true) - z) + z


def _gamma_derivative(y_true: Any, y_pred: Any, log_input: bool) -> Any:
    z = _log_mean(y_pred, log_input, 2)
    derivative = 1 - np.exp(np.log(y_true) - z)
    return derivative if log_input else derivative * np.exp(-z)


gamma_nll.defderivative(_gamma_derivative)


@loss(prepare=_amounts)
def tweedie(y_true: Any, y_pred: Any, *, power: float = 1.5, log_input: bool = False) -> Any:
    """Tweedie deviance: 2 ∫ (t − u)/u^p du from μ to t, where p = power; 0 for a perfect fit.

    The power says how the variance grows with the mean: not at all (0, `mse`), as for counts
    (1, as `poisson_nll` up to a factor of 2 and what depends on t alone), as for positive numbers
    (2, as `gamma_nll`), or between, for amounts that are often exactly 0. With ``log_input=True``
    y_pred holds log μ; a μ close to 0 is treated as in `gamma_nll`.

    >>> float(tweedie([0.0], [4.0]).round(12))     # 2 · 4^½ / ½
    8.0
    """
    z = _log_mean(y_pred, log_input, power)
    a, b, above = 1 - power, 2 - power, y_true > 0
    ratio = np.log(np.where(above, y_true, 1)) - z
    by_b = np.where(above, _powered(ratio, b), -1 / b) if b > 0 else _powered(ratio, b)
    return 2 * (y_true * np.exp(a * z) * _powered(ratio, a) - np.exp(b * z) * by_b)


def _powered(log: Any, a: float) -> Any:
    """(x^a − 1)/a, which is log x for a = 0, from log x: all powers in one formula."""
    return np.expm1(a * log) / a if a else log


def _tweedie_derivative(y_true: Any, y_pred: Any, power: float, log_input: bool) -> Any:
    z = _log_mean(y_pred, log_input, power)
    a = 1 - power if log_input else -power
    return 2 * (np.exp((a + 1) * z) - y_true * np.exp(a * z))


tweedie.defderivative(_tweedie_derivative)


# --- noise of unknown width -------------------------------------------------------------------


def _inverse_and_log(width: Any, is_log: bool) -> tuple[Any, Any]:
    """1/width and log width, from either, for a width of at least the floor."""
    floor = _floor(width.dtype, 2)
    log = np.maximum(width, np.log(floor)) if is_log else np.log(np.maximum(width, floor))
    return np.exp(-log), log


def _width_derivative(share: Any, width: Any, is_log: bool) -> Any:
    """The derivative in the width, or in its logarithm, of log width + share, share ∝ 1/width."""
    return 1 - share if is_log else (1 - share) * _inverse_and_log(width, False)[0]


@loss(prepare=_widths("variance"))
def gaussian_nll(
    y_true: Any, y_pred: Any, variance: Any, *, log_variance: bool = False, full: bool = False
) -> Any:
    """Gaussian likelihood: ½ (log v + e²/v), where the third array v is the variance.

    The variance, a number for each prediction or one for all, may be an output of the model: let
    that be log v, which cannot become negative, and pass ``log_variance=True``. For a variance of
    1 it is `smooth_l2`. Below 1e-77 (float32: 3e-10) it counts as that, so that a perfect fit does
    not end at −∞. `full` adds ½ log 2π.

    >>> float(gaussian_nll([1.0], [3.0], [4.0], full=True).round(4))     # ½ (log 4 + 1 + log 2π)
    2.1121
    """
    e = y_pred - y_true
    inverse, log = _inverse_and_log(variance, log_variance)
    return 0.5 * (log + e * e * inverse + (math.log(2 * math.pi) if full else 0))


def _gaussian_mean_derivative(
    y_true: Any, y_pred: Any, variance: Any, log_variance: bool, full: bool
) -> Any:
    return (y_pred - y_true) * _inverse_and_log(variance, log_variance)[0]


def _gaussian_variance_derivative(
    y_true: Any, y_pred: Any, variance: Any, log_variance: bool, full: bool
) -> Any:
    e = y_pred - y_true
    share = e * e * _inverse_and_log(variance, log_variance)[0]
    return 0.5 * _width_derivative(share, variance, log_variance)


gaussian_nll.defderivative(_gaussian_mean_derivative, _gaussian_variance_derivative)


@loss(prepare=_widths("scale"))
def laplace_nll(y_true: Any, y_pred: Any, scale: Any, *, log_scale: bool = False) -> Any:
    """Laplace likelihood: log 2b + |e|/b, where the third array b is the mean distance.

    To `mae` what `gaussian_nll` is to `smooth_l2`; the scale is given as the variance is there.

    >>> float(laplace_nll([1.0], [3.0], [0.5]))     # log 1 + 2 / ½
    4.0
    """
    inverse, log = _inverse_and_log(scale, log_scale)
    return math.log(2) + log + np.abs(y_pred - y_true) * inverse


def _laplace_median_derivative(y_true: Any, y_pred: Any, scale: Any, log_scale: bool) -> Any:
    return np.sign(y_pred - y_true) * _inverse_and_log(scale, log_scale)[0]


def _laplace_scale_derivative(y_true: Any, y_pred: Any, scale: Any, log_scale: bool) -> Any:
    share = np.abs(y_pred - y_true) * _inverse_and_log(scale, log_scale)[0]
    return _width_derivative(share, scale, log_scale)


laplace_nll.defderivative(_laplace_median_derivative, _laplace_scale_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

poisson_nll.card = Card(
    """
    value      μ − t log μ
    with       μ = exp(z)
    d/dz       μ − t; then μ
    d/dμ       1 − t/μ; then t/μ²
    y_true     counts: numbers at least 0
    y_pred     log μ: any numbers that do not overflow; μ above 0 with log_input=False
    estimates  the mean (its logarithm, unless log_input=False)
    noise      Poisson
    shape      convex
    use it     the targets are counts
    source     McCullagh & Nelder 1989, Generalized Linear Models, chapter 6
    """,
    axis=Axis(
        "log rate",
        "logarithm z of the rate, for y_true = 2",
        *(-3, 3),
        lambda x: (np.full(1, 2.0), x),
        far=(-1e6, -1e3, 20.0, 40.0),
    ),
)
gamma_nll.card = Card(
    """
    value      t/μ + log μ
    with       μ = exp(z)
    d/dz       1 − t/μ; then t/μ
    d/dμ       (μ − t)/μ²; then (2t − μ)/μ³
    y_true     numbers above 0
    y_pred     log μ: any numbers that do not overflow; μ above 0 with log_input=False
    estimates  the mean (its logarithm, unless log_input=False)
    noise      gamma of any fixed shape: as wide as the mean, times a constant
    shape      convex
    use it     positive numbers whose error grows with them: times, prices, rainfall
    source     McCullagh & Nelder 1989, Generalized Linear Models, chapter 8
    """,
    axis=Axis(
        "log mean",
        "logarithm z of the mean, for y_true = 2",
        *(-3, 5),
        lambda x: (np.full(1, 2.0), x),
        far=(-40.0, -20.0, 1e3, 1e6),
    ),
)
tweedie.card = Card(
    """
    value      2(t^(2 − k)/((1 − k)(2 − k)) − t μ^(1 − k)/(1 − k) + μ^(2 − k)/(2 − k))
    with       k = power; μ = exp(z)
    d/dμ       2(μ − t)/μ^k; then 2((1 − k) μ + k t)/μ^(k + 1)
    d/dz       2(μ − t)/μ^(k − 1); then 2((2 − k) μ + (k − 1) t)/μ^(k − 1)
    y_true     numbers at least 0; for power ≥ 2 above 0
    y_pred     μ above 0; log μ with log_input=True
    estimates  the mean
    noise      Tweedie: its variance grows as μ^power
    axis       positive
    use it     amounts that are often exactly 0, such as rain per day or claims per year
    limits     power = 0: mse
    compare    power = 0, 1, 1.5, 3
    source     Tweedie 1984; Jørgensen 1987, Exponential Dispersion Models
"""
)
gaussian_nll.card = Card(
    """
    value      ½(log v + e²/v)
    with       v = exp(s)
    d/de       e/v; then 1/v
    d/dv       ½(1 − e²/v)/v; then (e²/v − ½)/v²
    d/ds       ½(1 − e²/v); then ½e²/v
    y_pred     any numbers; and a variance v above 0, or its logarithm s with log_variance=True
    estimates  the mean, and the variance
    noise      Gaussian, wider here than there
    shape      convex
    use it     the model is to say how sure it is, next to the mean
    source     Nix & Weigend 1994, Estimating the Mean and Variance of the Target Probability
               Distribution; Kendall & Gal 2017 (log_variance)
    """,
    axis=WITH_WIDTH,
)
laplace_nll.card = Card(
    """
    value      log(2b) + |e|/b
    with       b = exp(s)
    d/de       sign(e)/b; then 0
    d/db       (1 − |e|/b)/b; then (2|e|/b − 1)/b²
    d/ds       1 − |e|/b; then |e|/b
    y_pred     any numbers; and a scale b above 0, or its logarithm s with log_scale=True
    estimates  the median, and the mean distance from it
    noise      Laplace, wider here than there
    shape      convex, bounded
    use it     as gaussian_nll, with outliers
    source     Laplace 1774; Kendall & Gal 2017 (with a learned width)
    """,
    axis=WITH_WIDTH,
)
