"""Losses of overlap: by hand, against scikit-learn's F scores, and what they refuse."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, fbeta_score, jaccard_score

from tinynet import Tensor
from tinynet.functional import sigmoid
from tinynet.losses.overlap import dice, tversky

TRUE = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 1, 0]])
PRED = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 0]])  # TP 1, FP 2, FN 1; TP 2, FP 0, FN 1
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("loss", "options", "values"),
    [
        (dice, {}, [1 - 3 / 6, 1 - 5 / 6]),
        (dice, {"smooth": 4}, [1 - 6 / 9, 1 - 8 / 9]),
        (tversky, {}, [1 - 3 / 6, 1 - 5 / 6]),
        (tversky, {"alpha": 1, "beta": 0}, [1 - 3 / 7, 1 - 5 / 5]),
        (tversky, {"alpha": 0, "beta": 2, "smooth": 2}, [1 - 4 / 8, 1 - 6 / 10]),
    ],
)
def test_values_by_hand(loss, options, values):
    np.testing.assert_allclose(loss(TRUE, PRED, reduction="none", **options), values, atol=1e-15)


@pytest.mark.parametrize(
    ("score", "options", "prices"),
    [
        (f1_score, {}, (0.5, 0.5)),
        (jaccard_score, {}, (1, 1)),
        (fbeta_score, {"beta": 2}, (1 / 5, 4 / 5)),  # α = 1 / (1 + β²)
    ],
)
def test_tversky_of_certain_masks_is_one_minus_an_f_score(score, options, prices):
    t, p = RNG.integers(0, 2, size=(2, 8, 20))
    alpha, beta = prices
    found = tversky(t, p, alpha=alpha, beta=beta, smooth=1e-12, reduction="none")
    expected = [1 - score(*row, **options) for row in zip(t, p, strict=True)]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("smooth", [1e-6, 1.0, 30.0])
@pytest.mark.parametrize("logits", [False, True])
def test_dice_is_tversky_with_equal_prices(smooth, logits):
    t, p = RNG.uniform(size=(2, 3, 7))
    options = {"smooth": smooth, "from_logits": logits, "reduction": "none"}
    np.testing.assert_array_equal(dice(t, p, **options), tversky(t, p, **options))


def test_half_of_smooth_is_that_of_the_other_way_to_write_tversky():
    t, p = RNG.uniform(size=(2, 7))
    right = t @ p + 3
    expected = 1 - right / (right + 0.3 * ((1 - t) @ p) + 0.7 * (t @ (1 - p)))
    np.testing.assert_allclose(tversky(t, p, alpha=0.3, beta=0.7, smooth=6), expected)


def test_logits_and_probabilities_agree():
    t, z = RNG.uniform(size=(3, 7)), Tensor(RNG.normal(size=(3, 7)), requires_grad=True)
    first, second = dice(t, z, from_logits=True), dice(t, sigmoid(z))
    np.testing.assert_allclose(first.data, second.data, rtol=1e-14)
    np.testing.assert_allclose(first.gradient(z), second.gradient(z), rtol=1e-12)


def test_background_that_is_right_does_not_matter():
    t, p = np.zeros((1, 1000)), np.zeros((1, 1000))
    t[0, :4], p[0, 2:5] = 1, 1
    assert dice(t, p) == dice(t[:, :5], p[:, :5])


@pytest.mark.parametrize("smooth", [1.0, 1e-300])
def test_empty_masks_cost_nothing(smooth):
    assert dice(np.zeros((1, 4)), np.zeros((1, 4)), smooth=smooth) == 0


@pytest.mark.parametrize(
    ("says", "loss", "t", "p", "options"),
    [
        ("0 for no and 1 for yes", dice, [[2, 0]], [[0.5, 0.5]], {}),
        ("from_logits=True", dice, [[1, 0]], [[3.0, -1.0]], {}),
        (r"\(2,\).*\(1, 2\)", tversky, [1, 0], [[0.5, 0.5]], {}),
        ("smooth must be above 0, not 0", dice, [[1, 0]], [[0.5, 0.5]], {"smooth": 0}),
        ("alpha must be at least 0, not -1", tversky, [[1, 0]], [[0.5, 0.5]], {"alpha": -1}),
        ("beta must be at least 0, not -1", tversky, [[1, 0]], [[0.5, 0.5]], {"beta": -1}),
    ],
)
def test_what_is_refused(says, loss, t, p, options):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(t, p, **options)


def test_a_sigmoid_in_front_of_logits_is_reported():
    z = Tensor([[0.5, 1.0]], requires_grad=True)
    with pytest.warns(UserWarning, match="dice applies sigmoid itself"):
        dice([[1, 0]], sigmoid(z), from_logits=True)
