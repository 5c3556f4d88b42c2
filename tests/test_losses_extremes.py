"""The far ends of the losses: no overflow and no lost digits, with every warning an error."""

import numpy as np
import pytest

from tests.cases.losses import ALL
from tests.numerical import tensors
from tinynet import losses
from tinynet.losses import cross_entropy, pseudo_huber

EXTREMES = [
    pytest.param(extreme, dtype, id=f"{extreme.loss.__name__}-{i}-{dtype.__name__}")
    for module in ALL
    for i, extreme in enumerate(module.EXTREMES)
    for dtype in extreme.dtypes
]


def arguments(extreme, dtype):
    """The arrays in this dtype, with a Tensor for each prediction."""
    first = int(extreme.loss.labelled)
    xs = tensors([np.asarray(x, dtype) for x in extreme.arrays[first:]])
    return [*extreme.arrays[:first], *xs], xs


def test_every_loss_is_tried_at_its_far_ends():
    tried = {extreme.loss for module in ALL for extreme in module.EXTREMES}
    assert tried == set(losses.names().values())


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("extreme", "dtype"), EXTREMES)
def test_value_and_gradients_are_finite(extreme, dtype, reduction):
    args, xs = arguments(extreme, dtype)
    with np.errstate(all="raise"):
        y = extreme.loss(*args, reduction=reduction, **extreme.options)
        ones = np.ones(y.shape, dtype)
        slopes = [y.gradient(x, gradient=ones) for x in xs]
        graphs = [y.gradient(x, gradient=ones, create_graph=True) for x in xs]
    assert np.isfinite(y.data).all()
    for x, slope, graph in zip(xs, slopes, graphs, strict=True):
        assert slope.dtype == graph.dtype == y.dtype == dtype
        assert np.isfinite(slope).all()
        np.testing.assert_allclose(graph.data, slope, rtol=1e-6)
        with np.errstate(all="raise", under="ignore"):  # tiny times tiny is 0 outside a loss, too
            total = np.sum(graph)
            second = total.gradient(x) if total.requires_grad else np.zeros(x.shape)
        assert np.isfinite(second).all()
    if reduction == "none" and extreme.values is not None:
        digits = 1e-12 if dtype is np.float64 else 1e-5
        np.testing.assert_allclose(y.data, extreme.values, rtol=digits, atol=digits)


@pytest.mark.parametrize("loss", losses.names().values(), ids=list(losses.names()))
def test_one_element_none_and_all_masked(loss):
    """One sample is a batch; no sample is an error that says so; all masked has no mean."""
    arrays = loss.card.axis.arrays(np.array([0.4 * loss.card.axis.low + 0.6 * loss.card.axis.high]))
    value = loss(*arrays)
    assert np.shape(value) == () and np.isfinite(value)
    empty = [
        x if name in loss.shared else x[:0] for name, x in zip(loss.arrays, arrays, strict=True)
    ]
    with pytest.raises(ValueError, match="empty|at least 2"):
        loss(*empty)
    if loss.__name__ == "info_nce":  # takes no mask
        return
    nothing = np.zeros(len(arrays[-1] if not loss.shared else arrays[0]), bool)
    with pytest.raises(ValueError, match="all are masked"):
        loss(*arrays, where=nothing)
    assert loss(*arrays, where=nothing, reduction="sum") == 0


def test_pseudo_huber_keeps_its_digits_where_the_textbook_form_loses_them():
    e = np.array([1e-8, 1e-100])
    np.testing.assert_allclose(pseudo_huber(0 * e, e, reduction="none"), e * e / 2, rtol=1e-15)


def test_rows_of_very_different_scale_do_not_disturb_each_other():
    z = np.array([[1e4, 0.0, 0.0], [1e-4, 0.0, 0.0], [-1e4, 0.0, 1.0]])
    together = cross_entropy([1, 1, 1], z, reduction="none")
    apart = [cross_entropy([1], z[[i]]) for i in range(3)]
    np.testing.assert_allclose(together, apart, rtol=1e-15)


ZEROS = np.zeros((2, 3))
OF_ROWS = {  # rows of zeros in each place: no direction, no distance
    "cosine_similarity": (ZEROS, ZEROS),
    "cosine_embedding": (np.array([1, -1]), ZEROS, ZEROS),
    "contrastive": (np.array([1, 0]), ZEROS, ZEROS),
    "triplet": (ZEROS, ZEROS, ZEROS),
    "info_nce": (ZEROS, ZEROS),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", OF_ROWS)
def test_rows_of_zeros_have_a_value_and_a_gradient(name, dtype):
    loss = losses.names()[name]
    for other in (0, np.eye(2, 3)):
        *first, last = OF_ROWS[name]
        arrays = [*first, last + other]
        xs = tensors([x.astype(dtype) for x in arrays[loss.labelled :]])
        with np.errstate(all="raise"):
            y = loss(*arrays[: loss.labelled], *xs)
            slopes = [y.gradient(x) for x in xs]
        assert y.dtype == dtype and np.isfinite(y.data)
        assert all(np.isfinite(slope).all() for slope in slopes)
