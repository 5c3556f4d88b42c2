"""Every row of the rule table against NumPy and against central differences.

In a case, every array of floats is differentiated; whatever else stands there is passed as it is.
"""

import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from tests.cases import (
    calculus,
    elementwise,
    indexing,
    linalg,
    moves,
    products,
    reductions,
    shapes,
    sorting,
)
from tests.cases.inputs import MASK, A, random
from tests.numerical import check_derivatives, gradients, numerical_gradient, tensors
from tinynet import Tensor, ops

nan = np.nan
FAMILIES = (elementwise, reductions, sorting, calculus, products, linalg, shapes, moves, indexing)
CASES = {function: cases for family in FAMILIES for function, cases in family.CASES.items()}


def row(function, args, options, wrapper=None, prepare=lambda x: x):
    """A case as (function, args, options), where the function returns one array.

    Where it takes only some arrays (symmetric ones, say), `prepare` makes them from any.
    """
    if wrapper is None:
        return function, args, options

    def f(x, *rest, **options):
        return wrapper(function(prepare(x), *rest, **options))

    return f, args, options


TABLE = [row(function, *one) for function, cases in CASES.items() for one in cases]
NAMES = [f"{function.__name__}-{i}" for function, cases in CASES.items() for i in range(len(cases))]
every_case = pytest.mark.parametrize(("function", "args", "options"), TABLE, ids=NAMES)
quick_cases = pytest.mark.parametrize(  # by default, three of each function
    ("function", "args", "options"),
    [
        pytest.param(
            *one, id=name, marks=pytest.mark.slow if int(name.rpartition("-")[2]) > 2 else ()
        )
        for one, name in zip(TABLE, NAMES, strict=True)
    ],
)


def is_float_array(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def floats(args):
    """The arrays that are differentiated, also those inside lists."""
    if isinstance(args, (list, tuple)):
        return list(itertools.chain(*map(floats, args)))
    return [args] if is_float_array(args) else []


def call(function, args, options):
    """The case as a function of its float arrays alone."""
    if function is np.ndarray.astype:
        return lambda x: x.astype(*args[1:])  # the one row that is reached as a method

    def fill(value, values):
        if isinstance(value, (list, tuple)):
            return type(value)(fill(item, values) for item in value)
        return next(values) if is_float_array(value) else value

    def f(*values):
        return function(*fill(args, iter(values)), **options)

    return f


def test_every_differentiable_row_of_the_table_has_a_case():
    rows = {f for f, run in ops.table.items() if not isinstance(run, functools.partial)}
    assert rows == set(CASES)


@every_case
def test_values_are_numpys_own(function, args, options):
    f, arrays = call(function, args, options), floats(args)
    result = f(*tensors(arrays))
    assert isinstance(result, Tensor)
    np.testing.assert_allclose(result.data, f(*arrays), rtol=1e-14)


@quick_cases
def test_first_and_second_derivatives(function, args, options):
    check_derivatives(call(function, args, options), *floats(args))


@pytest.mark.slow
@every_case
def test_the_gradient_of_one_argument_needs_no_other_tensor(function, args, options):
    f, arrays = call(function, args, options), floats(args)
    upstream = np.cos(np.arange(np.size(f(*arrays)))).reshape(np.shape(f(*arrays)))
    together = gradients(f, tensors(arrays), upstream)
    for i, x in enumerate(tensors(arrays)):
        alone = f(*arrays[:i], x, *arrays[i + 1 :]).gradient(x, gradient=upstream)
        np.testing.assert_allclose(alone, together[i], rtol=1e-14)


@pytest.mark.slow
@every_case
def test_float32_stays_float32_as_it_does_in_numpy(function, args, options):
    f, arrays = call(function, args, options), [x.astype(np.float32) for x in floats(args)]
    xs, expected = tensors(arrays), f(*arrays)
    found = gradients(f, xs, np.ones(expected.shape), create_graph=True)
    assert f(*xs).dtype == expected.dtype
    assert {g.dtype for g in found} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    "function",
    [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.hypot, np.logaddexp],
)
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
@settings(max_examples=25, deadline=None, database=None, derandomize=True)
def test_any_two_shapes_that_broadcast(function, shapes):
    left, right = shapes.input_shapes
    check_derivatives(function, random(*left, signs=[1], seed=6), random(*right, seed=7))


@given(
    shape=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    seed=st.integers(0, 9),
    data=st.data(),
)
@settings(max_examples=50, deadline=None, database=None, derandomize=True)
def test_a_sum_over_any_axes(shape, seed, data):
    axes = data.draw(st.sets(st.integers(-len(shape), -1)))
    x = random(*shape, seed=seed)
    check_derivatives(lambda x: np.sum(x * x, axis=tuple(axes), keepdims=len(axes) > 1), x)


# --- corners, and what has no gradient ------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "at", "expected"),
    [
        (np.absolute, 0.0, 0.0),
        (np.fabs, 0.0, 0.0),
        (lambda x: np.maximum(x, 1.0), 1.0, 0.5),
        (lambda x: np.minimum(1.0, x), 1.0, 0.5),
        (lambda x: np.maximum(x, x), 1.0, 1.0),
        (np.max, [1.0, 3.0, 3.0], [0, 0.5, 0.5]),
        (np.min, [[1.0, 1.0], [1.0, 2.0]], [[1 / 3, 1 / 3], [1 / 3, 0]]),
        (lambda x: np.sum(np.max(x, axis=1)), [[2.0, 2.0], [1.0, 2.0]], [[0.5, 0.5], [0, 1]]),
        (lambda x: np.sum(np.clip(x, -1, 1)), [-2.0, -1.0, 0.0, 1.0, 2.0], [0, 1, 1, 1, 0]),
        (lambda x: np.clip(0.0, x, 1.0), 3.0, 0.0),
        (lambda x: np.clip(0.0, 3.0, x), 1.0, 1.0),
        (lambda x: np.clip(x, 3.0, 1.0), 2.0, 0.0),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: np.sum(x**0), [np.inf, -np.inf, 2.0, 1e-310], [0, 0, 0, 0]),
        (lambda x: 0.0**x, 2.0, 0.0),
        (np.sqrt, 0.0, np.inf),
        (np.cbrt, 0.0, np.inf),
        (lambda x: 0.0 * np.sqrt(x), 0.0, 0.0),
        (np.std, [2.0, 2.0, 2.0], [0, 0, 0]),
        (np.std, [0.1, 0.1, 0.1], [0, 0, 0]),
        (np.var, [0.1, 0.1, 0.1], [0, 0, 0]),
        (np.nanstd, [0.1, nan, 0.1, 0.1], [0, 0, 0, 0]),
        (np.prod, [0.0, 2.0, 3.0], [6, 0, 0]),
        (lambda x: np.sum(x[[0, 0, 0]]), [5.0, 7.0], [3, 0]),
        (lambda x: np.sum(np.fmax(x, 1.0)), [nan, 0.0, 1.0, 2.0], [0, 0, 0.5, 1]),
        (lambda x: np.sum(np.fmin(x, [1.0, nan, nan])), [1.0, 2.0, nan], [0.5, 1, 0]),
        (lambda x: np.sum(np.nan_to_num(x)), [nan, np.inf, 1.0], [0, 0, 1]),
        (np.sinc, 0.0, 0.0),
        (np.median, [3.0, 1.0, 2.0], [0, 0, 1]),
        (np.median, [4.0, 1.0, 2.0, 9.0], [0.5, 0, 0.5, 0]),
        (np.median, [1.0, 2.0, 2.0, 2.0, 3.0], [0, 0, 1, 0, 0]),
        (lambda x: np.percentile(x, 0) + 2 * np.percentile(x, 100), [5.0, 3.0, 9.0], [0, 1, 2]),
        (np.nanmedian, [4.0, nan, 1.0, 2.0], [0, 0, 0, 1]),
        (lambda x: np.nanquantile(x, 0.25), [4.0, nan, 1.0, 2.0], [0, 0, 0.5, 0.5]),
        (lambda x: np.sum(np.sort(x) * [1, 2, 3]), [2.0, 1.0, 1.0], [3, 1, 2]),
        (lambda x: np.sum(np.maximum.accumulate(x)), [1.0, 0.0, 3.0, 3.0], [2, 0, 1, 1]),
        (lambda x: np.sum(np.maximum.accumulate(x)), [1.0, nan, 3.0], [1, 2, 0]),
        (np.nansum, [1.0, nan, 2.0], [1, 0, 1]),
        (np.nanprod, [3.0, nan, 2.0], [2, 0, 3]),
        (np.nanmean, [1.0, nan, 2.0], [0.5, 0, 0.5]),
        (np.nanmax, [1.0, nan, 2.0, 2.0], [0, 0, 0.5, 0.5]),
        (np.nanstd, [2.0, nan, 2.0], [0, 0, 0]),
        (np.nanvar, [1.0, nan, 2.0, 6.0], [-4 / 3, 0, -2 / 3, 2]),
        (lambda x: np.sum(np.nancumsum(x)), [1.0, nan, 2.0], [3, 0, 1]),
        (lambda x: np.sum(np.cumprod(x)), [0.0, 2.0, 0.0], [3, 0, 0]),
        (lambda x: np.max(x, initial=2.0), [1.0, 0.0], [0, 0]),
        (lambda x: np.sum(np.interp([-1.0, 0.0, 9.0], [0, 1], x)), [5.0, 7.0], [2, 1]),
        (lambda x: np.reshape(x.T, 4, order="A") @ [1, 2, 3, 4], np.ones((2, 2)), [[1, 2], [3, 4]]),
        (lambda x: x.T.ravel("A") @ [1, 2, 3, 4], np.ones((2, 2)), [[1, 2], [3, 4]]),
    ],
)
def test_the_gradient_at_a_corner(f, at, expected):
    x = Tensor(at, requires_grad=True)
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(f(x).gradient(x), expected)


@pytest.mark.parametrize(
    "f",
    [
        *(np.sign, np.floor, np.ceil, np.round, np.isnan, np.isfinite, np.argmax, np.argsort),
        *(np.nonzero, np.any, np.count_nonzero, np.shape, np.ndim, np.size, np.unique, np.where),
        *(np.zeros_like, np.ones_like, lambda x: np.full_like(x, 7.0), lambda x: x.round(1)),
        *(lambda x: x > 0, lambda x: x <= 0, lambda x: x == x, lambda x: x != 1, lambda x: x // 2),
        *(lambda x: np.less(1, x), lambda x: x.argmin(axis=1), lambda x: x.any()),
        *(np.spacing, np.imag, np.isposinf, np.nanargmax, np.isreal),
        *(lambda x: np.isin(x, [1]), lambda x: np.array_equiv(x, x), np.logical_or.reduce),
        *(lambda x: np.argpartition(x, 1), lambda x: np.lexsort(x), np.min_scalar_type),
        *(lambda x: np.bincount(np.flatnonzero(x > 0)), lambda x: np.tril_indices_from(x)),
    ],
)
def test_what_has_no_gradient_gives_plain_numpy_values(f):
    found, expected = f(Tensor(A, requires_grad=True)), f(A)
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("f", [np.sinc, lambda x: np.sinc(x * x)])
def test_sinc_is_smooth_at_0_and_where_its_series_ends(f):
    check_derivatives(f, np.array([0.0, 1e-9, -1e-3, 0.49999, 0.50001, 3.0]))


@pytest.mark.parametrize(
    "f", [np.nanvar, np.nanstd, np.nanmean, np.nanmax, np.nanmedian, np.nanprod]
)
def test_second_derivatives_where_nan_is_left_out(f):
    gaps = np.array([[1.0, np.nan, 3.0, -2.0], [0.5, 4.0, np.nan, np.nan]])

    def filled(x):
        return f(np.where(np.isnan(gaps), np.nan, x * x), axis=1)

    check_derivatives(filled, random(2, 4))


def test_a_row_of_nothing_but_nan_warns_as_numpy_does():
    x = Tensor([[np.nan, np.nan], [1.0, 3.0]], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        means = np.nanmean(x, axis=1)
    np.testing.assert_array_equal(means.data, [np.nan, 2.0])
    np.testing.assert_array_equal(np.sum(means).gradient(x), [[0, 0], [0.5, 0.5]])


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("x", [0.5, 2.0])
def test_a_power_of_0_is_flat_in_the_base_but_not_in_base_and_exponent(x, order):
    base, p = Tensor(x, requires_grad=True), Tensor(0.0, requires_grad=True)
    slope = (base**p).gradient(base, create_graph=True)  # p xᵖ⁻¹
    assert slope.data == 0.0
    if order == 2:
        np.testing.assert_allclose(slope.gradient(p), 1 / x)


SIZES = {np.float16: (1e-4, 3e4), np.float32: (1e-30, 1e30), np.float64: (1e-200, 1e200)}


@pytest.mark.parametrize("dtype", SIZES)
@pytest.mark.parametrize(
    ("f", "degree"),
    [
        (lambda x: np.hypot(x[0], x[1]), 1),
        (lambda x: np.arctan2(x[0], x[1]), 0),
        (lambda x: np.arctan2(x[1], x[2]), 0),
        (np.linalg.norm, 1),
        (lambda x: np.linalg.norm(x, 3), 1),
        (lambda x: np.linalg.norm(x, 1.5), 1),
        (lambda x: np.linalg.norm(np.stack([x, x])), 1),
        (np.std, 1),
        (lambda x: np.nanstd(x, ddof=1), 1),
    ],
)
def test_gradients_where_squares_are_too_small_or_too_large(f, degree, dtype):
    """f(s x) = s^degree · f(x), so the gradient at s x is s^(degree − 1) times that at x."""
    at, close = np.array([1.0, 2.0, -1.5]), {"rtol": max(8 * np.finfo(dtype).eps, 1e-8)}
    expected = numerical_gradient(f, at)
    for scale in SIZES[dtype]:
        scale = dtype(scale) / dtype(2)
        x = Tensor((at * scale).astype(dtype), requires_grad=True)
        with np.errstate(over="ignore", under="ignore"):  # the value itself
            found = f(x).gradient(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected * float(scale) ** (degree - 1), **close)


def test_a_float16_mean_of_more_elements_than_float16_can_count():
    for f in (np.mean, lambda x: np.mean(x, axis=0), np.average):
        x = Tensor(np.ones(70_000, np.float16), requires_grad=True)
        np.testing.assert_array_equal(f(x).gradient(x), np.float16(1 / 70_000))
    signs = np.tile([0.5, -0.5], 35_000).astype(np.float16)
    for f, scale in ((np.var, 2 / 70_000), (np.std, 2 / 70_000)):
        x = Tensor(signs, requires_grad=True)
        np.testing.assert_allclose(f(x).gradient(x), signs * scale, rtol=2e-3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, of empty slices
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("f", [np.sum, np.mean, np.var, np.std, np.median, np.nanmean, np.nanvar])
def test_the_gradient_of_nothing_is_nothing(f, axis):
    x = Tensor(np.zeros((0, 3)), requires_grad=True)
    y = f(x, axis=axis)
    np.testing.assert_array_equal(y.data, f(x.data, axis=axis))
    for create_graph in (False, True):
        found = y.gradient(x, gradient=np.ones(y.shape), create_graph=create_graph)
        assert found.shape == (0, 3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [np.var, np.std])
def test_no_degrees_of_freedom_are_an_infinite_slope_as_in_numpy(f):
    x, alone = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    np.testing.assert_array_equal(f(x, ddof=2).gradient(x), [-np.inf, np.inf])
    np.testing.assert_array_equal(f(x, ddof=3).gradient(x), [-np.inf, np.inf])
    np.testing.assert_array_equal(f(alone, ddof=1).gradient(alone), [nan])


NOT_OF_FLOATS = (np.ldexp, np.divmod)  # takes whole numbers, gives two results


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("constant", [0, 0.0, -1, 2.5, True, [0.0, 1.0, 2.0]])
@pytest.mark.parametrize(
    "function",
    [f for f, run in elementwise.CASES.items() if len(run[0][0]) == 2 and f not in NOT_OF_FLOATS],
)
def test_a_python_number_is_what_numpy_makes_of_it(function, constant):
    """Rules get arguments as they were handed in, and 1 / 0 is an error in Python."""
    for order in (1, -1):
        results = []
        for other in (constant, np.asarray(constant)):
            x = Tensor([0.0, 1.5, -1.0], requires_grad=True)
            y = np.sum(function(*(x, other)[::order]))
            first = y.gradient(x, create_graph=True)
            total = np.sum(first)
            second = total.gradient(x) if total.requires_grad else np.zeros(3)
            results.append([y.gradient(x), first.data, second])
        np.testing.assert_array_equal(*results)


def test_division_by_the_number_0_gives_what_numpy_gives():
    x = Tensor([1.0, -1.0, 2.0], requires_grad=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.testing.assert_array_equal(np.sum(x / 0.0).gradient(x), [np.inf] * 3)


def test_lists_beside_tensors_are_joined():
    x = Tensor([1.0], requires_grad=True)
    np.testing.assert_array_equal((np.concatenate([[1.0, 2.0], x]) @ [1, 2, 3]).gradient(x), [3])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x, 1, None, None, True),
        lambda x: np.mean(x, 1, None, None, True),
        lambda x: np.var(x, 1, None, None, 1),
        lambda x: np.max(x, 1, None, True),
        lambda x: np.add.reduce(x, 1, None, None, True),
    ],
)
def test_options_given_by_position_reach_the_rule(f):
    check_derivatives(f, random(3, 3))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x, 1, np.float32),
        lambda x: np.sum(x, axis=1, dtype=np.float32),
        lambda x: np.sum(a=x, axis=1, dtype=np.float32),
        lambda x: np.mean(x, 1, np.float32),
        lambda x: np.std(x, mean=0.0),
        lambda x: np.prod(x, dtype=np.float32),
        lambda x: np.exp(x, where=MASK),
        lambda x: np.quantile(x, 0.5, overwrite_input=True),
        lambda x: np.nan_to_num(x, False),
        lambda x: np.take(x, [0], out=np.zeros(1)),
        lambda x: np.pad(x, 1, mode="mean"),
        lambda x: np.pad(x, 1, mode="reflect", reflect_type="odd"),
        lambda x: np.interp(0.5, [0, 1], x[0, :2], period=2),
    ],
)
def test_an_option_that_no_rule_knows_is_refused_at_once(f):
    with pytest.raises(TypeError, match="no derivative with"):
        f(Tensor(A, requires_grad=True))
