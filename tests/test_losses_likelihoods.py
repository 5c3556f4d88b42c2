"""Likelihoods: against SciPy's densities and scikit-learn's deviances, and what they refuse."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import gammaln
from sklearn.metrics import mean_gamma_deviance, mean_poisson_deviance, mean_tweedie_deviance

from tests.numerical import check_derivatives, tensors
from tinynet import Tensor
from tinynet.losses.likelihoods import gamma_nll, gaussian_nll, laplace_nll, poisson_nll, tweedie
from tinynet.losses.regression import mae, mse, smooth_l2

RNG = np.random.default_rng(0)
T, M = RNG.gamma(2.0, 3.0, size=(2, 12))
COUNTS = RNG.poisson(4, size=12)
WIDTHS = RNG.uniform(0.1, 5, size=12)
POWERS = [-1, 0, 1, 1.01, 1.5, 1.99, 2, 2.5, 3]


# --- densities --------------------------------------------------------------------------------


def test_gaussian_and_laplace_are_minus_the_log_density():
    expected = -stats.norm.logpdf(T, M, np.sqrt(WIDTHS))
    found = gaussian_nll(T, M, WIDTHS, full=True, reduction="none")
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    expected = -stats.laplace.logpdf(T, M, WIDTHS)
    np.testing.assert_allclose(laplace_nll(T, M, WIDTHS, reduction="none"), expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [0.5, 1, 4])
def test_gamma_is_the_log_density_over_its_shape_up_to_a_constant(shape):
    density = stats.gamma.logpdf(T, shape, scale=M / shape)
    constant = (1 - shape) * np.log(T) + gammaln(shape) - shape * np.log(shape)
    found = gamma_nll(T, M, log_input=False, reduction="none")
    np.testing.assert_allclose(found, (-density - constant) / shape, rtol=1e-10)


def test_poisson_is_minus_the_log_density_up_to_log_factorial():
    expected = -stats.poisson.logpmf(COUNTS, M) - gammaln(COUNTS + 1)
    np.testing.assert_allclose(
        poisson_nll(COUNTS, M, log_input=False, reduction="none"), expected, rtol=1e-10
    )
    many = COUNTS + 50  # Stirling's formula lacks less than 1/(12 t)
    full = poisson_nll(many, 10 * M, log_input=False, full=True, reduction="none")
    missing = -stats.poisson.logpmf(many, 10 * M) - full
    assert (missing > 0).all() and (missing < 1 / (12 * many)).all()


@pytest.mark.parametrize(
    ("loss", "option"), [(gaussian_nll, "log_variance"), (laplace_nll, "log_scale")]
)
def test_one_width_for_all(loss, option):
    for width, options in ((0.7, {}), (np.log(0.7), {option: True})):
        m, single, many = tensors((M, np.array(width), np.full(12, width)))
        one, other = loss(T, m, single, **options), loss(T, m, many, **options)
        np.testing.assert_allclose(one.data, other.data, rtol=1e-12)
        slope = np.sum(other.gradient(many))
        np.testing.assert_allclose(one.gradient(single), slope, rtol=1e-12)
        check_derivatives(lambda *xs, o=options: loss(T, *xs, **o), M, np.array(width))


def test_a_width_of_1_gives_the_plain_losses():
    np.testing.assert_allclose(gaussian_nll(T, M, 1.0), smooth_l2(T, M), rtol=1e-12)
    np.testing.assert_allclose(laplace_nll(T, M, 0.5), 2 * mae(T, M), rtol=1e-12)


def test_a_float32_model_takes_any_width():
    for width in (1, 2.0, WIDTHS):
        assert gaussian_nll(T, M.astype(np.float32), width).dtype == np.float32


# --- deviances --------------------------------------------------------------------------------


@pytest.mark.parametrize("power", POWERS)
def test_tweedie_is_the_deviance_of_scikit_learn(power):
    zeros = power < 2
    t = np.where(np.arange(12) % 3 == 0, 0, T) if zeros else T
    expected = mean_tweedie_deviance(t, M, power=power)
    np.testing.assert_allclose(tweedie(t, M, power=power), expected, rtol=1e-10)
    found = tweedie(t, np.log(M), power=power, log_input=True)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_deviance_is_twice_what_a_likelihood_exceeds_its_best():
    for loss, t, deviance in (
        (poisson_nll, COUNTS + 1.0, mean_poisson_deviance),
        (gamma_nll, T, mean_gamma_deviance),
    ):
        excess = loss(t, M, log_input=False) - loss(t, t, log_input=False)
        np.testing.assert_allclose(2 * excess, deviance(t, M), rtol=1e-10)


@pytest.mark.parametrize("power", POWERS)
def test_the_deviance_of_a_good_fit_keeps_its_digits(power):
    """Near m, it is (t − m)²/m^p."""
    e = 1e-5
    np.testing.assert_allclose(tweedie([3 + e], [3.0], power=power), e * e / 3.0**power, rtol=1e-4)
    assert tweedie([3.0], [3.0], power=power) == 0


@pytest.mark.parametrize("power", [1, 2])
def test_no_gap_at_the_powers_with_logarithms(power):
    for near in (power - 1e-10, power + 1e-10):
        if near > 1:
            np.testing.assert_allclose(tweedie(T, M, power=near), tweedie(T, M, power=power), 1e-8)


# --- derivatives and estimates ----------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda t, m: poisson_nll(t, np.log(m), full=True),
        lambda t, m: poisson_nll(t, m, log_input=False),
        lambda t, m: gamma_nll(t, np.log(m)),
        lambda t, m: gamma_nll(t, m, log_input=False),
        lambda t, m: tweedie(t, m),
        lambda t, m: tweedie(t, m, power=2),
        lambda t, m: gaussian_nll(t, m, WIDTHS),
        lambda t, m: laplace_nll(t, m, np.log(WIDTHS), log_scale=True),
    ],
)
def test_the_derivatives_in_targets_and_means_together(f):
    check_derivatives(f, T + 1.1, M)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (lambda c: poisson_nll(T, 0 * T + c), np.log(np.mean(T))),
        (lambda c: gamma_nll(T, 0 * T + c), np.log(np.mean(T))),
        (lambda c: tweedie(T, 0 * T + c, log_input=True), np.log(np.mean(T))),
        (lambda c: tweedie(T, 0 * T + c, power=3, log_input=True), np.log(np.mean(T))),
        (
            lambda c: gaussian_nll(T, 0 * T + c[0], c[1], log_variance=True),
            [np.mean(T), np.log(np.var(T))],
        ),
        (
            lambda c: laplace_nll(T[1:], 0 * T[1:] + c[0], c[1], log_scale=True),
            [np.median(T[1:]), np.log(np.mean(abs(T[1:] - np.median(T[1:]))))],
        ),
    ],
)
def test_the_best_constant(loss, expected):
    start = np.ones(np.shape(expected))
    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000}
    found = minimize(lambda c: float(loss(c)), start, method="Nelder-Mead", options=options)
    np.testing.assert_allclose(np.squeeze(found.x), expected, atol=1e-5)


def test_a_perfect_fit_pushes_the_variance_down_to_a_floor():
    x = Tensor([-1e4], requires_grad=True)
    value = gaussian_nll([1.0], [1.0], x, log_variance=True)
    np.testing.assert_allclose(value.data, math.log(np.finfo(float).tiny) / 8)
    np.testing.assert_allclose(value.gradient(x), [0.5])


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "loss", "arrays", "options"),
    [
        ("1000 to 1000.*exp.1000. overflows.*log_input=False", poisson_nll, (5, 1e3), {}),
        ("overflows.*exp of at most 44.4 fits in float32", poisson_nll, (5, np.float32(45)), {}),
        ("exp.300.* overflows", gamma_nll, (1, np.float32(-300)), {}),
        ("exp.500. overflows", tweedie, (1, 1e3), {"log_input": True}),
        ("y_true must be at least 0, but ranges from -1", poisson_nll, (-1, 1), {}),
        ("y_true must be above 0", gamma_nll, (0, 1), {}),
        ("y_true must be above 0", tweedie, (0, 1), {"power": 2}),
        ("y_true must be at least 0", tweedie, (-1, 1), {"power": 0}),
        ("y_pred must be above 0.*log μ", poisson_nll, (1, 0), {"log_input": False}),
        ("y_pred must be above 0.*log_input=True", gamma_nll, (1, -1), {"log_input": False}),
        ("y_pred must be above 0.*softplus", tweedie, (1, 0), {}),
        ("at most 0 or at least 1, not 0.5", tweedie, (1, 1), {"power": 0.5}),
        ("power must be .* not nan", tweedie, (1, 1), {"power": math.nan}),
        ("variance must be above 0.*log_variance=True", gaussian_nll, (1, 1, 0), {}),
        ("scale must be above 0.*log_scale=True", laplace_nll, (1, 1, -1), {}),
        (r"variance has shape \(2,\), but y_pred \(\)", gaussian_nll, (1, 1, [1, 2]), {}),
        (r"\(2,\).*\(\)", gaussian_nll, ([1, 2], 1, 1), {}),
    ],
)
def test_what_is_refused(says, loss, arrays, options):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(*arrays, **options)


def test_a_masked_width_may_be_anything():
    found = gaussian_nll([1.0, 2.0], [1.0, 5.0], [1.0, -3.0], where=[True, False])
    assert found == mse([1.0], [1.0]) == 0
