"""Losses of a margin: values and corners by hand, what they estimate, and what they refuse."""

import numpy as np
import pytest
from sklearn.metrics import hinge_loss

from tinynet import Tensor
from tinynet.functional import softmax
from tinynet.losses import log_loss
from tinynet.losses.margins import (
    exponential,
    hinge,
    multiclass_hinge,
    multilabel_soft_margin,
    perceptron,
    soft_margin,
    squared_hinge,
)

SIGNED = [hinge, squared_hinge, soft_margin, perceptron, exponential]
THREE = [[2.0, 1.5, -1.0], [0.0, 3.0, 1.0]]


@pytest.mark.parametrize(
    ("loss", "values", "slopes"),
    [  # at the margins −2, 0, 1, 3
        (hinge, [3, 1, 0, 0], [-1, -1, 0, 0]),
        (squared_hinge, [9, 1, 0, 0], [-6, -2, 0, 0]),
        (soft_margin, np.log1p(np.exp([2, 0, -1, -3])), -1 / (1 + np.exp([-2.0, 0, 1, 3]))),
        (perceptron, [2, 0, 0, 0], [-1, 0, 0, 0]),
        (exponential, np.exp([2, 0, -1, -3]), -np.exp([2, 0, -1, -3])),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_values_and_slopes_by_hand_also_at_the_corner(loss, values, slopes, sign):
    z = Tensor(sign * np.array([-2.0, 0, 1, 3]), requires_grad=True)
    y = loss(np.full(4, sign), z, reduction="none")
    np.testing.assert_allclose(y.data, values)
    np.testing.assert_allclose(y.gradient(z, gradient=np.ones(4)), sign * np.array(slopes))


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({}, [0.5 / 3, 6 / 3]),  # 1 − 2 + 1.5; 1 − 0 + 3 and 1 − 0 + 1
        ({"p": 2}, [0.25 / 3, 20 / 3]),
        ({"margin": 0.25}, [0, 4.5 / 3]),
        ({"margin": 2, "p": 2}, [2.25 / 3, 34 / 3]),
    ],
)
@pytest.mark.parametrize("y", [[0, 0], np.eye(3)[[0, 0]], np.eye(3, dtype=bool)[[0, 0]]])
def test_multiclass_hinge_by_hand(y, options, values):
    np.testing.assert_allclose(multiclass_hinge(y, THREE, reduction="none", **options), values)


def test_multiclass_hinge_has_slope_0_at_its_corner():
    z = Tensor([[1.0, 0.0, 0.5]], requires_grad=True)  # leads class 1 by just the margin
    slope = multiclass_hinge([0], z).gradient(z)
    np.testing.assert_allclose(slope, [[-1 / 3, 0, 1 / 3]])


@pytest.mark.parametrize("p", [1, 2])
def test_multiclass_hinge_of_two_classes_is_half_a_hinge(p):
    z = np.random.default_rng(0).normal(scale=2, size=(20, 2))
    two = hinge if p == 1 else squared_hinge
    found = multiclass_hinge(np.arange(20) % 2, z, p=p, reduction="none")
    expected = two(2 * (np.arange(20) % 2) - 1, z[:, 1] - z[:, 0], reduction="none") / 2
    np.testing.assert_allclose(found, expected)


def test_hinge_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    t, z, w = rng.choice([-1, 1], 50), rng.normal(scale=2, size=50), rng.uniform(size=50)
    np.testing.assert_allclose(hinge(t, z, sample_weight=w), hinge_loss(t, z, sample_weight=w))


def test_soft_margin_and_its_multilabel_kin_are_log_loss_of_logits():
    rng = np.random.default_rng(0)
    yes, z = rng.integers(0, 2, size=(6, 4)), rng.normal(scale=5, size=(6, 4))
    expected = log_loss(yes, z, from_logits=True, reduction="none")
    np.testing.assert_allclose(soft_margin(2 * yes - 1, z, reduction="none"), expected)
    rows = multilabel_soft_margin(yes, z, reduction="none")
    np.testing.assert_allclose(rows, expected.mean(axis=1))


def test_gradients_keep_their_digits_where_the_model_is_sure():
    z = Tensor([[40.0, -40.0]], requires_grad=True)
    slope = multilabel_soft_margin([[1, 0]], z).gradient(z)
    np.testing.assert_allclose(slope, [[-np.exp(-40) / 2, np.exp(-40) / 2]], rtol=1e-12)


@pytest.mark.parametrize(
    ("loss", "best"),
    [  # for a label 1 with probability 0.8
        (hinge, 1),
        (squared_hinge, 0.6),
        (soft_margin, np.log(4)),
        (exponential, np.log(4) / 2),
        (perceptron, 0),
    ],
)
def test_the_best_constant(loss, best):
    z = np.linspace(-2, 2, 4001)
    expected = 0.8 * loss(0 * z + 1, z, reduction="none") + 0.2 * loss(
        0 * z - 1, z, reduction="none"
    )
    assert abs(z[np.argmin(expected)] - best) <= 1e-3


@pytest.mark.parametrize(
    ("shares", "best"),
    [([0.6, 0.3, 0.1], [2, 1, 0]), ([0.4, 0.3, 0.3], [1, 0, 0]), ([0.4, 0.35, 0.25], [1, 1, 0])],
)
def test_the_best_constant_of_multiclass_hinge_may_be_a_tie(shares, best):
    line = np.linspace(-1, 3, 17)
    grid = np.array([(a, b, 0) for a in line for b in line])
    risk = sum(
        share * multiclass_hinge(np.full(len(grid), y), grid, reduction="none")
        for y, share in enumerate(shares)
    )
    np.testing.assert_array_equal(grid[np.argmin(risk.round(12))], best)


@pytest.mark.parametrize("loss", SIGNED, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize(
    ("t", "says"),
    [
        ([0, 1], r"−1 and 1, but holds 0: from 0 and 1, 2 \* y_true - 1"),
        ([1, 2], "−1 and 1, but holds 2"),
        ([-1, 0.5], "but holds 0.5"),
        ([1, 1, 1], r"\(3,\).*\(2,\)"),
    ],
)
def test_labels_that_are_no_signs_are_refused(loss, t, says):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(t, [0.5, -0.5])


@pytest.mark.parametrize(
    ("says", "loss", "t", "z", "options"),
    [
        ("margin.* down to -800.*float64.*soft_margin", exponential, [1, 1], [-800.0, 3], {}),
        ("margin.* down to -90.*float32.*soft_margin", exponential, [-1], np.float32([90]), {}),
        ("p must be 1 or 2.*not 3", multiclass_hinge, [0, 0], THREE, {"p": 3}),
        ("p must be 1 or 2.*not 1.5", multiclass_hinge, [0, 0], THREE, {"p": 1.5}),
        ("margin must be at least 0.*-1", multiclass_hinge, [0, 0], THREE, {"margin": -1}),
        (r"0 to 2.*y_true\[1\] is 3", multiclass_hinge, [0, 3], THREE, {}),
        (
            r"single true class.*y_true\[1\] is \[0.5 0.5 0. \].*cross_entropy",
            multiclass_hinge,
            [[1, 0, 0], [0.5, 0.5, 0]],
            THREE,
            {},
        ),
        ("0 for no and 1 for yes", multilabel_soft_margin, [[1, -1]], [[0.0, 1.0]], {}),
    ],
)
def test_what_else_is_refused(says, loss, t, z, options):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(t, z, **options)


def test_the_largest_margin_that_exponential_takes_does_not_overflow():
    with np.errstate(all="raise"):
        assert np.isfinite(exponential([1, 1], [-709.0, -709.0], reduction="sum"))
        assert np.isfinite(exponential(np.float32([1]), np.float32([-88.7])))


def test_rows_that_do_not_count_may_hold_anything():
    rows, where = np.array([[1, 0, 0], [np.nan] * 3]), [True, False]
    assert multiclass_hinge(rows, THREE, where=where) == multiclass_hinge([0], THREE[:1])
    assert exponential([1, 1], [0.0, -1e6], where=where) == 1


def test_a_softmax_in_front_of_multiclass_hinge_is_no_mistake(recwarn):
    multiclass_hinge([0, 1], softmax(Tensor(THREE, requires_grad=True)))
    assert not recwarn
