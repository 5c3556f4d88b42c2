"""Losses for classes: values by hand, what they estimate, and what they refuse."""

import numpy as np
import pytest
from sklearn import metrics

from tests.cases.losses.classification import CHANCES, CUTS, HEIGHTS, IDS, LOGITS, ORDER, WEIGHT
from tests.numerical import tensors
from tinynet import Tensor
from tinynet.functional import log_softmax, softmax
from tinynet.losses import mse
from tinynet.losses.classification import brier, cross_entropy, log_loss, nll, ordinal

LOG_2 = np.log(2)
HALF = np.log([[0.5, 0.5]] * 2)
CERTAIN = {"from_logits": False}


@pytest.mark.parametrize(
    ("values", "loss", "arrays", "options"),
    [
        ([LOG_2, 2 * LOG_2], nll, ([0, 1], np.log([[0.5, 0.5], [0.75, 0.25]])), {}),
        ([LOG_2, LOG_2], nll, ([[0.3, 0.7], [1, 0]], HALF), {}),
        ([3 * LOG_2, 5 * LOG_2], nll, ([0, 1], HALF), {"class_weight": [3, 5]}),
        ([0.5, 2], brier, ([0, 1], [[7.0, 7], [1e4, 0]]), {}),
        ([0.125, 1.125], brier, ([0, 1], [[0.75, 0.25]] * 2), CERTAIN),
        ([0.02, 0.32], brier, ([0, 1], [[1, 0], [0.5, 0.5]]), CERTAIN | {"label_smoothing": 0.2}),
        ([LOG_2, 2 * LOG_2], ordinal, ([1, 2], [0.0, 0], [-np.log(3), np.log(3)]), {}),  # ½, ¼
        ([LOG_2, LOG_2], ordinal, ([0, 1], [5.0, 5], [5.0]), {}),
    ],
)
def test_values_by_hand(values, loss, arrays, options):
    np.testing.assert_allclose(loss(*arrays, reduction="none", **options), values, rtol=1e-12)


@pytest.mark.parametrize("weight", [None, [0.5, 0, 2, 1, 3]])
def test_scikit_learn_gives_the_same_means(weight):
    ours, theirs = {"sample_weight": weight, "from_logits": False}, {"sample_weight": weight}
    expected = metrics.log_loss(IDS, CHANCES, **theirs)
    np.testing.assert_allclose(cross_entropy(IDS, CHANCES, **ours), expected)
    np.testing.assert_allclose(nll(IDS, np.log(CHANCES), **theirs), expected)
    chance = CHANCES[:, 0]
    np.testing.assert_allclose(
        log_loss(IDS == 0, chance, **theirs), metrics.log_loss(IDS == 0, chance, **theirs)
    )
    whole = metrics.brier_score_loss(IDS, CHANCES, scale_by_half=False, **theirs)
    np.testing.assert_allclose(brier(IDS, CHANCES, **ours), whole)


# --- identities -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"class_weight": WEIGHT}, {"label_smoothing": 0.2}, {"ignore_index": 2}]
)
def test_nll_of_log_softmax_is_cross_entropy(options):
    (z,) = tensors((LOGITS,))
    split, fused = nll(IDS, log_softmax(z), **options), cross_entropy(IDS, z, **options)
    np.testing.assert_allclose(split.data, fused.data)
    np.testing.assert_allclose(split.gradient(z), fused.gradient(z), atol=1e-12)


def test_brier_of_two_classes_is_twice_the_squared_error():
    yes, p = np.array([0.0, 1, 1]), np.array([0.2, 0.2, 1])
    twice = brier(yes, np.stack([1 - p, p], axis=-1), reduction="none", **CERTAIN)
    np.testing.assert_allclose(twice, 2 * mse(yes, p, reduction="none"))


def test_ordinal_with_one_threshold_at_0_is_log_loss():
    t, (z,) = np.array([0, 1, 1, 0]), tensors((np.array([-30.0, -2, 0, 700]),))
    ours, theirs = ordinal(t, z, [0.0]), log_loss(t, z, from_logits=True)
    np.testing.assert_allclose(ours.data, theirs.data)
    np.testing.assert_allclose(ours.gradient(z), theirs.gradient(z))


def test_probabilities_of_the_ordered_classes_add_up_to_1():
    losses = [ordinal(np.full(6, k), HEIGHTS, CUTS, reduction="none") for k in range(4)]
    np.testing.assert_allclose(np.sum(np.exp(-np.array(losses)), axis=0), 1)


@pytest.mark.parametrize("score", [40.0, -40.0])
def test_ordinal_keeps_its_digits_where_the_difference_of_two_sigmoids_is_0(score):
    """P(1) is about e^−40 (e − 1/e), of which 1 − 1 leaves nothing."""
    exact = 40 - np.log(np.e - 1 / np.e)
    np.testing.assert_allclose(ordinal([1], [score], [-1.0, 1.0]), exact, rtol=1e-15)


# --- what they estimate -----------------------------------------------------------------------


@pytest.mark.parametrize("loss", [cross_entropy, brier], ids=lambda loss: loss.__name__)
def test_the_shares_of_the_classes_are_the_best_constant(loss):
    ids = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
    z = Tensor(np.log([0.3, 0.2, 0.5]), requires_grad=True)
    slope = loss(ids, z + np.zeros((10, 1))).gradient(z)
    np.testing.assert_allclose(slope, 0, atol=1e-15)
    slope = loss(ids, z + np.ones((10, 1)) * [0.1, 0, 0]).gradient(z)
    assert slope[0] > 0.01  # and no other


def test_the_best_thresholds_cut_the_sample_into_its_shares():
    ids = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
    shares = np.array([0.3, 0.5])  # of y ≤ 0 and of y ≤ 1
    cuts = Tensor(np.log(shares / (1 - shares)), requires_grad=True)
    np.testing.assert_allclose(ordinal(ids, np.zeros(10), cuts).gradient(cuts), 0, atol=1e-15)


def test_thresholds_can_be_learned_with_the_model():
    first, logs = tensors((np.array([3.0]), np.zeros(2)))
    scores, before = Tensor(HEIGHTS / 4), None
    for _ in range(300):
        cuts = np.cumsum(np.concatenate([first, np.exp(logs)]))
        y = ordinal(ORDER, scores, cuts)
        before = before or y.item()
        for x, g in zip((first, logs), y.gradient(first, logs), strict=True):
            x.data = x.data - 0.5 * g
    assert y.item() < 0.7 * before
    assert abs(first.data[0]) < 2


# --- what counts ------------------------------------------------------------------------------


def test_a_mask_as_long_as_the_thresholds_leaves_them_alone():
    where = np.array([True, False])
    masked = ordinal([0, 2], [0.5, np.nan], [-1.0, 2.0], where=where)
    np.testing.assert_allclose(masked, ordinal([0], [0.5], [-1.0, 2.0]))


@pytest.mark.parametrize("options", [{"where": [True, False]}, {"ignore_index": -1}])
def test_a_masked_row_of_nll_may_hold_anything(options):
    options = {name: np.array(value) for name, value in options.items()}
    found = nll([0, 1 if "where" in options else -1], [HALF[0], [np.nan, 7]], **options)
    np.testing.assert_allclose(found, LOG_2)
    assert found.dtype == np.float64


def test_float32_stays_float32_with_weights_of_float64():
    z = Tensor(LOGITS.astype(np.float32), requires_grad=True)
    y = cross_entropy(IDS, z, class_weight=WEIGHT)
    assert (y.dtype, y.gradient(z, create_graph=True).dtype) == (np.float32, np.float32)
    assert ordinal(ORDER, HEIGHTS.astype(np.float32), CUTS).dtype == np.float32


# --- mistakes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "loss", "arguments"),
    [
        ("logarithms at most 0.*from -1 to 3.*log_softmax.*cross_entropy", nll, ([0], [[3.0, -1]])),
        ("row 1 it is 0.9.*cross_entropy", nll, ([0, 1], np.log([[0.5, 0.5], [0.5, 0.4]]))),
        ("logarithms.*NaN", nll, ([0], [[0.0, np.nan]])),
        (r"0 to 1.*y_true\[0\] is 2", nll, ([2], HALF[:1])),
        ("at least 2", nll, ([0], [[-1.0]])),
        (r"\(3,\).*2 classes", nll, ([0], HALF[:1], {"class_weight": [1, 2, 3]})),
        (r"where has shape \(3,\)", nll, ([0], HALF[:1], {"where": np.ones(3, bool)})),
        ("rows of y_pred.*sums to 1.2", brier, ([0], [[0.6, 0.6]], CERTAIN)),
        ("for class ids", brier, ([[0.5, 0.5]], [[1.0, 2]], {"ignore_index": 1})),
        ("label_smoothing", brier, ([0], [[1.0, 2]], {"label_smoothing": 1.5})),
        ("must increase.*cumsum", ordinal, ([0], [0.0], [1.0, 0.5])),
        ("must increase", ordinal, ([0], [0.0], [1.0, 1.0])),
        ("must increase", ordinal, ([0], [0.0], [1.0, np.nan])),
        ("must increase", ordinal, ([0], [0.0], [1.0, np.inf])),
        (r"shape \(1, 2\).*one row", ordinal, ([0], [0.0], [[1.0, 2.0]])),
        (r"shape \(\).*one row", ordinal, ([0], [0.0], 1.0)),
        (r"shape \(0,\).*one row", ordinal, ([0], [0.0], [])),
        (r"0 to 2.*y_true\[1\] is 3", ordinal, ([0, 3], [0.0, 0], [1.0, 2.0])),
        (r"\(2,\).*\(1,\)", ordinal, ([0, 1], [0.0], [1.0, 2.0])),
        ("swapped", ordinal, (Tensor([0.0], requires_grad=True), [0.0], [1.0])),
    ],
)
def test_mistakes_are_explained(says, loss, arguments):
    options = arguments[-1] if isinstance(arguments[-1], dict) else {}
    arrays = [x for x in arguments if x is not options]
    with pytest.raises(ValueError, match=f"{loss.__name__}: .*{says}"):
        loss(*arrays, **options)


def test_a_softmax_in_front_is_reported_where_it_is_wrong():
    z = Tensor(LOGITS, requires_grad=True)
    with pytest.warns(UserWarning, match="brier applies softmax itself"):
        brier(IDS, softmax(z))
    with pytest.raises(ValueError, match="nll: y_pred must be logarithms"):
        nll(IDS, softmax(z))
