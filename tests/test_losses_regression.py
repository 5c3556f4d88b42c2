"""Losses of an error: figures by hand, other libraries, and what each of them estimates."""

import numpy as np
import pytest
from scipy.optimize import least_squares
from sklearn.metrics import mean_pinball_loss

from tinynet import Tensor
from tinynet.losses.regression import expectile, huber, log_cosh, mae, mse, pseudo_huber, quantile

RNG = np.random.default_rng(0)
SAMPLE = RNG.gamma(2.0, size=101)  # skewed, so that mean, median and quantiles differ
GRID = np.linspace(0, 6, 6001)


def best(loss, **options):
    """The constant prediction with the lowest loss on the sample, to 0.001."""
    return min(GRID, key=lambda m: loss(SAMPLE, np.full(101, m), **options))


@pytest.mark.parametrize(
    ("values", "loss", "e", "options"),
    [
        ([0, 0.4337808304830271, 999.3068528194401], log_cosh, [0, -1, 1000], {}),
        ([0.5e-6 - 1e-12 / 12, 0.5e-16], log_cosh, [1e-3, 1e-8], {}),  # ½e² − e⁴/12 + …
        ([0, 1, 0.5], quantile, [0, 2, -1], {}),
        ([0, 0.5, 0.75], quantile, [0, 2, -1], {"q": 0.75}),
        ([0, 2, 0.5], expectile, [0, 2, -1], {}),
        ([0, 1, 0.75], expectile, [0, 2, -1], {"tau": 0.75}),
    ],
)
def test_values_by_hand(values, loss, e, options):
    found = loss(np.zeros(len(e)), np.array(e, float), reduction="none", **options)
    np.testing.assert_allclose(found, values, rtol=1e-12)


def test_log_cosh_is_precise_and_smooth_where_its_two_forms_meet():
    e = np.array([1 - 1e-9, 1, 1 + 1e-9])
    found = log_cosh(0 * e, e, reduction="none")
    np.testing.assert_allclose(found, np.log(np.cosh(e)), rtol=1e-15)
    np.testing.assert_allclose(np.diff(found), np.tanh(1) * 1e-9, rtol=1e-6)


# --- what they estimate ---------------------------------------------------------------------


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_best_constant_is_the_quantile(q):
    ranked = np.sort(SAMPLE)
    assert abs(best(quantile, q=q) - ranked[int(q * 101)]) < 1e-3


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_below_the_expectile_lies_the_share_tau_of_all_distances(tau):
    away = SAMPLE - best(expectile, tau=tau)
    np.testing.assert_allclose(-away[away < 0].sum() / np.abs(away).sum(), tau, atol=1e-3)


def test_log_cosh_lies_between_the_median_and_the_mean():
    assert best(mae) < best(log_cosh) < best(mse)


def test_several_quantiles_at_once_find_an_interval():
    """Full-batch gradient descent on three columns lands on three quantiles of the sample."""
    shares, found = [0.1, 0.5, 0.9], np.full(3, 2.0)
    for step in range(2000):
        x = Tensor(np.tile(found, (101, 1)), requires_grad=True)
        slope = quantile(SAMPLE, x, q=shares, reduction="sum").gradient(x).sum(axis=0)
        found = found - slope / 101 * 2 / (1 + step / 50)
    np.testing.assert_allclose(found, np.quantile(SAMPLE, shares), atol=0.05)


# --- other libraries ------------------------------------------------------------------------

T, P = RNG.normal(size=(2, 7, 3))


@pytest.mark.parametrize("weight", [None, np.arange(7.0)])
@pytest.mark.parametrize("q", [0.05, 0.5, 0.8])
def test_quantile_is_scikit_learns_pinball_loss(q, weight):
    expected = mean_pinball_loss(T, P, alpha=q, sample_weight=weight)
    np.testing.assert_allclose(quantile(T, P, q=q, sample_weight=weight), expected)


@pytest.mark.parametrize("weight", [None, np.arange(7.0)])
def test_a_column_per_quantile_is_each_column_by_itself(weight):
    shares = [0.1, 0.5, 0.8]
    alone = [
        mean_pinball_loss(T[:, 0], P[:, i], alpha=q, sample_weight=weight)
        for i, q in enumerate(shares)
    ]
    options = {"q": shares, "sample_weight": weight}
    np.testing.assert_allclose(quantile(T[:, 0], P, **options), np.mean(alone))
    repeated = np.repeat(T[:, :1], 3, axis=1)
    np.testing.assert_allclose(quantile(repeated, P, **options), np.mean(alone))


def test_a_masked_target_with_several_quantiles_has_no_say():
    missing = np.array([2.0, np.nan, 1.0])
    x = Tensor(P[:3], requires_grad=True)
    found = quantile(missing, x, q=[0.1, 0.5, 0.8], where=~np.isnan(missing))
    kept = quantile(missing[[0, 2]], P[[0, 2]], q=[0.1, 0.5, 0.8])
    np.testing.assert_allclose(found.data, kept)
    np.testing.assert_array_equal(found.gradient(x)[1], 0)


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
@pytest.mark.parametrize(("theirs", "ours"), [("huber", huber), ("soft_l1", pseudo_huber)])
def test_scipys_robust_cost_is_the_sum_of_the_loss(theirs, ours, scale):
    fit = least_squares(lambda p: p - T[:, 0], P[:, 0], loss=theirs, f_scale=scale, max_nfev=1)
    found = ours(T[:, 0], fit.x, reduction="sum", delta=scale)
    np.testing.assert_allclose(found, fit.cost)


# --- mistakes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("t", "p", "q", "says"),
    [
        (T[:, 0], P, [0.1, 0.9], r"\(2,\) and y_pred \(7, 3\).*give the model 2 outputs"),
        (T[:, 0], P[:, 0], [0.1, 0.9], r"\(2,\) and y_pred \(7,\).*a last axis of Q columns"),
        (T[:, 0], P, [[0.1, 0.5, 0.9]], r"\(1, 3\) and y_pred \(7, 3\).*a list of Q numbers"),
        (T[:, :1], P, [0.1, 0.5, 0.9], r"\(7, 1\).*\(7, 3\).*3 quantiles.*of shape \(7,\)"),
        (T[:, 0], P, [0.1, 0.5, 1.0], r"q must be between 0 and 1"),
        (T, P, 1, r"q must be between 0 and 1"),
        (T, P, [], r"q must be between 0 and 1"),
        (T[:, 0], P, 0.5, r"\(7,\).*\(7, 3\)"),
    ],
)
def test_quantiles_that_do_not_fit(t, p, q, says):
    with pytest.raises(ValueError, match=f"quantile: .*{says}"):
        quantile(t, p, q=q)


def test_an_expectile_lies_between_0_and_1():
    with pytest.raises(ValueError, match="tau must be between 0 and 1, not 1.5"):
        expectile(T, P, tau=1.5)
