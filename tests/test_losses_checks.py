"""What a loss says to a mistake: what happened, with the shapes or values, and how to mend it."""

import numpy as np
import pytest

from tests.cases.losses import ALL
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

ONES, LINE, PAIR = np.ones(3), np.ones((3, 1)), np.array([[0.5, 0.5]] * 3)
REGRESSION = [mse, mae, smooth_l1, smooth_l2, huber, pseudo_huber]
CHANCE, LOGITS = [0.1, 0.7, 0.3], np.zeros((2, 2, 3))
SHAPES = [
    (ONES, LINE, r"\(3,\).*\(3, 1\).*\(3, 3\).*reshape\(3, 1\)"),
    (LINE, ONES, r"\(3, 1\).*\(3,\).*\(3, 3\).*reshape\(3,\)"),
    (1.0, ONES, r"\(\).*\(3,\)"),
    (ONES, np.ones((2, 3)), r"\(3,\).*\(2, 3\)"),
    (ONES, np.ones(4), r"\(3,\).*\(4,\)"),
]


ONE_EACH = list({case.loss: case for module in ALL for case in module.CASES}.values())
every_case = pytest.mark.parametrize("case", ONE_EACH, ids=str)


def leaf(data):
    return Tensor(np.array(data), requires_grad=True)


@pytest.mark.parametrize(("t", "p", "says"), SHAPES)
@pytest.mark.parametrize("loss", [*REGRESSION, log_loss], ids=lambda loss: loss.__name__)
def test_shapes_must_be_equal(loss, t, p, says):
    with pytest.raises(ValueError, match=f"{loss.__name__}.*{says}"):
        loss(t, p)


@pytest.mark.parametrize(
    ("says", "options"),
    [
        ("reduction.*'average'", lambda n: {"reduction": "average"}),
        ("reduction.*None", lambda n: {"reduction": None}),
        (r"sample_weight has shape \(99,\)", lambda n: {"sample_weight": np.ones(99)}),
        ("sample weights", lambda n: {"sample_weight": [1] * (n - 1) + [-1]}),
        ("sample weights", lambda n: {"sample_weight": [0] * n}),
        ("sample weights", lambda n: {"sample_weight": [1] * (n - 1) + [np.nan]}),
        ("sample_weight gets no gradient", lambda n: {"sample_weight": leaf(np.ones(n))}),
    ],
)
@every_case
def test_what_every_loss_refuses(case, says, options):
    count = len(case.formula(*case.arrays))
    with pytest.raises(ValueError, match=f"{case.loss.__name__}.*{says}"):
        case.loss(*case.arrays, **case.options, **options(count))


@every_case
def test_masks_are_true_and_false_of_a_fitting_shape(case):
    count = len(case.formula(*case.arrays))
    if case.loss.__name__ == "info_nce":  # refuses every mask
        return
    with pytest.raises(ValueError, match="where must hold True and False.*astype"):
        case.loss(*case.arrays, where=np.ones(count), **case.options)
    with pytest.raises(ValueError, match=r"where has shape \(99,\).*one per sample"):
        case.loss(*case.arrays, where=np.ones(99, bool), **case.options)


@every_case
def test_unknown_options_and_too_many_arguments(case):
    for name in ("weights", "options"):
        with pytest.raises(TypeError, match=f"no option '{name}'"):
            case.loss(*case.arrays, **{name: 2})
    with pytest.raises(TypeError, match="options are given by name"):
        case.loss(*case.arrays, 2)
    with pytest.raises(TypeError, match=f"{case.loss.arrays[-1]} is missing"):
        case.loss(*case.arrays[:-1])


@pytest.mark.parametrize("case", [c for c in ONE_EACH if c.loss.labelled], ids=str)
def test_swapped_arguments_are_seen_by_who_carries_the_gradient(case):
    y_true, *others = case.arrays
    with pytest.raises(ValueError, match="swapped.*y_true, "):
        case.loss(leaf(np.asarray(y_true, float)), *others)


@every_case
def test_arrays_may_be_given_by_name(case):
    named = dict(zip(case.loss.arrays, case.arrays, strict=True))
    expected = case.loss(*case.arrays, **case.options)
    np.testing.assert_array_equal(case.loss(**named, **case.options), expected)


@pytest.mark.parametrize(
    "case", [c for c in ONE_EACH if not c.loss.rows and len(c.loss.arrays) == 2], ids=str
)
def test_only_losses_of_rows_have_an_axis(case):
    with pytest.raises(TypeError, match="has no axis"):
        case.loss(*case.arrays, axis=0)


@pytest.mark.parametrize(
    ("says", "loss", "t", "p", "options"),
    [
        ("beta.*-1", smooth_l1, ONES, ONES, {"beta": -1}),
        ("beta.*nan", smooth_l1, ONES, ONES, {"beta": np.nan}),
        ("delta.*0", huber, ONES, ONES, {"delta": 0}),
        ("delta.*-2", pseudo_huber, ONES, ONES, {"delta": -2}),
        (r"0 to 1.*y_true\[1\] is 2", cross_entropy, [0, 2, 1], PAIR, {}),
        (r"0 to 1.*y_true\[2\] is 2.*subtract 1", cross_entropy, [1, 1, 2], PAIR, {}),
        (r"0 to 1.*y_true\[0\] is -1", cross_entropy, [-1, 0, 1], PAIR, {}),
        (r"whole numbers.*y_true\[1\] is 0.5", cross_entropy, [0, 0.5, 1], PAIR, {}),
        (r"whole numbers.*y_true\[1\] is nan", cross_entropy, [0, np.nan, 1], PAIR, {}),
        (r"0 to 2.*y_true\[1, 0\] is 3", cross_entropy, [[0, 1], [3, 1]], LOGITS, {}),
        (r"\(3, 1\).*at least 2.*log_loss", cross_entropy, [0, 0, 0], LINE, {}),
        (r"\(3,\).*\(3, 2\)", cross_entropy, LINE, PAIR, {}),
        (r"\(4,\).*\(3, 2\).*\(3,\)", cross_entropy, [0, 1, 0, 1], PAIR, {}),
        ("y_true.*0 to 1.*3", cross_entropy, [[3, -2]] * 3, PAIR, {}),
        (
            "rows of y_true.*row 1 sums to 0.9",
            cross_entropy,
            [[1, 0], [0.8, 0.1], [0, 1]],
            PAIR,
            {},
        ),
        (
            "rows of y_pred.*row 0 sums to 1.2",
            cross_entropy,
            [0],
            [[0.6, 0.6]],
            {"from_logits": False},
        ),
        (
            "y_pred.*from -1 to 3.*from_logits=True",
            cross_entropy,
            [0],
            [[3.0, -1.0]],
            {"from_logits": False},
        ),
        ("y_true.*from 1 to 2.*0 for no and 1 for yes", log_loss, [1, 2, 1], CHANCE, {}),
        ("y_true.*from -1 to 1", log_loss, [-1, 1, 1], CHANCE, {"from_logits": True}),
        ("y_pred.*from -0.1 to 0.5.*from_logits=True", log_loss, [0, 1], [-0.1, 0.5], {}),
        ("y_pred.*nan", log_loss, [0, 1], [np.nan, 0.5], {}),
    ],
)
def test_labels_probabilities_and_options_are_checked(says, loss, t, p, options):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(t, Tensor(p) if isinstance(p, np.ndarray) else p, **options)


def test_a_little_rounding_is_no_mistake():
    p = np.float32([[0.1, 0.2, 0.7]]) + np.float32(2e-8)
    assert cross_entropy([2], p, from_logits=False).dtype == np.float32
    assert np.isfinite(log_loss([1.0], np.array([1 + 2e-16])))


@pytest.mark.parametrize(("classes", "floor"), [(2, 0.313), (3, 0.551)])
def test_a_softmax_in_front_of_cross_entropy_is_reported_with_its_floor(classes, floor):
    z = Tensor(1e4 * np.eye(classes), requires_grad=True)  # as right as one can be
    ids = np.arange(classes)
    with pytest.warns(UserWarning, match=f"softmax.*{floor} for {classes} classes") as caught:
        assert round(cross_entropy(ids, softmax(z)).item(), 3) == floor
    assert caught[0].filename == __file__
    assert cross_entropy(ids, z).item() == 0
    assert cross_entropy(ids, softmax(z), from_logits=False).item() < 1e-12


def test_a_sigmoid_in_front_of_log_loss_is_reported_with_its_floor():
    z = Tensor([1e4], requires_grad=True)
    with pytest.warns(UserWarning, match="sigmoid.*0.313") as caught:
        assert round(log_loss([1], sigmoid(z), from_logits=True).item(), 3) == 0.313
    assert caught[0].filename == __file__
    assert log_loss([1], sigmoid(z)).item() < 1e-12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("end, sign", [(0, -1), (1, 1)])
def test_a_probability_may_be_off_by_rounding_and_by_no_more(dtype, end, sign):
    off = sign * np.finfo(dtype).eps
    assert np.isfinite(log_loss(np.array([1.0], dtype), np.array([end + 2 * off], dtype)))
    with pytest.raises(ValueError, match="from 0 to 1"):
        log_loss(np.array([1.0], dtype), np.array([end + 50 * off], dtype))
