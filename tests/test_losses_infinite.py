"""Logits of −∞ and ∞: what cannot be has no part in a loss, with every warning an error."""

import numpy as np
import pytest

from tinynet import Tensor, losses
from tinynet.functional import log_softmax

FAR = 100.0  # where the losses are at their limit, and a float16 holds the sum of such squares
ROWS = {"class logit", "class probability", "halves", "log-probability"}  # kinds of an axis
LABELS = {"logit", "probability", "label logit", "background", "margin"}
ALSO = {  # options at which a power or a part of the loss vanishes
    "categorical_focal": {"gamma": 0.0},
    "focal": {"gamma": 0.0},
    "generalized_cross_entropy": {"q": 0.0},
    "multiclass_hinge": {"p": 2},
    "symmetric_cross_entropy": {"alpha": 0.0},
}
DIGITS = {np.float16: 1e-2, np.float32: 1e-5, np.float64: 1e-12}


def of_kinds(kinds):
    """Each loss drawn along one of these axes, also with its further options, in each dtype."""
    cases = []
    for name, loss in losses.names().items():
        given = {"from_logits": True} if loss.defaults.get("from_logits") is False else {}
        for extra in ({}, ALSO.get(name)):
            if loss.card.axis.kind in kinds and extra is not None:
                cases += [
                    pytest.param(loss, given | extra, dtype, id=f"{name}{extra}-{dtype.__name__}")
                    for dtype in DIGITS
                ]
    return pytest.mark.parametrize(("loss", "options", "dtype"), cases)


def value_and_gradient(loss, y_true, logits, options):
    """Values per row or element, and the gradient of their sum in the logits."""
    z = Tensor(logits, requires_grad=True)
    with np.errstate(all="raise"):
        y = loss(y_true, log_softmax(z) if loss is losses.nll else z, reduction="none", **options)
        gradient = y.gradient(z, gradient=np.ones_like(y.data))
        recorded = y.gradient(z, gradient=np.ones_like(y.data), create_graph=True)
    np.testing.assert_allclose(recorded.data, gradient, rtol=1e-6)
    assert y.dtype == gradient.dtype == logits.dtype
    return y.data, gradient


def logits(dtype, rows=5):
    return np.random.default_rng(0).normal(size=(rows, 3)).astype(dtype)


@of_kinds(ROWS)
@pytest.mark.parametrize("certain", [True, False], ids=["ids", "probabilities"])
def test_a_masked_class_counts_as_left_out(loss, options, dtype, certain):
    y, z = np.array([0, 1, 2, 1, 0]), logits(dtype)
    if not certain and loss is not losses.multiclass_hinge:  # which takes none
        y = np.random.default_rng(1).dirichlet(np.ones(3), 5).astype(dtype)
    masked = np.insert(z, 3, -np.inf, axis=1)
    wide = y if y.ndim == 1 else np.insert(y, 3, 0, axis=1)
    classes = (3, 4) if loss is losses.multiclass_hinge else (1, 1)  # it divides by them
    left_out = [classes[0] * x for x in value_and_gradient(loss, y, z, options)]
    value, gradient = (classes[1] * x for x in value_and_gradient(loss, wide, masked, options))
    close = {"rtol": DIGITS[dtype], "atol": DIGITS[dtype]}
    np.testing.assert_allclose(value, left_out[0], **close)
    np.testing.assert_allclose(gradient[:, :3], left_out[1], **close)
    np.testing.assert_array_equal(gradient[:, 3], 0)


@of_kinds(ROWS)
@pytest.mark.parametrize("others", [[0, 1], [-np.inf, 1]], ids=["one masked", "two masked"])
def test_a_masked_class_that_is_true_costs_the_most_that_the_loss_can(loss, options, dtype, others):
    """∞, unless the loss is bounded."""
    masked, far = (np.array([[z, *others]], dtype) for z in (-np.inf, -FAR))
    with np.errstate(all="raise", under="ignore"):
        value = loss([0], log_softmax(masked) if loss is losses.nll else masked, **options)
        limit = loss([0], log_softmax(far) if loss is losses.nll else far, **options)
    np.testing.assert_allclose(value, np.inf if limit > FAR / 20 else limit, rtol=DIGITS[dtype])


@of_kinds(LABELS)
def test_certain_of_a_label_is_the_limit_of_nearly_certain(loss, options, dtype):
    no = -1 if loss.card.axis.kind == "margin" else 0
    y, z = np.array([[no, 1]], dtype), np.array([[-np.inf, np.inf]], dtype)
    for found, limit in zip(
        value_and_gradient(loss, y, z, options),
        value_and_gradient(loss, y, np.clip(z, -FAR, FAR), options),
        strict=True,
    ):
        np.testing.assert_allclose(found, limit, atol=DIGITS[dtype])
    if loss is losses.exponential:
        with pytest.raises(ValueError, match="soft_margin"):
            loss(y, -z, **options)
        return
    with np.errstate(all="raise", under="ignore"):
        value = loss(y, -z, **options)
        limit = loss(y, np.clip(-z, -FAR, FAR), **options)
    np.testing.assert_allclose(value, np.inf if limit > FAR / 2 else limit, rtol=DIGITS[dtype])


def test_a_score_without_end_is_the_limit_for_classes_in_an_order():
    y, z = np.array([0, 2]), np.array([-np.inf, np.inf])
    f = Tensor(z, requires_grad=True)
    with np.errstate(all="raise"):
        value = losses.ordinal(y, f, [0.0, 1.0])
        assert (value.data, *value.gradient(f)) == (0, 0, 0)
        assert losses.ordinal(y, -z, [0.0, 1.0]) == np.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_with_a_mask_is_torchs(dtype):
    torch = pytest.importorskip("torch", reason="pip install torch: the losses are held against it")
    z = np.where([False, True, False], -np.inf, logits(dtype))
    theirs = torch.tensor(z, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(theirs, torch.tensor([0, 2, 0, 2, 2]))
    expected.backward()
    ours = Tensor(z, requires_grad=True)
    value = losses.cross_entropy([0, 2, 0, 2, 2], ours)
    np.testing.assert_allclose(value.data, expected.item(), rtol=DIGITS[dtype])
    np.testing.assert_allclose(value.gradient(ours), theirs.grad, atol=DIGITS[dtype])


def test_what_is_certain_still_has_a_derivative_in_the_targets():
    """−log p, also for the classes whose target is 0."""
    t, z = Tensor([[1.0, 0.0, 0.0]], requires_grad=True), Tensor(logits(float, 1), True)
    for loss in (losses.cross_entropy, losses.poly1):
        slope = loss(t, z).gradient(t)
        each = [loss([c], z.data) for c in range(3)]
        np.testing.assert_allclose(slope[0], each, rtol=1e-12)
