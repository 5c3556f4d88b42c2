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


POSITIVE = np.array([0.5, 1.0, 2.0, 2.5, 9.0])
LOG_ODDS = np.log(3 / 7)
SIGNS = 2 * YES - 1
OTHERS = [  # loss, options, targets, where to search, what the card says
    ("poisson_nll", {}, POSITIVE, (-2, 3), np.log(np.mean(POSITIVE))),
    ("gamma_nll", {}, POSITIVE, (-2, 3), np.log(np.mean(POSITIVE))),
    ("tweedie", {}, POSITIVE, (0.1, 9), np.mean(POSITIVE)),
    ("msle", {}, POSITIVE, (0.1, 9), np.expm1(np.mean(np.log1p(POSITIVE)))),
    ("r2_loss", {}, POSITIVE, (0.1, 9), np.mean(POSITIVE)),
    ("log_loss", {}, YES, (0.001, 0.999), 0.3),
    ("focal", {}, YES, (0.001, 0.999), between(0.3, 0.5)),
    ("hinge", {}, SIGNS, (-3, 3), -1),
    ("squared_hinge", {}, SIGNS, (-3, 3), np.mean(SIGNS)),
    ("soft_margin", {}, SIGNS, (-3, 3), LOG_ODDS),
    ("exponential", {}, SIGNS, (-3, 3), LOG_ODDS / 2),
    ("perceptron", {}, SIGNS, (-3, 3), 0),
]


@pytest.mark.parametrize(("name", "options", "y_true", "ends", "expected"), OTHERS)
def test_the_best_constant_for_other_targets(name, options, y_true, ends, expected):
    found = best(losses.names()[name], y_true, *ends, **options)
    number = isinstance(expected, (int, float))
    assert found == (pytest.approx(expected, abs=1e-4) if number else expected)


@pytest.mark.parametrize("name", ["gaussian_nll", "laplace_nll"])
def test_the_best_constant_for_noise_of_known_width(name):
    found = best(losses.names()[name], SKEWED, 0.01, 31, np.ones(len(SKEWED)))
    assert found == pytest.approx({"gaussian_nll": MEAN, "laplace_nll": MEDIAN}[name], abs=1e-4)


@pytest.mark.parametrize("name", ["mape", "smape"])
def test_relative_errors_prefer_a_constant_below_the_median(name):
    assert best(losses.names()[name], SKEWED, 0.01, 31) < MEDIAN + 1e-4


def sharper(shares):
    return np.max(shares) > np.max(SHARES) + 1e-3


def duller(shares):
    return 1 / 3 < np.max(shares) < np.max(SHARES) - 1e-3


POWER = SHARES ** (1 / 0.3)
ROWS = [  # loss, options, what is expected of the best row
    ("cross_entropy", {}, lambda p: np.allclose(p, SHARES, atol=1e-4)),
    ("brier", {}, lambda p: np.allclose(p, SHARES, atol=1e-4)),
    ("kl_divergence", {"from_logits": True}, lambda p: np.allclose(p, SHARES, atol=1e-4)),
    ("generalized_cross_entropy", {}, lambda p: np.allclose(p, POWER / sum(POWER), atol=1e-3)),
    ("categorical_focal", {}, duller),
    ("symmetric_cross_entropy", {}, sharper),
    ("poly1", {}, sharper),
    ("js_divergence", {"from_logits": True}, sharper),
    ("multiclass_hinge", {}, lambda p: np.argmax(p) == 0),
]


@pytest.mark.parametrize(("name", "options", "is_as_said"), ROWS)
def test_the_best_row_for_classes(name, options, is_as_said):
    found = best_row(losses.names()[name], IDS, **options)
    assert is_as_said(found), found


def test_every_loss_is_held_against_what_its_card_says():
    """The rest: those of pairs estimate nothing, and some have their own tests elsewhere."""
    tried = {name for name, *_ in [*NUMBERS, *OTHERS, *ROWS]}
    tried |= {"gaussian_nll", "laplace_nll", "mape", "smape"}
    elsewhere = {"nll", "ordinal", "dice", "tversky", "multilabel_soft_margin", "cosine_similarity"}
    rest = set(losses.names()) - tried - elsewhere
    assert all(losses.names()[n].card.estimates.startswith("nothing") for n in rest), rest
