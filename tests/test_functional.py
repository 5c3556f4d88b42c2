"""What NumPy lacks: values, derivatives, and the far ends of the number line."""

import numpy as np
import pytest

from tests.numerical import check_derivatives, gradients, tensors
from tinynet import Tensor
from tinynet import functional as F

X = np.array([[-2.0, -0.5, 0.3], [1.0, 2.5, -4.0]])
ROWS = {"axis": -1, "keepdims": True}


def phi(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


TEXTBOOK = {  # the formula as a book gives it, without a thought for overflow
    F.relu: lambda x: np.maximum(x, 0),
    F.leaky_relu: lambda x: np.where(x > 0, x, 0.01 * x),
    F.elu: lambda x: np.where(x > 0, x, np.exp(x) - 1),
    F.gelu: phi,
    F.silu: lambda x: x / (1 + np.exp(-x)),
    F.sigmoid: lambda x: 1 / (1 + np.exp(-x)),
    F.tanh: lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    F.softplus: lambda x: np.log(1 + np.exp(x)),
    F.softmax: lambda x: np.exp(x) / np.sum(np.exp(x), **ROWS),
    F.log_softmax: lambda x: np.log(np.exp(x) / np.sum(np.exp(x), **ROWS)),
    F.logsumexp: lambda x: np.log(np.sum(np.exp(x), axis=-1)),
    F.standardize: lambda x: (x - np.mean(x, **ROWS)) / np.sqrt(np.var(x, **ROWS) + 1e-5),
}
LIMITS = {  # at −10⁴ and 10⁴
    F.relu: [0, 1e4],
    F.leaky_relu: [-100, 1e4],
    F.elu: [-1, 1e4],
    F.gelu: [0, 1e4],
    F.silu: [0, 1e4],
    F.sigmoid: [0, 1],
    F.tanh: [-1, 1],
    F.softplus: [0, 1e4],
    F.softmax: [0, 1],
    F.log_softmax: [-2e4, 0],
    F.logsumexp: 1e4,
    F.standardize: [-1, 1],
}
OTHERS = {"linear", "layer_norm", "batch_norm", "embedding", "dropout", "clip_probabilities"}
each = pytest.mark.parametrize("function", TEXTBOOK, ids=lambda f: f.__name__)


def test_every_function_is_tested_here():
    assert set(F.__all__) == {f.__name__ for f in TEXTBOOK} | OTHERS


@each
def test_the_value_is_the_textbooks(function):
    for x in (X, X[0], X.T, np.array([0.7])):
        np.testing.assert_allclose(function(x), TEXTBOOK[function](x), rtol=1e-13)
        np.testing.assert_array_equal(function(Tensor(x)).data, function(x))


@each
def test_first_and_second_derivatives(function):
    for x in (X, X[0], np.stack([X, -X / 2])):
        check_derivatives(function, x)


@each
def test_the_textbook_formula_on_tensors_has_the_same_gradient(function):
    (x,), upstream = tensors((X,)), np.cos(np.arange(np.size(function(X))))
    upstream = upstream.reshape(np.shape(function(X)))
    fused = gradients(function, [x], upstream)
    textbook = gradients(TEXTBOOK[function], [x], upstream)
    np.testing.assert_allclose(fused, textbook, rtol=1e-10)


@each
def test_the_inside_can_be_opened(function):
    """The forward function run on Tensors has the same value and gradient as the fused node."""

    def inside(x):
        opened = getattr(function, "forward", function)(x)
        return opened[0] if isinstance(opened, tuple) else opened  # with what its rule sees again

    (x,), shape = tensors((X,)), np.shape(function(X))
    np.testing.assert_allclose(inside(x).data, function(X), rtol=1e-14)
    np.testing.assert_allclose(
        gradients(inside, [x], np.ones(shape)),
        gradients(function, [x], np.ones(shape)),
        rtol=1e-12,
        atol=1e-15,
    )


OF_SEVERAL = {  # what stands beside x
    F.linear: ([[1, 0], [2, 1], [0, 3]], [1, 2]),
    F.layer_norm: ([1, 2, 1], [0, 1, 0]),
    F.batch_norm: ([1, 2, 1], [0, 1, 0]),
}
NUMBERS = [[3, 0, 1], [1, 2, -4]]


@pytest.mark.parametrize("function", [*TEXTBOOK, *OF_SEVERAL], ids=lambda f: f.__name__)
def test_lists_and_whole_numbers_are_taken_as_floats(function):
    others = OF_SEVERAL.get(function, ())
    right = function(np.array(NUMBERS, float), *(np.array(other, float) for other in others))
    tuples = tuple(map(tuple, NUMBERS))
    for x in (NUMBERS, tuples, np.array(NUMBERS)):
        found = function(x, *others)
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, right)


def test_lists_where_not_every_number_is_possible():
    assert F.clip_probabilities([0, 0.5, 1])[1] == 0.5
    np.testing.assert_array_equal(F.embedding([1, 0], [[1, 2], [3, 4]]), [[3, 4], [1, 2]])
    assert set(F.dropout([1, 1, 1, 1], 0.5, np.random.default_rng(0))) == {0, 2}


@each
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("scale", "under"), [(1e4, "raise"), (100, "ignore"), (740, "ignore")])
def test_far_out_nothing_overflows(function, dtype, scale, under):
    """At 10⁴ eˣ is 0 without a word; at 100 (float32) and 740 it is tiny, and may underflow."""
    (x,) = tensors((np.array([-scale, scale], dtype),))
    with np.errstate(all="raise", under=under):
        y = function(x)
        first = y.gradient(x, gradient=np.full(y.shape, 0.7), create_graph=True)
        second = np.sum(first).gradient(x) if first.requires_grad else np.zeros(2)
    assert all(np.isfinite(values).all() for values in (y.data, first.data, second))
    if scale == 1e4:
        np.testing.assert_allclose(y.data, LIMITS[function], atol=1e-30)


@each
def test_float32_stays_float32(function):
    (x,) = tensors((X.astype(np.float32),))
    y = function(x)
    slope = y.gradient(x, gradient=np.ones(y.shape), create_graph=True)
    assert (function(x.data).dtype, y.dtype, slope.dtype) == (np.float32,) * 3


@pytest.mark.parametrize(
    ("function", "at", "slope"),
    [
        *((F.relu, 0.0, 0.0), (F.leaky_relu, 0.0, 0.01), (F.elu, 0.0, 1.0), (F.gelu, 0.0, 0.5)),
        *((F.sigmoid, 0.0, 0.25), (F.softplus, 0.0, 0.5), (F.silu, 0.0, 0.5), (F.tanh, 0.0, 1.0)),
        *((F.clip_probabilities, 0.0, 1.0), (F.clip_probabilities, 1.0, 1.0)),
    ],
)
def test_the_slope_at_a_corner(function, at, slope):
    x = Tensor(at, requires_grad=True)
    assert function(x).gradient(x) == slope


@pytest.mark.parametrize(("name", "value"), [("slope", 0.2), ("alpha", 1.7)])
def test_options_reach_the_derivative(name, value):
    function = {"slope": F.leaky_relu, "alpha": F.elu}[name]
    check_derivatives(lambda x: function(x, **{name: value}), X)
    check_derivatives(lambda x: function(x, value), X)


@pytest.mark.parametrize(
    ("axis", "keepdims"), [(0, False), (-1, True), (None, False), ((0, 1), True)]
)
def test_the_reduction_of_logaddexp_is_logsumexp_along_any_axes(axis, keepdims):
    def reduced(x):
        return np.logaddexp.reduce(x, axis=axis, keepdims=keepdims)

    (x,) = tensors((np.array([[1e4, -1e4, -np.inf], [1e4, 0.0, -1e4]]),))
    np.testing.assert_allclose(reduced(x).data, reduced(x.data), rtol=1e-15)
    share = np.exp(x.data - np.logaddexp.reduce(x.data, axis=axis, keepdims=True))
    np.testing.assert_allclose(np.sum(reduced(x)).gradient(x), share, rtol=1e-11, atol=1e-300)
    check_derivatives(reduced, X)


def test_a_sum_of_zeros_has_the_logarithm_minus_infinity():
    x = Tensor([-np.inf, -np.inf], requires_grad=True)
    with np.errstate(all="raise"):
        assert np.logaddexp.reduce(x).data == -np.inf


def test_sigmoid_and_softplus_keep_their_precision_far_left():
    np.testing.assert_allclose(F.sigmoid(np.array([-50.0])), np.exp(-50.0), rtol=1e-15)
    np.testing.assert_allclose(F.softplus(np.array([-50.0])), np.exp(-50.0), rtol=1e-15)
    np.testing.assert_allclose(F.elu(np.array([-1e-12])), -1e-12, rtol=1e-11)


def test_rows_of_very_different_scale_do_not_disturb_each_other():
    x = np.array([[1e4, 1e4], [1e-4, 0.0], [-1e4, -1e4 + 1]])
    p = F.softmax(x)
    np.testing.assert_allclose(p[:, 1], [0.5, 1 / (1 + np.exp(1e-4)), 1 / (1 + np.exp(-1))])
    np.testing.assert_allclose(np.log(p), F.log_softmax(x), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize(
    ("row", "total", "shares"),
    [
        ([0, -np.inf], 0, [1, 0]),  # a class that cannot be
        ([-np.inf, -np.inf], -np.inf, [0, 0]),  # no class can be
        ([np.inf, 0], np.inf, [1, 0]),
        ([np.inf, -np.inf], np.inf, [1, 0]),
        ([np.nan, 0], np.nan, [np.nan, np.nan]),  # is not hidden
    ],
)
def test_infinite_logits_give_the_limit(row, total, shares, dtype):
    (x,) = tensors((np.array([row], dtype),))
    with np.errstate(all="raise"):
        assert np.array_equal(F.logsumexp(x).data, [total], equal_nan=True)
        assert np.array_equal(F.softmax(x).data, [shares], equal_nan=True)
        logs = [-np.inf if p == 0 else p - 1 for p in shares]
        assert np.array_equal(F.log_softmax(x).data, [logs], equal_nan=True)
        slope = F.logsumexp(x).gradient(x, gradient=np.ones(1, dtype))
    assert np.array_equal(slope, [shares], equal_nan=True)


def test_gelu_does_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(F.gelu(np.array([-1e200, 1e200])), [0, 1e200])
        np.testing.assert_array_equal(F.gelu(np.array([60.0], np.float16)), [60])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clip_probabilities_moves_only_0_and_1_by_one_eps(dtype):
    eps = np.finfo(dtype).eps
    p = np.array([0, 0.25, 1], dtype)
    np.testing.assert_array_equal(F.clip_probabilities(p), np.array([eps, 0.25, 1 - eps], dtype))


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3), (0, 3)])
def test_linear_is_a_matrix_product_and_a_bias(shape):
    rng = np.random.default_rng(0)
    x, weight, bias = rng.normal(size=shape), rng.normal(size=(3, 2)), rng.normal(size=2)
    np.testing.assert_allclose(F.linear(x, weight, bias), x @ weight + bias)
    check_derivatives(F.linear, x, weight, bias)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("shape", [(5, 3), (2, 4), (3, 1)])
def test_standardize_along_any_axis(axis, shape):
    x = np.random.default_rng(0).normal(3, 2, shape)
    y = F.standardize(x, axis, 1e-9)
    np.testing.assert_allclose(y.mean(axis), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis), x.shape[axis] > 1, rtol=1e-7)
    check_derivatives(lambda x: F.standardize(x, axis, 0.1), x)


def test_a_weight_and_a_bias_after_each():
    rng = np.random.default_rng(0)
    x, weight, bias = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3)
    columns = (x - x.mean(0)) / np.sqrt(x.var(0) + 0.1) * weight + bias
    np.testing.assert_allclose(F.batch_norm(x, weight, bias, 0.1), columns, rtol=1e-12)
    rows = (x.T - x.mean(1)) / np.sqrt(x.var(1) + 0.1)
    np.testing.assert_allclose(F.layer_norm(x, weight, bias, 0.1), rows.T * weight + bias)
    for norm in (F.batch_norm, F.layer_norm):
        check_derivatives(lambda *args, norm=norm: norm(*args, 0.1), x, weight, bias)


@pytest.mark.parametrize("dtype, huge", [(np.float32, 1e30), (np.float64, 1e300)])
@pytest.mark.parametrize("spread", ["huge", 1e-3, 0.0])
def test_standardize_at_the_ends_of_the_number_line(dtype, huge, spread):
    """A column of huge numbers has values of ±1 too; of tiny differences ±d/√ε; of none, zeros."""
    d = huge if spread == "huge" else spread
    (x,) = tensors((np.array([[d, huge], [-d, huge]], dtype),))
    with np.errstate(all="raise", under="ignore"):
        y = F.standardize(x, 0)
        slope = y.gradient(x, gradient=np.array([[1, 1], [0, 0]], dtype), create_graph=True)
        again = np.sum(slope * slope).gradient(x)
    value = d / np.sqrt(d * d + 1e-5) if d < 1 else 1.0
    np.testing.assert_allclose(y.data, [[value, 0], [-value, 0]], rtol=1e-6)
    assert np.isfinite(slope.data).all() and np.isfinite(again).all()
    np.testing.assert_allclose(slope.data[:, 1], np.array([0.5, -0.5]) / np.sqrt(1e-5), rtol=1e-6)


def test_a_row_that_is_looked_up_twice_gets_both_gradients():
    (weight,) = tensors((np.arange(8.0).reshape(4, 2),))
    ids = np.array([[1.0, 3.0], [1.0, 1.0]])  # whole-number floats, as the columns of a Dataset
    rows = F.embedding(ids, weight)
    np.testing.assert_array_equal(rows.data, weight.data[ids.astype(int)])
    upstream = np.arange(8.0).reshape(2, 2, 2) + 1
    found = rows.gradient(weight, gradient=upstream)
    np.testing.assert_array_equal(found, [[0, 0], [13, 16], [0, 0], [3, 4]])
    check_derivatives(lambda w: F.embedding(ids, w) ** 3, weight.data)
    assert F.embedding(Tensor(ids), weight).shape == F.embedding(ids.tolist(), weight).shape


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([0, 4], "from 0 to 3, and one is 4"),
        ([[0], [-1]], "from 0 to 3, and one is -1"),
        ([0.5], "whole numbers from 0 to 3, and one is 0.5"),
        ([np.nan], "and one is nan"),
        ([1e300, 7.0], "and one is 1e\\+300"),
        (np.array([2**64 - 1], np.uint64), "and one is 1.84467e"),
        ([True, False], "ids must be whole numbers, not bool"),
        (["a"], "ids must be whole numbers, not <U1"),
    ],
)
def test_an_id_without_a_row_is_named(ids, text):
    with pytest.raises(ValueError, match=text):
        F.embedding(ids, np.ones((4, 2)))


def test_dropout_keeps_the_mean_and_passes_the_gradient_where_it_kept():
    (x,) = tensors((np.ones((100, 100), np.float32),))
    y = F.dropout(x, 0.2, np.random.default_rng(0))
    assert set(np.unique(y.data)) == {np.float32(0), np.float32(1.25)}
    assert abs(np.mean(y.data) - 1) < 0.02
    assert y.dtype == np.float32
    np.testing.assert_array_equal(np.sum(y).gradient(x), y.data)
    np.testing.assert_array_equal(F.dropout(x, 0.0, np.random.default_rng(0)).data, x.data)
