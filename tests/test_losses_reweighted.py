"""Bent cross-entropies: values by hand, identities between them, and what they are for."""

import numpy as np
import pytest

from tests.cases.losses.classification import IDS, LOGITS, SCORES, WEIGHT, YES
from tests.numerical import gradients, tensors
from tinynet import Tensor
from tinynet.functional import sigmoid, softmax
from tinynet.losses import cross_entropy, log_loss
from tinynet.losses.reweighted import (
    categorical_focal,
    focal,
    generalized_cross_entropy,
    poly1,
    symmetric_cross_entropy,
)

LOG_4 = np.log(4)
SURE = {"from_logits": False}
QUARTER = [[0.25, 0.75]] * 2  # for the ids 0 and 1
OF_ROWS = [categorical_focal, generalized_cross_entropy, symmetric_cross_entropy, poly1]
every_loss = pytest.mark.parametrize("loss", OF_ROWS, ids=lambda loss: loss.__name__)


def agree(first, second, x, rtol=1e-9):
    """The same values and gradients, row by row."""
    (x,) = tensors((x,))
    upstream = np.arange(1.0, 1 + first(x).size).reshape(first(x).shape)
    np.testing.assert_allclose(first(x).data, second(x).data, rtol=rtol, atol=1e-12)
    ours, theirs = gradients(first, [x], upstream), gradients(second, [x], upstream)
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-12)


@pytest.mark.parametrize(
    ("values", "loss", "options"),
    [
        ([9 / 16 * LOG_4, np.log(4 / 3) / 16], categorical_focal, {}),
        ([3 / 4 * LOG_4, np.log(4 / 3) / 4], categorical_focal, {"gamma": 1}),
        ([LOG_4, 5 * np.log(4 / 3)], categorical_focal, {"gamma": 0, "alpha": [1, 5]}),
        ([1, 2 - np.sqrt(3)], generalized_cross_entropy, {"q": 0.5}),
        ([0.75, 0.25], generalized_cross_entropy, {"q": 1}),
        ([3, 1], symmetric_cross_entropy, {"alpha": 0}),
        ([LOG_4 + 4.5, np.log(4 / 3) + 1.5], symmetric_cross_entropy, {"alpha": 1, "log_zero": -6}),
        ([LOG_4 + 0.75, np.log(4 / 3) + 0.25], poly1, {}),
        ([LOG_4 - 0.75, np.log(4 / 3) - 0.25], poly1, {"epsilon": -1}),
    ],
)
def test_values_by_hand(values, loss, options):
    found = loss([0, 1], QUARTER, reduction="none", **options, **SURE)
    np.testing.assert_allclose(found, values)


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([9 / 16 * LOG_4, np.log(4 / 3) / 16], {}),
        ([9 / 64 * LOG_4, 3 / 64 * np.log(4 / 3)], {"alpha": 0.25}),
        ([0, np.log(4 / 3)], {"alpha": 0, "gamma": 0}),
    ],
)
def test_focal_by_hand(values, options):
    found = focal([1, 0], [0.25, 0.25], reduction="none", **options)
    np.testing.assert_allclose(found, values)


# --- identities -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        (categorical_focal, {"gamma": 0}),
        (generalized_cross_entropy, {"q": 0}),
        (generalized_cross_entropy, {"q": 1e-12}),
        (generalized_cross_entropy, {"q": 1e-300}),
        (symmetric_cross_entropy, {"alpha": 1, "beta": 0}),
        (symmetric_cross_entropy, {"alpha": 1, "log_zero": 0}),
        (poly1, {"epsilon": 0}),
    ],
)
@pytest.mark.parametrize("common", [{}, {"label_smoothing": 0.2}, {"ignore_index": 2}])
def test_cross_entropy_is_a_special_case(loss, options, common):
    agree(
        lambda z: loss(IDS, z, reduction="none", **options, **common),
        lambda z: cross_entropy(IDS, z, reduction="none", **common),
        LOGITS,
    )


def test_log_loss_is_a_special_case_of_focal():
    for options in ({"from_logits": True}, {"from_logits": True, "label_smoothing": 0.3}):
        agree(
            lambda z, o=options: focal(YES, z, gamma=0, reduction="none", **o),
            lambda z, o=options: log_loss(YES, z, reduction="none", **o),
            SCORES,
        )


@pytest.mark.parametrize(("gamma", "alpha"), [(2.0, 0.25), (0.5, 0.8), (1, 0.5)])
def test_focal_is_the_categorical_one_of_two_classes(gamma, alpha):
    t = np.array([0, 1, 1, 0])
    agree(
        lambda z: focal(t, z, gamma=gamma, alpha=alpha, from_logits=True, reduction="none"),
        lambda z: categorical_focal(
            t, np.stack([0 * z, z], -1), gamma=gamma, alpha=[1 - alpha, alpha], reduction="none"
        ),
        np.array([-20.0, -2, 0, 30]),
    )


@every_loss
def test_logits_and_probabilities_agree(loss):
    agree(
        lambda z: loss(IDS, z, reduction="none"),
        lambda z: loss(IDS, softmax(z), reduction="none", from_logits=False),
        LOGITS / 4,
    )


def test_logits_and_probabilities_agree_in_focal():
    agree(
        lambda z: focal(YES, z, alpha=0.3, from_logits=True, reduction="none"),
        lambda z: focal(YES, sigmoid(z), alpha=0.3, reduction="none"),
        SCORES / 4,
    )


def test_the_reverse_and_the_mean_absolute_error_are_the_same_for_ids():
    """Both are multiples of 1 − p, the only bent form that is symmetric in the classes."""
    agree(
        lambda z: symmetric_cross_entropy(IDS, z, alpha=0, reduction="none"),
        lambda z: 4 * generalized_cross_entropy(IDS, z, q=1, reduction="none"),
        LOGITS,
    )


# --- what they are for ------------------------------------------------------------------------


def slope(loss, z, **options):
    """In the logit of the true class, where the other of two has 0."""
    z = Tensor([[z, 0.0]], requires_grad=True)
    return abs(loss([0], z, **options).gradient(z)[0, 0])


@pytest.mark.parametrize("options", [{}, {"gamma": 0.5}, {"gamma": 5}])
def test_focal_learns_less_from_what_is_easy(options):
    shares = [slope(categorical_focal, z, **options) / slope(cross_entropy, z) for z in (-3, 1, 4)]
    assert shares[0] > shares[1] > shares[2]
    assert shares[2] < 0.3


@pytest.mark.parametrize("q", [0.3, 0.7, 1])
def test_generalized_cross_entropy_weights_a_row_with_p_to_the_q(q):
    for z in (-6.0, 0.0, 3.0):
        weight = (1 / (1 + np.exp(-z))) ** q
        found = slope(generalized_cross_entropy, z, q=q)
        np.testing.assert_allclose(found, weight * slope(cross_entropy, z))


@pytest.mark.parametrize("q", [0, 0.3, 0.7])
def test_the_best_constant_of_generalized_cross_entropy(q):
    ids, shares = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2]), np.array([0.3, 0.2, 0.5])
    z = Tensor(np.log(shares) / (1 - q), requires_grad=True)
    found = generalized_cross_entropy(ids, z + np.zeros((10, 1)), q=q).gradient(z)
    np.testing.assert_allclose(found, 0, atol=1e-15)


def test_every_class_costs_the_same_in_total_where_the_loss_forgives_noise():
    """Σ over the classes of 1 − p is C − 1, whatever p: Ghosh, Kumar & Sastry 2017."""
    totals = sum(
        generalized_cross_entropy(np.full(5, c), LOGITS, q=1, reduction="none") for c in range(3)
    )
    np.testing.assert_allclose(totals, 2)


@pytest.mark.parametrize("epsilon", [-1, 0.5, 1])
def test_poly1_changes_the_first_power_of_1_minus_p(epsilon):
    miss = 1e-6
    found = poly1([0], [[1 - miss, miss]], epsilon=epsilon, **SURE)
    np.testing.assert_allclose(found, (1 + epsilon) * miss + miss**2 / 2, rtol=1e-4, atol=1e-15)


# --- mistakes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "loss", "options"),
    [
        ("gamma must be at least 0, not -1", focal, {"gamma": -1}),
        ("alpha must be from 0 to 1, not 2", focal, {"alpha": 2}),
        ("gamma must be at least 0", categorical_focal, {"gamma": -0.5}),
        ("alpha must be at least 0", categorical_focal, {"alpha": [1, -1, 1]}),
        (r"alpha has shape \(2,\), but there are 3 classes", categorical_focal, {"alpha": [1, 2]}),
        ("q must be from 0 to 1, not 1.5", generalized_cross_entropy, {"q": 1.5}),
        ("log_zero must be from -50 to 0, not 4", symmetric_cross_entropy, {"log_zero": 4}),
        ("log_zero must be from -50 to 0", symmetric_cross_entropy, {"log_zero": -np.inf}),
        ("beta must be at least 0", symmetric_cross_entropy, {"beta": -1}),
        ("epsilon must be at least -1, not -2", poly1, {"epsilon": -2}),
    ],
)
def test_options_outside_their_ranges(says, loss, options):
    arrays = (YES, SCORES / 12 + 0.5) if loss is focal else (IDS, LOGITS)
    with pytest.raises(ValueError, match=f"{loss.__name__}: {says}"):
        loss(*arrays, **options)


@every_loss
def test_labels_and_probabilities_are_checked(loss):
    with pytest.raises(ValueError, match=rf"{loss.__name__}.*0 to 2.*y_true\[1\] is 3"):
        loss([0, 3], LOGITS[:2])
    with pytest.raises(ValueError, match=f"{loss.__name__}: y_pred.*from_logits=True"):
        loss([0, 2], LOGITS[:2], from_logits=False)
    with pytest.raises(ValueError, match="ignore_index is for class ids"):
        loss(np.eye(3), LOGITS[:3], ignore_index=0)
    with pytest.raises(TypeError, match="no option 'class_weight'"):
        loss(IDS, LOGITS, class_weight=WEIGHT)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_q_below_the_smallest_float_is_the_limit_cross_entropy(dtype):
    z = np.array([[1.0, -2.0, 0.5]], dtype)
    tiny = generalized_cross_entropy([1], z, q=3e-45)
    np.testing.assert_allclose(tiny, cross_entropy([1], z), rtol=1e-6)
