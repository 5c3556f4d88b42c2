"""What each card says that a loss estimates: the best constant prediction on a sample."""

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from tinynet import losses
from tinynet.functional import softmax

SKEWED = np.array([0.1, 0.4, 0.5, 0.7, 0.8, 1.1, 1.3, 9.0, 30.0])
BULK = SKEWED < 5
YES = np.array([1.0, 1, 1, 0, 0, 0, 0, 0, 0, 0])
IDS = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
SHARES = np.array([0.5, 0.3, 0.2])


def best(loss, y_true, low, high, *others, **options):
    """The number that, predicted for every target, costs least: a grid, then a search near it."""

    def cost(c):
        return float(loss(y_true, np.full(y_true.shape, c), *others, **options))

    grid = np.linspace(low, high, 501)
    near = grid[np.argmin([cost(c) for c in grid])]
    step = (high - low) / 500
    bounds = (max(low, near - step), min(high, near + step))
    return minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x


def best_row(loss, y_true, **options):
    """The row of logits that costs least if predicted for every target, as probabilities."""
    rows = np.ones((len(y_true), 1))
    found = minimize(
        lambda z: float(loss(y_true, rows * z, **options)), np.zeros(3), method="BFGS", tol=1e-12
    )
    return softmax(found.x)


def between(low, high):
    """Stands for any number between these two."""
    return pytest.approx((low + high) / 2, abs=(high - low) / 2)


MEAN, MEDIAN = np.mean(SKEWED), np.median(SKEWED)
NUMBERS = [
    ("mse", {}, MEAN),
    ("smooth_l2", {}, MEAN),
    ("mae", {}, MEDIAN),
    ("smooth_l1", {}, between(MEDIAN, MEAN)),
    ("huber", {}, between(MEDIAN, MEAN)),
    ("pseudo_huber", {}, between(MEDIAN, MEAN)),
    ("log_cosh", {}, between(MEDIAN, MEAN)),
    ("quantile", {"q": 0.5}, MEDIAN),
    ("quantile", {"q": 0.15}, 0.4),
    ("quantile", {"q": 0.85}, 9.0),
    ("expectile", {"tau": 0.5}, MEAN),
    ("cauchy", {}, pytest.approx(np.mean(SKEWED[BULK]), abs=0.1)),
    ("geman_mcclure", {}, pytest.approx(np.mean(SKEWED[BULK]), abs=0.1)),
    ("welsch", {}, pytest.approx(np.mean(SKEWED[BULK]), abs=0.1)),
    ("tukey_biweight", {}, pytest.approx(np.mean(SKEWED[BULK]), abs=0.1)),
    ("general_robust", {"alpha": 2}, MEAN),
    ("general_robust", {"alpha": 1}, between(MEDIAN, MEAN)),
    ("general_robust", {"alpha": -2}, pytest.approx(np.mean(SKEWED[BULK]), abs=0.1)),
]


@pytest.mark.parametrize(("name", "options", "expected"), NUMBERS)
def test_the_best_constant_for_numbers(name, options, expected):
    found = best(losses.names()[name], SKEWED, 0.01, 31, **options)
    assert found == (pytest.approx(expected, abs=1e-5) if isinstance(expected, float) else expected)
