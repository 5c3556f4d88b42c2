"""How the losses go together: values by hand, identities between them, and what they take."""

import numpy as np
import pytest

from tests.numerical import gradients, tensors
from tinynet import Tensor
from tinynet.functional import sigmoid, softmax
from tinynet.losses import (
    cross_entropy,
    huber,
    log_loss,
    mae,
    mse,
    pseudo_huber,
    smooth_l1,
    smooth_l2,
)

E = np.array([[0.3, -0.4], [1.8, -2.5], [0.05, -30.0], [4.0, 0.9]])  # rows of different scale
TRUE = np.array([[1.0, -2.0], [0.5, 3.0], [0.0, 7.0], [-1.0, 0.1]])
LOGITS = np.array([[[2.0, -1, 0.3], [40, 0, 39]], [[-5.0, 5, 0.1], [0.01, 0.02, 0]]])  # (2, 2, 3)
IDS = np.array([[0, 2], [2, 1]])
SHARES = softmax(LOGITS[::-1] / 20)
YES = np.array([[0.0, 1, 0.3], [1, 0, 0.9]])
CHANCE = np.array([[0.1, 0.7, 0.3], [0.2, 0.99, 0.5]])
SCORES = np.array([[9.0, -18, 0.1], [4.5, 27, -9]])
REGRESSION = [mse, mae, smooth_l1, smooth_l2, huber, pseudo_huber]


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "loss", "t", "p", "options"),
    [
        ([0.25, 9], mse, [1, 2], [1.5, -1], {}),
        ([0.5, 3], mae, [1, 2], [1.5, -1], {}),
        ([0.125, 4.5], smooth_l2, [1, 2], [1.5, -1], {}),
        ([0.125, 2.5], smooth_l1, [1, 2], [1.5, -1], {}),
        ([0.0625, 2], smooth_l1, [1, 2], [1.5, -1], {"beta": 2}),
        ([0.5, 3], smooth_l1, [1, 2], [1.5, -1], {"beta": 0}),
        ([0.125, 2.5], huber, [1, 2], [1.5, -1], {}),
        ([0.125, 4], huber, [1, 2], [1.5, -1], {"delta": 2}),
        ([0.25, 2 / 3], pseudo_huber, [0, 0], [0.75, -4 / 3], {}),
        ([1, 8 / 3], pseudo_huber, [0, 0], [1.5, -8 / 3], {"delta": 2}),
        ([np.log(2), np.log(4)], cross_entropy, [0, 1], [[0, 0], [np.log(3), 0]], {}),
        ([np.log(2), np.log(4)], cross_entropy, [[0.5, 0.5], [0, 1]], [[7, 7], [np.log(3), 0]], {}),
        ([np.log(4), 0], cross_entropy, [1, 0], [[0.75, 0.25], [1, 0]], {"from_logits": False}),
        ([np.log(2), np.log(4)], log_loss, [1, 0], [0.5, 0.75], {}),
        ([np.log(2), np.log(4)], log_loss, [1, 0], [0, np.log(3)], {"from_logits": True}),
    ],
)
def test_values_by_hand(values, loss, t, p, options):
    np.testing.assert_allclose(loss(t, p, reduction="none", **options), values, atol=1e-15)
    np.testing.assert_allclose(loss(t, p, reduction="sum", **options), sum(values))
    np.testing.assert_allclose(loss(t, p, **options), sum(values) / 2)
    weighted = loss(t, p, sample_weight=[1, 3], **options)
    np.testing.assert_allclose(weighted, (values[0] + 3 * values[1]) / 4)


@pytest.mark.parametrize(
    ("loss", "t", "p", "textbook"),
    [
        (mse, TRUE, TRUE + E, lambda t, p: np.mean((t - p) ** 2)),
        (mae, TRUE, TRUE + E, lambda t, p: np.mean(np.abs(t - p))),
        (smooth_l2, TRUE, TRUE + E, lambda t, p: 0.5 * np.mean((t - p) ** 2)),
        (
            smooth_l1,
            *(TRUE, TRUE + E),
            lambda t, p: np.mean(
                np.where(np.abs(p - t) < 1, 0.5 * (p - t) ** 2, np.abs(p - t) - 0.5)
            ),
        ),
        (
            huber,
            *(TRUE, TRUE + E),
            lambda t, p: np.mean(np.where(abs(t - p) <= 1, (t - p) ** 2 / 2, abs(t - p) - 1 / 2)),
        ),
        (pseudo_huber, TRUE, TRUE + E, lambda t, p: np.mean(np.sqrt(1 + (t - p) ** 2) - 1)),
        (
            cross_entropy,
            *(SHARES[0], LOGITS[0]),
            lambda t, z: (
                -np.mean(
                    np.sum(t * np.log(np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)), axis=1)
                )
            ),
        ),
        (log_loss, YES, CHANCE, lambda t, p: -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_textbook_line_on_tensors_agrees_with_the_fused_node(loss, t, p, textbook):
    fused, line = tensors((p, p))
    np.testing.assert_allclose(textbook(t, line).data, loss(t, fused).data, rtol=1e-12)
    textbook(t, line).backward()
    loss(t, fused).backward()
    np.testing.assert_allclose(line.grad, fused.grad, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("loss", "t", "p", "options", "slope"),
    [
        (mae, [0.0], [0.0], {}, [0]),
        (smooth_l1, [0.0], [0.0], {"beta": 0}, [0]),
        (smooth_l1, [0.0, 0], [2.0, -2], {"beta": 2}, [1, -1]),
        (huber, [0.0, 0], [2.0, -2], {"delta": 2}, [2, -2]),
        (cross_entropy, [0], [[0.0, 0]], {}, [[-0.5, 0.5]]),
        (log_loss, [1], [0.0], {"from_logits": True}, [-0.5]),
    ],
)
def test_the_slope_at_a_corner(loss, t, p, options, slope):
    x = Tensor(p, requires_grad=True)
    np.testing.assert_array_equal(loss(t, x, reduction="sum", **options).gradient(x), slope)


def test_the_same_tensor_on_both_sides():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for loss in REGRESSION:
        total = loss(x, x)
        assert total.data == 0
        np.testing.assert_array_equal(total.gradient(x), [0, 0])


# --- identities -----------------------------------------------------------------------------


def agree(first, second, x, rtol=1e-12, atol=1e-15):
    """The same values and gradients, row by row."""
    close = {"rtol": rtol, "atol": atol}
    (x,) = tensors((x,))
    upstream = np.arange(1.0, 1 + first(x).size).reshape(first(x).shape)
    np.testing.assert_allclose(first(x).data, second(x).data, **close)
    ours, theirs = gradients(first, [x], upstream), gradients(second, [x], upstream)
    np.testing.assert_allclose(ours, theirs, **close)


@pytest.mark.parametrize("d", [0.1, 1.0, 3.0])
def test_huber_is_delta_times_smooth_l1(d):
    agree(
        lambda p: huber(TRUE, p, delta=d, reduction="none"),
        lambda p: d * smooth_l1(TRUE, p, beta=d, reduction="none"),
        TRUE + E,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda p: smooth_l1(TRUE, p, beta=0), lambda p: mae(TRUE, p)),
        (lambda p: smooth_l1(TRUE, p, beta=1e-9), lambda p: mae(TRUE, p)),
        (lambda p: huber(TRUE, p, delta=1e9), lambda p: smooth_l2(TRUE, p)),
        (lambda p: huber(TRUE, p, delta=np.inf), lambda p: smooth_l2(TRUE, p)),
        (lambda p: pseudo_huber(TRUE, p, delta=1e9), lambda p: smooth_l2(TRUE, p)),
        (lambda p: 2 * smooth_l2(TRUE, p), lambda p: mse(TRUE, p)),
        (lambda p: mse(TRUE, p, sample_weight=[2, 2, 2, 2]), lambda p: mse(TRUE, p)),
        (
            lambda p: mse(TRUE, p, sample_weight=[0, 1, 2, 0]),
            lambda p: mse(TRUE[[1, 2, 2]], p[[1, 2, 2]]),
        ),
    ],
)
def test_limits_and_special_cases(one, other):
    agree(one, other, TRUE + E, rtol=1e-8)


def test_log_loss_is_the_cross_entropy_of_two_classes():
    t = np.array([0, 1, 1, 0])
    agree(
        lambda z: log_loss(t, z, from_logits=True, reduction="none"),
        lambda z: cross_entropy(t, np.stack([0 * z, z], axis=1), reduction="none"),
        np.array([-30.0, -2.0, 0.0, 700.0]),
    )


def test_logits_and_probabilities_agree():
    agree(
        lambda z: cross_entropy(IDS, z, reduction="none"),
        lambda z: cross_entropy(IDS, softmax(z), from_logits=False, reduction="none"),
        LOGITS / 4,
    )
    agree(
        lambda z: log_loss(YES, z, from_logits=True, reduction="none"),
        lambda z: log_loss(YES, sigmoid(z), reduction="none"),
        E[:2, [0, 1, 0]],
    )


@pytest.mark.parametrize(
    "targets",
    [
        np.array([0, 2, 1]),
        np.array([0.0, 2.0, 1.0]),
        np.eye(3)[[0, 2, 1]],
        np.eye(3, dtype=int)[[0, 2, 1]],
        np.eye(3, dtype=bool)[[0, 2, 1]],
        [0, 2, 1],
        Tensor(np.array([0, 2, 1])),
        Tensor(np.eye(3)[[0, 2, 1]]),
        np.array([0, 2, 1], np.uint8),
        np.array([0, 2, 1], np.float32),
    ],
)
def test_class_ids_may_come_in_any_whole_form(targets):
    z = np.array([[1.0, 2, 3], [0, 0, 1], [5, 5, 5]])
    expected = -np.log(softmax(z)[range(3), [0, 2, 1]])
    found = cross_entropy(targets, Tensor(z), reduction="none")
    np.testing.assert_allclose(found.data, expected)


@pytest.mark.parametrize("e", [0.0, 0.3, -0.9, 1.0, -1.5, 40.0])
def test_the_wrong_smooth_l1_is_half_the_square_everywhere(e):
    wrong = max(0.5 * e**2, abs(e) - 0.5)  # as one can read in print
    assert wrong == smooth_l2(0.0, e)
    assert (smooth_l1(0.0, e) < wrong) == (abs(e) > 1)


# --- types ---------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", REGRESSION, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("t", [3, [1, 2], np.array([True, False]), Tensor(np.array([1, 2]))])
def test_targets_may_be_whole_numbers_lists_and_scalars(loss, t):
    p = np.full(np.shape(t), 1.5, np.float32)
    assert loss(t, Tensor(p)).dtype == np.float32
    assert loss(t, np.full(np.shape(t), 2)).dtype == np.float64


@pytest.mark.parametrize("weight", [3.0, np.array(3.0)])
def test_a_single_loss_takes_a_single_weight(weight):
    assert mse(1.0, 3.0, sample_weight=weight) == 4
    assert mse(1.0, 3.0, sample_weight=weight, reduction="sum") == 12
    np.testing.assert_allclose(cross_entropy(1, [0.0, 0.0], sample_weight=weight), np.log(2))
