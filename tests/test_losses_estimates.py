"""What each card says that a loss estimates: the best constant prediction on a sample."""

import itertools

import numpy as np
import pytest
from scipy.optimize import brentq, minimize, minimize_scalar

from tinynet import losses
from tinynet.functional import log_softmax, sigmoid, softmax

SKEWED = np.array([0.1, 0.4, 0.5, 0.7, 0.8, 1.1, 1.3, 9.0, 30.0])
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


def expectile(y, tau):
    """Where τ of all distances to the numbers are to those below."""

    def balance(c):
        return tau * np.sum(np.maximum(y - c, 0)) - (1 - tau) * np.sum(np.maximum(c - y, 0))

    return brentq(balance, min(y), max(y))


def weighted_median(y, weights):
    order = np.argsort(y)
    return float(y[order][np.searchsorted(np.cumsum(weights[order]), np.sum(weights) / 2)])


def fixed_point(y):
    """The number that is the median of y weighted with t/(t + p)², where p is this number."""
    return next(p for p in y if weighted_median(y, y / (y + p) ** 2) == p)


def between(low, high):
    """Stands for any number between these two."""
    return pytest.approx((low + high) / 2, abs=(high - low) / 2)


MEAN, MEDIAN = np.mean(SKEWED), np.median(SKEWED)
BETWEEN, BULK_MEAN = between(MEDIAN, MEAN), pytest.approx(np.mean(SKEWED[SKEWED < 5]), abs=0.1)
BARRON = "the mean for α = 2, towards the median at 1, the mode, roughly, below 1"
NUMBERS = {  # what the card says: the losses with options, and what it is for these numbers
    "the mean": [("mse", {}, MEAN), ("smooth_l2", {}, MEAN), ("r2_loss", {}, MEAN)],
    "the median": [("mae", {}, MEDIAN)],
    "between the mean and the median": [
        (name, {}, BETWEEN) for name in ("smooth_l1", "huber", "pseudo_huber", "log_cosh")
    ],
    "the q-quantile": [
        ("quantile", {"q": q}, x) for q, x in ((0.5, MEDIAN), (0.15, 0.4), (0.85, 9.0))
    ],
    "the τ-expectile, the mean for τ = ½": [
        ("expectile", {"tau": 0.5}, MEAN),
        ("expectile", {"tau": 0.8}, expectile(SKEWED, 0.8)),
    ],
    "the mode, roughly: the mean of the bulk, without the outliers": [
        (name, {}, BULK_MEAN) for name in ("cauchy", "geman_mcclure", "welsch", "tukey_biweight")
    ],
    BARRON: [
        ("general_robust", {"alpha": 2}, MEAN),
        ("general_robust", {"alpha": 1}, BETWEEN),
        ("general_robust", {"alpha": -2}, BULK_MEAN),
    ],
    "the median, weighted with 1/|y_true|": [("mape", {}, weighted_median(SKEWED, 1 / SKEWED))],
    "for positive targets the median, weighted with t/(t + p)²": [
        ("smape", {}, fixed_point(SKEWED))
    ],
}
NUMBERS |= {"the mean, and the variance": [("gaussian_nll", {"variance": 1}, MEAN)]}
NUMBERS |= {"the median, and the mean distance from it": [("laplace_nll", {"scale": 1}, MEDIAN)]}


def rows(table):
    return [(name, says, *row) for says, listed in table.items() for name, *row in listed]


@pytest.mark.parametrize(("name", "says", "options", "expected"), rows(NUMBERS))
def test_the_best_constant_for_numbers(name, says, options, expected):
    loss = losses.names()[name]
    assert loss.card.estimates == says
    widths = [np.full(SKEWED.shape, options[k]) for k in loss.arrays[2:]]
    options = {k: v for k, v in options.items() if k not in loss.arrays}
    found = best(loss, SKEWED, 0.01, 31, *widths, **options)
    assert found == (pytest.approx(expected, abs=1e-4) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(("name", "width"), [("gaussian_nll", np.std), ("laplace_nll", None)])
def test_the_best_width(name, width):
    center = MEAN if width else MEDIAN
    same = np.full(SKEWED.shape, center)
    costs = {
        w: losses.names()[name](SKEWED, same, 0 * same + w) for w in np.linspace(0.5, 90, 1000)
    }
    found = min(costs, key=lambda w: float(costs[w]))
    expected = np.var(SKEWED) if width else np.mean(np.abs(SKEWED - MEDIAN))
    assert found == pytest.approx(expected, abs=0.1)


POSITIVE = np.array([0.5, 1.0, 2.0, 2.5, 9.0])
LOG_ODDS = np.log(3 / 7)
SIGNS = 2 * YES - 1
LOG_MEAN = (
    "the mean (its logarithm, unless log_input=False)",
    POSITIVE,
    (-2, 3),
    np.log(np.mean(POSITIVE)),
)
OTHERS = [  # loss, what the card says, targets, where to search, what it is
    ("poisson_nll", *LOG_MEAN),
    ("gamma_nll", *LOG_MEAN),
    ("tweedie", "the mean", POSITIVE, (0.1, 9), np.mean(POSITIVE)),
    (
        "msle",
        "the mean on the scale of log(1 + y_true)",
        POSITIVE,
        (0.1, 9),
        np.expm1(np.mean(np.log1p(POSITIVE))),
    ),
    ("log_loss", "the probability of a yes", YES, (0.001, 0.999), 0.3),
    ("focal", "the probability of a yes, drawn towards ½", YES, (0.001, 0.999), between(0.3, 0.5)),
    ("hinge", "the more frequent label, as −1 or 1", SIGNS, (-3, 3), -1),
    ("squared_hinge", "the mean of the targets", SIGNS, (-3, 3), np.mean(SIGNS)),
    ("soft_margin", "the log odds of the label 1", SIGNS, (-3, 3), LOG_ODDS),
    ("exponential", "half the log odds of the label 1", SIGNS, (-3, 3), LOG_ODDS / 2),
    (
        "perceptron",
        "nothing: the constant 0 costs nothing, whatever the targets are",
        SIGNS,
        (-3, 3),
        0,
    ),
]


@pytest.mark.parametrize(("name", "says", "y_true", "ends", "expected"), OTHERS)
def test_the_best_constant_for_other_targets(name, says, y_true, ends, expected):
    loss = losses.names()[name]
    assert loss.card.estimates == says
    found = best(loss, y_true, *ends)
    number = isinstance(expected, (int, float))
    assert found == (pytest.approx(expected, abs=1e-4) if number else expected)


def as_frequent(p):
    return np.allclose(p, SHARES, atol=1e-4)


def sharper(p):
    return np.max(p) > np.max(SHARES) + 1e-3


def duller(p):
    return 1 / 3 < np.max(p) < np.max(SHARES) - 1e-3


def to_the_power(p, q=0.7):
    power = SHARES ** (1 / (1 - q))
    return np.allclose(p, power / sum(power), atol=1e-3)


CLASSES = {  # what the card says: what holds for the best row of three classes
    "the probability of each class": as_frequent,
    "the mean of the target distributions": as_frequent,
    "the probability of each class, to the power 1/(1 − q) and rescaled": to_the_power,
    "the probability of each class, drawn towards 1/C": duller,
    "the probability of each class, drawn to the most frequent": sharper,
    "the probability of each class, drawn to the most frequent for ε > 0": sharper,
    "the target, if it does not vary; else a distribution sharper than the mean": sharper,
    "the most frequent class, but nearly as frequent ones can tie with it": lambda p: (
        np.argmax(p) == 0
    ),
}
OF_CLASSES = [name for name, loss in losses.names().items() if loss.card.estimates in CLASSES]


@pytest.mark.parametrize("name", OF_CLASSES)
def test_the_best_row_for_classes(name):
    loss = losses.names()[name]

    def of_logits(y_true, z):
        if name == "nll":
            return loss(y_true, log_softmax(z))
        return loss(
            y_true, z, **({"from_logits": True} if "from_logits" in loss.own_options else {})
        )

    p = best_row(of_logits, IDS)
    assert CLASSES[loss.card.estimates](p), p


def test_the_score_at_which_each_class_has_its_probability():
    cuts, score = np.array([-0.5, 1.0]), 0.7
    below = np.concatenate([[0], sigmoid(cuts - score), [1]])
    found = best(losses.ordinal, np.arange(3), -3, 3, cuts, sample_weight=np.diff(below))
    assert found == pytest.approx(score, abs=1e-4)
    assert losses.ordinal.card.estimates == "the score at which each class has its probability"


def test_the_log_odds_of_each_label():
    y_true = np.stack([YES, np.roll(1 - YES, 3)], axis=1)  # (10, 2)
    rows = np.ones((10, 1))

    def cost(z):
        return float(losses.multilabel_soft_margin(y_true, rows * z))

    found = minimize(cost, np.zeros(2), tol=1e-12).x
    np.testing.assert_allclose(found, [LOG_ODDS, -LOG_ODDS], atol=1e-4)
    assert losses.multilabel_soft_margin.card.estimates == "the log odds of each label"


def test_the_mean_direction():
    angles = np.array([0.1, 0.4, 1.5])
    y_true = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1) * angles[:, None]  # any lengths

    def loss(y_true, a):
        direction = np.stack([np.cos(a[:, 0]), np.sin(a[:, 0])], axis=1)
        return losses.cosine_similarity(y_true, direction)

    found = best(loss, y_true, -3, 3)
    mean = np.mean(y_true / np.linalg.norm(y_true, axis=1, keepdims=True), axis=0)
    assert found == pytest.approx(np.arctan2(mean[1], mean[0]), abs=1e-4)
    assert losses.cosine_similarity.card.estimates == "the mean direction"


@pytest.mark.parametrize("name", ["dice", "tversky"])
def test_the_mask_with_the_largest_expected_overlap(name):
    """Of the best masks with any probabilities, one is of zeros and ones."""
    loss, truths = losses.names()[name], np.array([[1.0, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]])

    def cost(mask):
        return float(loss(truths, np.tile(mask, (4, 1)), smooth=0.01))

    levels = np.linspace(0, 1, 5)
    masks = [np.array(m) for m in itertools.product(levels, repeat=3)]
    best_mask = min(masks, key=cost)
    overlap = [np.mean(2 * (truths @ m + 0.005) / (truths.sum(1) + m.sum() + 0.01)) for m in masks]
    assert set(best_mask) <= {0.0, 1.0}
    np.testing.assert_array_equal(best_mask, masks[np.argmax(overlap)])
    assert loss.card.estimates == "the mask with the largest expected overlap, not probabilities"


def test_every_loss_is_held_against_what_its_card_says():
    """The rest are those of pairs, which estimate nothing."""
    here = {"ordinal", "multilabel_soft_margin", "cosine_similarity", "dice", "tversky"}
    tried = {name for name, *_ in [*rows(NUMBERS), *OTHERS]} | {*OF_CLASSES} | here
    rest = set(losses.names()) - tried
    assert all(losses.names()[n].card.estimates.startswith("nothing") for n in rest), rest
    assert all("x1" in losses.names()[n].arrays or not losses.names()[n].labelled for n in rest)
