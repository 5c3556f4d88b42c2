"""Every loss, case by case: values, derivatives, masks, axes, types, and the node opened."""

import numpy as np
import pytest

from tests.cases.losses import ALL
from tests.numerical import check_derivatives, tensors
from tinynet import losses
from tinynet.losses.checks import same_shape

CASES = [case for module in ALL for case in module.CASES]
every_case = pytest.mark.parametrize("case", CASES, ids=map(str, CASES))
every_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
LONGER = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("per sample", "per loss")]
some_weights = pytest.mark.parametrize("weight", [None, *LONGER])


def weights(kind, shape):
    """Weights as they are given, and as they meet losses of this shape."""
    if kind is None:
        return None, np.ones(shape)
    if kind == "per loss":
        return (np.arange(1.0, 1 + np.prod(shape)).reshape(shape),) * 2
    given = np.linspace(0, 3, shape[0])
    return given, np.broadcast_to(given.reshape(-1, *(1 for _ in shape[1:])), shape)


def reduced(case, arrays, reduction, w=1.0):
    """The formula's values, reduced in plain NumPy."""
    values = case.formula(*arrays) * w
    if reduction == "none":
        return values
    counts = case.counts(*arrays) if case.counts else np.ones(values.shape)
    return np.sum(values) / (np.sum(counts * w) if reduction == "mean" else 1)


def predictions(case):
    """The positions of the arguments that get a hand-derived gradient."""
    return range(int(case.loss.labelled), len(case.arrays))


def recorded(case):
    """The arguments, with a Tensor for each prediction."""
    return [tensors((x,))[0] if i in predictions(case) else x for i, x in enumerate(case.arrays)]


def upstream(shape):
    return np.cos(np.arange(np.prod(shape))).reshape(shape)


def test_every_loss_has_a_case():
    assert set(losses.names().values()) == {case.loss for case in CASES}


@some_weights
@every_reduction
@every_case
def test_value_is_the_formula_in_plain_numpy(case, reduction, weight):
    given, w = weights(weight, case.formula(*case.arrays).shape)
    expected = reduced(case, case.arrays, reduction, w)
    options = {"reduction": reduction, "sample_weight": given, **case.options}
    np.testing.assert_allclose(case.loss(*case.arrays, **options), expected, rtol=1e-9, atol=1e-14)
    found = case.loss(*recorded(case), **options).data
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)


@some_weights
@pytest.mark.parametrize(
    "reduction", ["none", *(pytest.param(r, marks=pytest.mark.slow) for r in ("mean", "sum"))]
)
@every_case
def test_derivatives_are_central_differences(case, reduction, weight):
    given, _ = weights(weight, case.formula(*case.arrays).shape)
    wanted = predictions(case)
    fixed = case.arrays[: wanted.start]
    check_derivatives(
        lambda *xs: case.call(*fixed, *xs, reduction=reduction, sample_weight=given),
        *(case.arrays[i] for i in wanted),
        orders=2 if case.smooth else 1,
        atol=1e-6,
    )


@pytest.mark.slow
@every_reduction
@pytest.mark.parametrize(
    "case", [c for c in CASES if c.loss.prepare is same_shape or 0 in c.inside], ids=str
)
def test_derivatives_in_y_true_too(case, reduction):
    check_derivatives(
        lambda *xs: case.call(*xs, reduction=reduction),
        *case.arrays,
        orders=2 if case.smooth else 1,
        atol=1e-6,
    )


@pytest.mark.slow
@every_reduction
@every_case
def test_a_loss_is_one_named_node_that_can_be_opened(case, reduction):
    """Run its forward on the node's own arguments, and the inside appears as a graph."""
    args = recorded(case)
    xs = [args[i] for i in predictions(case)]
    fused = case.loss(*args, reduction=reduction, **case.options)
    assert fused.node.operation is case.loss
    masked = "ignore_index" in case.options or case.loss.shared
    assert masked or fused.node.args[-1] is args[-1]
    opened = case.loss.forward(*fused.node.args, **fused.node.options)
    opened = opened[0] if isinstance(opened, tuple) else opened
    np.testing.assert_allclose(opened.data, fused.data, rtol=1e-12)
    for x in xs:
        one, other = (y.gradient(x, gradient=upstream(y.shape)) for y in (opened, fused))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-13)


def spoilt(case, hidden):
    """The arguments with NaN, or an id that is no class, in the samples that are hidden."""
    for which, x in zip(case.loss.arrays, case.arrays, strict=True):
        x = np.array(x)
        if which not in case.loss.shared and x.ndim:
            x[hidden] = np.nan if x.dtype.kind == "f" else -7
        yield x


@pytest.mark.parametrize(
    "reduction", ["mean", *(pytest.param(r, marks=pytest.mark.slow) for r in ("sum", "none"))]
)
@every_case
def test_masked_samples_add_neither_value_nor_gradient(case, reduction):
    count = len(case.arrays[-1] if not case.loss.shared else case.arrays[0])
    where = np.arange(count) % 2 == 0
    arrays = list(spoilt(case, ~where))
    xs = [tensors((arrays[i],))[0] for i in predictions(case)]
    args = [*arrays[: len(arrays) - len(xs)], *xs]
    if case.loss.__name__ == "info_nce":  # every pair meets every other
        with pytest.raises(ValueError, match="where"):
            case.loss(*args, where=where)
        return
    shown = [
        x if which in case.loss.shared or not np.ndim(x) else x[where]
        for which, x in zip(case.loss.arrays, case.arrays, strict=True)
    ]
    found = case.loss(*args, where=where, reduction=reduction, **case.options)
    ys = [tensors((shown[i],))[0] for i in predictions(case)]
    expected = case.loss(*shown[: len(shown) - len(ys)], *ys, reduction=reduction, **case.options)
    masked = found.data[where] if reduction == "none" else found.data
    np.testing.assert_allclose(masked, expected.data, rtol=1e-12, atol=1e-15)
    for x, y in zip(xs, ys, strict=True):
        slope, wanted = (
            z.gradient(v, gradient=np.ones(z.shape)) for z, v in ((found, x), (expected, y))
        )
        if slope.shape == wanted.shape:  # shared by all samples
            np.testing.assert_allclose(slope, wanted, rtol=1e-9, atol=1e-15)
        else:
            np.testing.assert_allclose(slope[where], wanted, rtol=1e-9, atol=1e-15)
            assert not slope[~where].any()


@pytest.mark.parametrize("case", [c for c in CASES if c.loss.rows], ids=str)
def test_the_axis_of_the_classes_may_stand_first(case):
    full = max(x.ndim for x in case.arrays)
    moved = [np.moveaxis(x, -1, 0) if x.ndim == full else x for x in case.arrays]
    expected = case.loss(*case.arrays, **case.options)
    np.testing.assert_allclose(case.loss(*moved, axis=0, **case.options), expected, rtol=1e-12)


@pytest.mark.slow
@every_reduction
@every_case
def test_float32_stays_float32(case, reduction):
    args = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in case.arrays]
    args = [tensors((x,))[0] if i in predictions(case) else x for i, x in enumerate(args)]
    y = case.loss(*args, reduction=reduction, **case.options)
    assert y.dtype == np.float32
    for x in (args[i] for i in predictions(case)):
        slope = y.gradient(x, gradient=np.ones(y.shape, np.float32), create_graph=True)
        assert slope.dtype == np.float32
