"""Relative losses: against scikit-learn, their units and bounds, and what they refuse."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import (
    mean_absolute_percentage_error,
    mean_squared_log_error,
    r2_score,
)

from tests.numerical import check_derivatives, tensors
from tinynet import Tensor
from tinynet.losses.relative import cosine_similarity, mape, msle, r2_loss, smape

RNG = np.random.default_rng(0)
T, P = RNG.gamma(2.0, 3.0, size=(2, 9, 3))


@pytest.mark.parametrize(
    ("values", "loss", "t", "p"),
    [
        ([1, 0, 4], msle, [0, 5, 0], [np.e - 1, 5, np.e**2 - 1]),
        ([0.25, 3, 0.5], mape, [4, -1, 2], [5, 2, 1]),
        ([1, 2, 0, 2, 0.4], smape, [4, 0, 0, -1, 2], [12, 3, 0, 1, 3]),
        ([0, 0, 1.5], r2_loss, [1, 2, 3], [1, 2, 4]),
        ([0, 2, 1, 1 - 0.6], cosine_similarity, [[2, 0]] * 4, [[7, 0], [-1, 0], [0, 3], [3, 4]]),
    ],
)
def test_values_by_hand(values, loss, t, p):
    np.testing.assert_allclose(loss(t, p, reduction="none"), values, atol=1e-15)


@pytest.mark.parametrize(
    ("loss", "score"),
    [
        (msle, mean_squared_log_error),
        (mape, mean_absolute_percentage_error),
        (r2_loss, lambda t, p: 1 - r2_score(t, p)),
    ],
)
def test_the_means_are_the_scores_of_scikit_learn(loss, score):
    np.testing.assert_allclose(loss(T, P), score(T, P), rtol=1e-12)
    np.testing.assert_allclose(loss(T[:, 0], P[:, 0]), score(T[:, 0], P[:, 0]), rtol=1e-12)


def test_a_target_of_0_counts_as_one_eps_as_in_scikit_learn():
    expected = mean_absolute_percentage_error([0.0, 4.0], [1.0, 5.0])
    np.testing.assert_allclose(mape([0.0, 4.0], [1.0, 5.0]), expected, rtol=1e-12)


@pytest.mark.parametrize("loss", [mape, smape, r2_loss, cosine_similarity])
def test_the_unit_does_not_matter(loss):
    np.testing.assert_allclose(loss(1e9 * T, 1e9 * P), loss(T, P), rtol=1e-12)


def test_smape_is_symmetric_and_at_most_2():
    t = RNG.normal(size=1000)
    p = RNG.normal(size=1000)
    values = smape(t, p, reduction="none")
    np.testing.assert_array_equal(values, smape(p, t, reduction="none"))
    np.testing.assert_allclose(values[t * p < 0], 2, rtol=1e-12)
    assert (values[t * p > 0] < 2).all()


# --- the best constant ------------------------------------------------------------------------


def weighted_median(x, w):
    order = np.argsort(x)
    return x[order][np.searchsorted(np.cumsum(w[order]), np.sum(w) / 2)]


@pytest.mark.parametrize(
    ("loss", "statistic"),
    [
        (msle, lambda t, c: np.expm1(np.mean(np.log1p(t)))),
        (mape, lambda t, c: weighted_median(t, 1 / t)),
        (smape, lambda t, c: weighted_median(t, t / (t + c) ** 2)),
        (r2_loss, lambda t, c: np.mean(t)),
    ],
)
def test_the_best_constant(loss, statistic):
    t = T[:, 0]
    grid = np.concatenate([np.linspace(0.1, 15, 2000), t])  # of the medians, one is a target
    best = grid[np.argmin([loss(t, 0 * t + c) for c in grid])]
    near = (best - 0.05, best + 0.05)
    found = minimize_scalar(lambda c: float(loss(t, 0 * t + c)), bounds=near, method="bounded").x
    np.testing.assert_allclose(found, statistic(t, found), atol=1e-4)


def test_cosine_finds_the_mean_direction():
    units = T / np.linalg.norm(T, axis=1, keepdims=True)
    p = Tensor(units.sum(axis=0)[None] * np.ones((9, 1)), requires_grad=True)
    total = np.sum(cosine_similarity(T, p, reduction="sum").gradient(p), axis=0)
    np.testing.assert_allclose(total, 0, atol=1e-15)


# --- r2: the variance -------------------------------------------------------------------------


def test_r2_is_1_for_the_mean_and_0_for_a_perfect_fit():
    assert r2_loss(T, T) == 0
    np.testing.assert_allclose(r2_loss(T, 0 * T + T.mean(axis=0)), 1, rtol=1e-12)


@pytest.mark.parametrize("where", [np.arange(9) % 3 > 0, RNG.uniform(size=(9, 3)) > 0.4])
def test_masked_targets_do_not_enter_the_variance(where):
    t = np.where(where if where.ndim == 2 else where[:, None], T, np.nan)
    kept = np.isfinite(t)
    expected = (P - T) ** 2 / np.nanvar(t, axis=0)
    found = r2_loss(t, P, where=where, reduction="none")
    np.testing.assert_allclose(found, np.where(kept, expected, 0), rtol=1e-12)
    np.testing.assert_allclose(r2_loss(t, P, where=where), np.mean(expected[kept]), rtol=1e-12)


def test_a_column_that_is_masked_as_a_whole_does_not_count():
    where = np.array([[True, False]] * 9)
    expected = r2_loss(T[:, 0], P[:, 0])
    (p,) = tensors((P[:, :2],))
    found = r2_loss(T[:, :2], p, where=where)
    np.testing.assert_allclose(found.data, expected, rtol=1e-12)
    assert not found.gradient(p)[:, 1].any()


@pytest.mark.parametrize("where", [None, np.arange(9) % 3 > 0])
def test_the_derivative_in_the_targets_sees_the_variance(where):
    check_derivatives(lambda *xs: r2_loss(*xs, where=where), T[:, 0], P[:, 0])


def test_sample_weights_weigh_the_errors():
    w = np.arange(9.0)
    expected = np.average((P - T) ** 2 / T.var(axis=0), axis=0, weights=w).mean()
    np.testing.assert_allclose(r2_loss(T, P, sample_weight=w), expected, rtol=1e-12)


# --- cosine -----------------------------------------------------------------------------------


def test_the_slope_is_across_the_row():
    (p,) = tensors((P,))
    slope = cosine_similarity(T, p).gradient(p)
    np.testing.assert_allclose(np.sum(slope * P, axis=1), 0, atol=1e-15)


def test_a_row_of_zeros_has_cosine_0_and_is_pulled_to_the_target():
    p = Tensor([[0.0, 0.0]], requires_grad=True)
    value = cosine_similarity([[3.0, 4.0]], p)
    assert value.data == 1
    np.testing.assert_allclose(value.gradient(p), [[-0.6e8, -0.8e8]])
    assert cosine_similarity([[0.0, 0.0]], [[3.0, 4.0]]) == 1


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "loss", "t", "p", "where"),
    [
        ("y_true must be at least 0", msle, [-1.0], [1.0], None),
        ("y_pred must be at least 0.*huber", msle, [1.0], [-0.5], None),
        ("do not vary.*10 of them, all about 0.1.*mse", r2_loss, [0.1] * 10, [1.0] * 10, None),
        ("do not vary.*1 of them", r2_loss, [1.0, 2.0], [1.0, 2.0], [True, False]),
        ("in column 1 do not vary.*all about 2", r2_loss, [[1, 2], [3, 2]], [[1, 2], [3, 4]], None),
        (r"\(2,\).*\(2, 1\)", r2_loss, [1.0, 2.0], [[1.0], [2.0]], None),
        ("at least 2, but y_true is a single number", r2_loss, 1.0, 1.0, None),
        ("takes rows", cosine_similarity, 1.0, 1.0, None),
    ],
)
def test_what_is_refused(says, loss, t, p, where):
    with pytest.raises(ValueError, match=f"^{loss.__name__}.*{says}"):
        loss(t, p, where=where)
