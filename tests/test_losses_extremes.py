"""The far ends of the losses: no overflow and no lost digits, with every warning an error."""

import numpy as np
import pytest

from tests.numerical import tensors
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

EXTREMES = {
    np.float64: [0, 1e-300, -1e-300, 1e-160, 1e-8, -1e-8, 1.0, 1e8, 1e150, -1e150],
    np.float32: [0, 1e-38, -1e-38, 1e-20, 1e-8, -1e-8, 1.0, 1e4, 1e18, -1e18],
}
SLOPES = {
    mse: lambda e: 2 * e,
    mae: np.sign,
    smooth_l1: lambda e: np.clip(e, -1, 1),
    smooth_l2: lambda e: e,
    huber: lambda e: np.clip(e, -1, 1),
    pseudo_huber: lambda e: e / np.hypot(1, e),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("dtype", EXTREMES)
@pytest.mark.parametrize("loss", SLOPES, ids=lambda loss: loss.__name__)
def test_residuals_from_tiny_to_huge(loss, dtype, reduction):
    e = np.array(EXTREMES[dtype], dtype)
    (x,) = tensors((e,))
    with np.errstate(all="raise"):
        y = loss(np.zeros_like(e), x, reduction=reduction)
        slope = y.gradient(x, gradient=np.ones(y.shape))
        graph = y.gradient(x, gradient=np.ones(y.shape), create_graph=True)
    with np.errstate(under="ignore"):
        expected = SLOPES[loss](e) / (e.size if reduction == "mean" else 1)
        np.testing.assert_allclose(slope, expected, rtol=1e-6)
        np.testing.assert_allclose(graph.data, expected, rtol=1e-6)
    assert np.isfinite(y.data).all()
    assert (y.dtype, slope.dtype, graph.dtype) == (dtype,) * 3


def test_pseudo_huber_keeps_its_digits_where_the_textbook_form_loses_them():
    e = np.array([1e-8, 1e-100])
    np.testing.assert_allclose(pseudo_huber(0 * e, e, reduction="none"), e * e / 2, rtol=1e-15)


LOGIT = {"from_logits": True}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("loss", "t", "z", "options", "values", "slope"),
    [
        (cross_entropy, [0, 1], [[1e4, -1e4]] * 2, {}, [0, 2e4], [[0, 0], [1, -1]]),
        (cross_entropy, [0, 1], [[1e4, 1e4]] * 2, {}, [np.log(2)] * 2, [[-0.5, 0.5], [0.5, -0.5]]),
        (cross_entropy, [[0.5, 0.5]], [[-1e4, 1e4]], {}, [1e4], [[-0.5, 0.5]]),
        (log_loss, [0, 1], [-1e4, 1e4], LOGIT, [0, 0], [0, 0]),
        (log_loss, [0, 1], [1e4, -1e4], LOGIT, [1e4, 1e4], [1, -1]),
    ],
)
def test_logits_of_ten_thousand(loss, t, z, options, values, slope, dtype):
    (x,) = tensors((np.array(z, dtype),))
    with np.errstate(all="raise"):
        y = loss(t, x, reduction="none", **options)
        first = y.gradient(x, gradient=np.ones(y.shape))
        graph = y.gradient(x, gradient=np.ones(y.shape), create_graph=True)
        second = np.sum(graph * graph).gradient(x)
    np.testing.assert_allclose(y.data, values, rtol=1e-6)
    np.testing.assert_allclose(first, slope, atol=1e-6)
    np.testing.assert_allclose(graph.data, slope, atol=1e-6)
    assert np.isfinite(second).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("loss", "t", "p"),
    [
        (log_loss, [0, 1, 1, 0], [0, 1, 0, 1]),
        (cross_entropy, [0, 1, 1, 0], np.eye(2)[[0, 1, 0, 1]]),
    ],
)
def test_probabilities_of_exactly_0_and_1(loss, t, p, dtype):
    (x,), eps = tensors((np.array(p, dtype),)), np.finfo(dtype).eps
    with np.errstate(all="raise"):
        y = loss(t, x, reduction="none", from_logits=False)
        slope = y.gradient(x, gradient=np.ones(4))
        np.sum(y.gradient(x, gradient=np.ones(4), create_graph=True)).gradient(x)
    np.testing.assert_allclose(y.data, [eps, eps, -np.log(eps), -np.log(eps)], rtol=1e-6)
    by_sample = slope if slope.ndim == 1 else slope[range(4), t]
    np.testing.assert_allclose(abs(by_sample), [1, 1, 1 / eps, 1 / eps], rtol=1e-6)


def test_rows_of_very_different_scale_do_not_disturb_each_other():
    z = np.array([[1e4, 0.0, 0.0], [1e-4, 0.0, 0.0], [-1e4, 0.0, 1.0]])
    together = cross_entropy([1, 1, 1], z, reduction="none")
    apart = [cross_entropy([1], z[[i]]) for i in range(3)]
    np.testing.assert_allclose(together, apart, rtol=1e-15)
