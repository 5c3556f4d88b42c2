"""Losses for outliers: their weights, published constants, and Barron's family without gaps."""

import math

import numpy as np
import pytest
from scipy.optimize import least_squares

from tests.numerical import gradients, tensors
from tinynet.losses.regression import mse
from tinynet.losses.robust import cauchy, geman_mcclure, general_robust, tukey_biweight, welsch

FAMILY = [cauchy, geman_mcclure, welsch, tukey_biweight]
E = np.array([1e-9, 0.1, -0.7, 1.3, -2.9, 7.0, 1e5])
BULK = np.random.default_rng(0).normal(3.0, 0.5, size=50)
DATA = np.concatenate([BULK, np.full(15, 40.0)])  # nearly a quarter are outliers
WEIGHTS = {  # as Holland & Welsch 1977 and Barron 2019 print them
    cauchy: lambda e, c: 1 / (1 + (e / c) ** 2),
    geman_mcclure: lambda e, c: 16 / ((e / c) ** 2 + 4) ** 2,
    welsch: lambda e, c: np.exp(-((e / c) ** 2) / 2),
    tukey_biweight: lambda e, c: np.where(abs(e) <= c, (1 - (e / c) ** 2) ** 2, 0),
}


def slope(loss, e, **options):
    """The derivative of the loss at each error."""
    t = np.zeros(len(e))
    (found,) = gradients(
        lambda p: loss(t, p, reduction="none", **options), tensors((e,)), np.ones(len(e))
    )
    return found


def value(loss, e, **options):
    return loss(np.zeros(len(e)), np.array(e, float), reduction="none", **options)


@pytest.mark.parametrize(
    ("values", "loss", "e", "options"),
    [
        ([0, math.log(10) / 2, math.log(2) / 2], cauchy, [0, 3, -1], {}),
        ([0, 1, 8 / 5], geman_mcclure, [0, 2, -4], {}),
        ([0, 1 - math.exp(-2), 1], welsch, [0, 2, -40], {}),
        ([0, 37 / 96, 2 / 3], tukey_biweight, [0, 1, -3], {"c": 2}),
        ([0, math.sqrt(10) - 1, 2 / 3], general_robust, [0, 3, -4 / 3], {}),
        ([0, 2, 8], general_robust, [0, 4, -8], {"alpha": 2, "c": 2}),
        ([0, 4, 40], general_robust, [0, 2, -4], {"alpha": 4}),
    ],
)
def test_values_by_hand(values, loss, e, options):
    np.testing.assert_allclose(value(loss, e, **options), values, rtol=1e-12)


# --- weights --------------------------------------------------------------------------------


@pytest.mark.parametrize("c", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("loss", FAMILY, ids=lambda loss: loss.__name__)
def test_the_gradient_is_the_error_times_its_published_weight(loss, c):
    np.testing.assert_allclose(slope(loss, E, c=c), E * WEIGHTS[loss](E, c), rtol=1e-12)


@pytest.mark.parametrize(
    ("loss", "c"), [(cauchy, 2.385), (welsch, 2.985 / math.sqrt(2)), (tukey_biweight, 4.685)]
)
def test_the_usual_constants_are_95_percent_efficient_for_gaussian_noise(loss, c):
    """The efficiency of ψ is E[ψ′]² / E[ψ²], and E[ψ′] = E[eψ] for a standard normal e."""
    e = np.linspace(-12, 12, 100_001)
    density = np.exp(-(e**2) / 2) / np.sqrt(2 * np.pi) * (e[1] - e[0])
    psi = slope(loss, e, c=c)
    efficiency = np.sum(density * e * psi) ** 2 / np.sum(density * psi**2)
    np.testing.assert_allclose(efficiency, 0.95, atol=5e-4)


@pytest.mark.parametrize("loss", FAMILY, ids=lambda loss: loss.__name__)
def test_means_with_their_weights_find_the_bulk_between_outliers(loss):
    """Least squares again and again, each sample weighted by its last error."""
    m = 2.5
    for _ in range(100):
        errors = m - DATA
        m = np.average(DATA, weights=slope(loss, errors) / errors)
    np.testing.assert_allclose(slope(loss, m - DATA).sum(), 0, atol=1e-9)
    assert abs(m - BULK.mean()) < 0.1
    assert slope(mse, m - DATA).mean() < -10  # the mean is far away


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_scipys_cauchy_cost_is_the_sum_of_the_loss(scale):
    fit = least_squares(lambda p: p - DATA, DATA + 1, loss="cauchy", f_scale=scale, max_nfev=1)
    found = cauchy(DATA, fit.x, reduction="sum", c=scale)
    np.testing.assert_allclose(found, fit.cost)


# --- Barron's family ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "near"),
    [(2, 2 - 1e-13), (2, 2 + 1e-13), (0, 1e-13), (0, -1e-13), (0, 1e-300), (-math.inf, -1e15)],
)
def test_the_special_alphas_are_limits(alpha, near):
    e = E[:-1]  # for an error of 10⁵ and α = 2 − 10⁻¹³ the two do differ
    for found in (value, slope):
        expected, close = (
            found(general_robust, e, alpha=alpha),
            found(general_robust, e, alpha=near),
        )
        np.testing.assert_allclose(close, expected, rtol=1e-10)


@pytest.mark.parametrize("alpha", [3, 2, 1.999, 1, 0.01, 0, -0.01, -1, -2, -300, -math.inf])
def test_the_gradient_is_the_published_one(alpha):
    e, distance = np.linspace(-9, 9, 31), abs(alpha - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = e / 4 * ((e / 2) ** 2 / distance + 1) ** (alpha / 2 - 1)
    if alpha in (2, -math.inf):
        expected = e / 4 * (1 if alpha == 2 else np.exp(-((e / 2) ** 2) / 2))
    np.testing.assert_allclose(slope(general_robust, e, alpha=alpha, c=2), expected, rtol=1e-12)


def test_a_lower_alpha_costs_less_everywhere():
    alphas = [4, 2, 1.5, 1, 0.5, 0, -1, -2, -10, -1e6, -math.inf]
    values = np.array([value(general_robust, E[1:-1], alpha=alpha) for alpha in alphas])
    assert (np.diff(values, axis=0) < 0).all()


def test_tiny_errors_keep_their_digits_for_every_alpha():
    e = np.array([1e-8, 1e-100])
    for alpha in (3, 2, 1.999999, 1, 1e-9, 0, -1e-9, -2, -1e9, -math.inf):
        np.testing.assert_allclose(value(general_robust, e, alpha=alpha), e * e / 2, rtol=1e-14)


# --- mistakes -------------------------------------------------------------------------------


@pytest.mark.parametrize("c", [0, -1.0, math.inf, math.nan])
@pytest.mark.parametrize("loss", [*FAMILY, general_robust], ids=lambda loss: loss.__name__)
def test_the_scale_is_a_positive_number(loss, c):
    with pytest.raises(ValueError, match=f"{loss.__name__}: c must be between 0 and 1e\\+150"):
        loss([0.0], [1.0], c=c)


@pytest.mark.parametrize("alpha", [101, math.inf, math.nan])
def test_alpha_has_an_upper_end(alpha):
    with pytest.raises(ValueError, match="general_robust: alpha must be at most 100"):
        general_robust([0.0], [1.0], alpha=alpha)
