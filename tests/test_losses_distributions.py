"""Divergences: against SciPy and the entropies, their bounds, and what they refuse."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from tinynet import Tensor
from tinynet.functional import softmax
from tinynet.losses import cross_entropy
from tinynet.losses.distributions import js_divergence, kl_divergence

RNG = np.random.default_rng(0)
BOTH = [kl_divergence, js_divergence]
every_divergence = pytest.mark.parametrize("loss", BOTH, ids=lambda loss: loss.__name__)
T, P = softmax(RNG.normal(scale=2, size=(2, 9, 4)))
T[0], P[0] = [1, 0, 0, 0], [0.5, 0.5, 0, 0]


def test_js_is_the_square_of_scipys_distance():
    found = js_divergence(T, P, reduction="none")
    np.testing.assert_allclose(found, jensenshannon(T, P, axis=1) ** 2, rtol=1e-10)


def test_kl_is_scipys_relative_entropy():
    found = kl_divergence(T, P, reduction="none")
    np.testing.assert_allclose(found, entropy(T, P, axis=1), rtol=1e-10)


def test_kl_is_cross_entropy_less_the_entropy_of_the_targets():
    z = Tensor(RNG.normal(size=(9, 4)), requires_grad=True)
    kl = kl_divergence(T, z, from_logits=True)
    ce = cross_entropy(T, z)
    np.testing.assert_allclose(kl.item(), ce.item() - entropy(T, axis=1).mean())
    np.testing.assert_allclose(kl.gradient(z), ce.gradient(z), rtol=1e-12)


@every_divergence
def test_ids_are_rows_with_a_single_1(loss):
    ids = np.arange(9) % 4
    found = loss(ids, P, reduction="none")
    np.testing.assert_array_equal(found, loss(np.eye(4)[ids], P, reduction="none"))


@every_divergence
def test_logits_and_probabilities_agree(loss):
    z = Tensor(RNG.normal(size=(9, 4)), requires_grad=True)
    first, second = loss(T, z, from_logits=True), loss(T, softmax(z))
    np.testing.assert_allclose(first.data, second.data, rtol=1e-12)
    np.testing.assert_allclose(first.gradient(z), second.gradient(z), rtol=1e-9, atol=1e-15)


@every_divergence
def test_0_only_for_equal_distributions(loss):
    assert loss(T[1:], T[1:]) == 0
    assert abs(loss(T, T)) <= np.finfo(float).eps
    assert (loss(T, P, reduction="none") > 0.01).all()


def test_js_is_symmetric_and_at_most_log_2():
    np.testing.assert_array_equal(js_divergence(T, P), js_divergence(P, T))
    assert js_divergence([0], [[0.0, 0.0, 1.0]]) == np.log(2)
    assert js_divergence(T, P, reduction="none").max() < np.log(2)


def test_the_slope_of_js_in_logits_goes_back_to_0_and_that_of_kl_does_not():
    z = Tensor([[-30.0, 30.0]], requires_grad=True)
    assert abs(js_divergence([0], z, from_logits=True).gradient(z)).max() < 1e-20
    np.testing.assert_allclose(kl_divergence([0], z, from_logits=True).gradient(z), [[-1, 1]])


def test_the_slope_where_a_class_is_in_neither():
    """½ log(p / m) → ½ log 2 as p → 0, if t is 0."""
    p = Tensor([[1.0, 0.0]], requires_grad=True)
    np.testing.assert_allclose(js_divergence([0], p).gradient(p), [[0, np.log(2) / 2]], atol=1e-15)


def test_the_best_constant():
    """For classes that come with 0.7 and 0.3, kl finds 0.7, and js more."""
    q = np.linspace(0.01, 0.99, 981)[:, None]
    rows = np.concatenate([q, 1 - q], axis=1)
    first, second = np.zeros(len(q)), np.ones(len(q))
    for loss, low, high in ((kl_divergence, 0.6995, 0.7005), (js_divergence, 0.75, 0.98)):
        risk = 0.7 * loss(first, rows, reduction="none") + 0.3 * loss(
            second, rows, reduction="none"
        )
        assert low <= q[np.argmin(risk), 0] <= high


@pytest.mark.parametrize(
    ("says", "t", "p"),
    [
        ("rows of y_true must sum to 1, but row 0 sums to 0.9", [[0.5, 0.4]], [[0.5, 0.5]]),
        ("rows of y_pred must sum to 1, but row 0 sums to 1.2.*logits", [0], [[0.6, 0.6]]),
        ("y_pred must be probabilities.*from_logits=True", [0], [[3.0, -2.0]]),
        (r"0 to 1.*y_true\[0\] is 2", [2], [[0.5, 0.5]]),
        (r"\(2,\).*\(1, 2\)", [0, 1], [[0.5, 0.5]]),
    ],
)
@every_divergence
def test_what_is_refused(loss, says, t, p):
    with pytest.raises(ValueError, match=f"^{loss.__name__}: .*{says}"):
        loss(t, p)


@every_divergence
def test_a_softmax_in_front_of_logits_is_reported(loss):
    z = Tensor([[0.5, 1.0]], requires_grad=True)
    with pytest.warns(UserWarning, match="applies softmax itself"):
        loss([0], softmax(z), from_logits=True)
