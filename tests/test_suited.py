"""Which loss fits which data: units of the targets, and what a model's outputs mean."""

import functools
import re

import numpy as np
import pytest

from tinynet import Tensor, datasets, losses
from tinynet.data import Dataset
from tinynet.training.suited import (
    decision,
    fitting,
    inverse_link,
    outputs,
    probabilities,
    suited,
    target_units,
)

OF_DIFFERENCES = {  # the families regression and robust: functions of e = y_pred − y_true
    *("mse", "mae", "smooth_l1", "smooth_l2", "huber", "pseudo_huber", "log_cosh", "quantile"),
    *("expectile", "cauchy", "geman_mcclure", "welsch", "tukey_biweight", "general_robust"),
    "r2_loss",
}
OF_RATIOS = {"mape", "smape", "tweedie"}
LOGARITHMS = {"poisson_nll", "gamma_nll"}  # of the mean


def of_numbers(*y):
    return Dataset(
        "mine", np.arange(len(y))[:, None], np.array([y]).T, ("x",), ("y",), "regression"
    )


@pytest.mark.parametrize("name", losses.names())
def test_the_units_in_which_a_loss_can_be_trained(name):
    known = "standardized" if name in OF_DIFFERENCES else "scaled" if name in OF_RATIOS else "own"
    assert target_units(losses.names()[name]) == known


@pytest.mark.parametrize(
    ("loss", "options", "units", "link"),
    [
        (losses.tweedie, {"log_input": True}, "own", np.exp),
        (losses.tweedie, {"power": 0}, "scaled", np.positive),  # it refuses means below 0
        (losses.poisson_nll, {"log_input": False}, "scaled", np.positive),
        (losses.gamma_nll, {"log_input": False}, "scaled", np.positive),
        (losses.huber, {"delta": 0.01}, "standardized", np.positive),
        (losses.cosine_similarity, {}, "own", np.positive),  # its columns share one unit
    ],
)
def test_options_decide_too(loss, options, units, link):
    chosen = functools.partial(loss, **options)
    assert (target_units(chosen), inverse_link(chosen)) == (units, link)


@pytest.mark.parametrize("name", losses.names())
def test_only_losses_of_log_means_give_logarithms(name):
    assert inverse_link(losses.names()[name]) is (np.exp if name in LOGARITHMS else np.positive)


@pytest.mark.parametrize("name", ["poisson_nll", "gamma_nll", "tweedie", "mape", "smape", "mse"])
def test_positive_targets_fit_what_is_for_positive_numbers(name):
    function, encode = suited(losses.names()[name], of_numbers(2, 3, 8, 70))
    assert np.isfinite(function(encode(np.full((2, 1), 2.0)), [[-5.0], [5.0]]))


@pytest.mark.parametrize("name", ["poisson_nll", "gamma_nll", "tweedie"])
def test_a_refusal_speaks_of_the_numbers_of_the_user(name):
    with pytest.raises(ValueError, match=r"y_true.* from -4 to 70"):
        suited(losses.names()[name], of_numbers(-4, 3, 8, 70))


def test_what_a_linear_cannot_promise_is_refused_before_training():
    with pytest.raises(ValueError, match="msle.*y_pred must be at least 0, and a Linear layer"):
        suited(losses.msle, datasets.load("auto_mpg"))


ONE_COLUMN = "here there is one column"
SEVERAL_ARRAYS = {  # what they compare
    "gaussian_nll": "y_true, y_pred, variance",
    "laplace_nll": "y_true, y_pred, scale",
    "ordinal": "y_true, y_pred, thresholds",
    "contrastive": "y_true, x1, x2",
    "cosine_embedding": "y_true, x1, x2",
    "margin_ranking": "y_true, x1, x2",
    "triplet": "anchor, positive, negative",
    "info_nce": "query, key",
}
OF_SEVERAL_COLUMNS = {"cosine_similarity", "dice", "tversky", "multilabel_soft_margin"}
OF_CLASSES = {"cross_entropy", "brier", "categorical_focal", "generalized_cross_entropy"}
OF_CLASSES |= {"symmetric_cross_entropy", "poly1", "multiclass_hinge"}
OF_CLASSES |= {"kl_divergence", "js_divergence", "nll"}
OF_TWO = {"log_loss", "focal", "hinge", "squared_hinge", "soft_margin", "perceptron", "exponential"}
REFUSES_LINEAR = {"nll": "logarithms at most 0", "msle": "y_pred must be at least 0"}


def reason(name, task):
    """Why a loss does not fit numbers, two classes or three, by hand; "" where it does."""
    if name in SEVERAL_ARRAYS:
        return f"it compares {SEVERAL_ARRAYS[name]}"
    if name in OF_SEVERAL_COLUMNS:
        return ONE_COLUMN
    if task == "regression":
        return "it is for classes" if name in OF_CLASSES | OF_TWO else REFUSES_LINEAR.get(name, "")
    if task == "multiclass" and name in OF_TWO:
        return "it is for two classes"
    return REFUSES_LINEAR.get(name, "") if name in OF_CLASSES | OF_TWO else "it is for numbers"


@pytest.mark.parametrize("data", ["auto_mpg", "moons", "iris"])
@pytest.mark.parametrize("name", losses.names())
def test_a_loss_fits_or_says_rightly_why_not(name, data):
    data = datasets.load(data)
    expected = reason(name, data.task)
    assert (name in fitting(data)) == (not expected)
    if expected:
        with pytest.raises(ValueError, match=re.escape(expected)):
            suited(losses.names()[name], data)
        return
    function, encode = suited(losses.names()[name], data)
    y, rng = encode(data.y), np.random.default_rng(0)
    z = Tensor(rng.normal(size=(len(data), outputs(y, data))), requires_grad=True)
    assert np.isfinite(function(y, z).gradient(z)).all()


PROBABILITIES = {  # of a yes at a score z, by hand
    "log_loss": lambda z: 1 / (1 + np.exp(-z)),
    "focal": lambda z: 1 / (1 + np.exp(-z)),  # what the loss itself compares
    "soft_margin": lambda z: 1 / (1 + np.exp(-z)),
    "exponential": lambda z: 1 / (1 + np.exp(-2 * z)),  # z is half the log odds
    "squared_hinge": lambda z: np.clip((1 + z) / 2, 0, 1),  # z is the mean of −1 and 1
}


@pytest.mark.parametrize("name", sorted(OF_TWO))
def test_the_probability_that_belongs_to_a_score(name):
    found, z = probabilities(losses.names()[name]), np.array([[-900.0, -2, -0.3, 0, 0.7, 3, 900]]).T
    if name not in PROBABILITIES:
        assert found is None
        return
    with np.errstate(over="ignore"):
        expected = PROBABILITIES[name](z)
    np.testing.assert_allclose(found(z), np.hstack([1 - expected, expected]), atol=1e-12)


def test_rows_of_logits_are_softmaxed_also_of_two_classes():
    z = np.array([[1.0, 2.0], [-700.0, 700.0]])
    p = probabilities(functools.partial(losses.brier, from_logits=True))(z)
    np.testing.assert_allclose(p, [[1 / (1 + np.e), np.e / (1 + np.e)], [0, 1]])
    np.testing.assert_allclose(decision(z), [1, 1400])
    np.testing.assert_array_equal(decision(z[:, :1]), z[:, 0])
    assert decision(np.eye(3)).shape == (3, 3)


def test_a_loss_of_your_own_is_for_numbers():
    def own(y_true, y_pred, power=2):
        return np.mean(np.abs(y_true - y_pred) ** power)

    function, encode = suited(own, of_numbers(1.0, 2.0, 4.0), {"power": 4})
    assert float(function(encode(np.full((1, 1), 3.0)), np.ones((1, 1)))) == 16
    with pytest.raises(ValueError, match="the loss own does not fit moons.* how a loss"):
        suited(own, datasets.load("moons"))


def test_options_that_were_bound_count_as_well():
    function, _ = suited(functools.partial(losses.huber, delta=3.0), of_numbers(1.0, 2.0))
    assert function.keywords == {"delta": 3.0}
