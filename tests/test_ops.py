"""Every row of the rule table against NumPy and against central differences.

In a case, every array of floats is differentiated; whatever else stands there is passed as it is.
"""

import functools
import itertools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from tests.numerical import check_derivatives, gradients, tensors
from tinynet import Tensor, ops


def random(*shape, low=0.3, high=1.7, signs=(-1, 1), seed=0):
    """Numbers between low and high, away from 0, where many functions have a corner."""
    rng = np.random.default_rng(seed)
    return rng.choice(signs, size=shape) * rng.uniform(low, high, size=shape)


A, B, C = random(3, 4), random(4, seed=1), random(2, 3, 4, seed=2)
COLUMN, SCALAR = random(3, 1, seed=3), np.array(0.7)
POSITIVE, UNIT, ABOVE_1 = abs(A), A / 2, abs(A) + 1
MASK = A > 0


def case(*args, **options):
    return args, options


def products(*shapes):
    return [case(random(*a, seed=4), random(*b, seed=5)) for a, b in shapes]


AXES = [
    *({}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": (-1, 0)}, {"axis": ()}),
    *({"keepdims": True}, {"axis": 1, "keepdims": True}, {"axis": (0, -1), "keepdims": True}),
]
REDUCTION = [case(SCALAR), case(np.asfortranarray(A)), *(case(C, **options) for options in AXES)]
REDUCE = [case(C), case(C, axis=None), case(C, axis=(0, 2)), case(C, axis=-1, keepdims=True)]
BINARY = [case(A, B), case(A, 2.0), case(3.0, A), case(COLUMN, B), case(SCALAR, C), case(A, COLUMN)]
SPREAD = [{"ddof": 1}, {"axis": 0, "ddof": 1}, {"axis": (1, 2), "ddof": 2, "keepdims": True}]

CASES = {
    **dict.fromkeys(
        (
            *(np.negative, np.positive, np.copy, np.absolute, np.fabs, np.square, np.cbrt),
            *(np.exp, np.exp2, np.expm1, np.reciprocal, np.sin, np.cos, np.sinh, np.cosh),
            *(np.tanh, np.arctan, np.arcsinh, np.degrees, np.rad2deg, np.radians, np.deg2rad),
        ),
        [case(A), case(SCALAR), case(A.T), case(A[::2, ::-1]), case(np.zeros((0, 3)))],
    ),
    **dict.fromkeys((np.sqrt, np.log, np.log2, np.log10, np.log1p), [case(POSITIVE)]),
    **dict.fromkeys((np.arcsin, np.arccos, np.arctanh, np.tan), [case(UNIT)]),
    np.arccosh: [case(ABOVE_1)],
    **dict.fromkeys(
        (np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.hypot), BINARY
    ),
    **dict.fromkeys((np.arctan2, np.logaddexp, np.logaddexp2), BINARY),
    **dict.fromkeys((np.remainder, np.fmod), [case(A, 0.9), case(2.1, A), case(COLUMN, B)]),
    **dict.fromkeys(
        (np.power, np.float_power),
        [
            *(case(POSITIVE, B), case(abs(COLUMN), B), case(2.0, A), case(POSITIVE, 0.5)),
            *(case(A, 2), case(A, 3.0), case(A, -1.0), case(A, np.array([0, 1, 2, 3]))),
            *(case(np.array([0.0, 2.0]), p) for p in (0, 1, 2, 3, 0.0)),  # x⁰ is flat at 0
            case(0.0, POSITIVE),  # 0ᵖ is flat
        ],
    ),
    np.where: [
        *(case(MASK, A, 2.0), case(MASK, 0.0, B), case(MASK, COLUMN, B), case(True, A, B)),
        *(case(MASK[:, :1], SCALAR, B), case(B > 0, A, C)),
    ],
    np.clip: [
        *(case(A, -0.5, 1.0), case(A, None, 0.5), case(A, min=-0.5), case(A, a_min=-1, a_max=0.5)),
        *(case(A, B - 1, B + 1), case(B, COLUMN - 1, COLUMN), case(A, -0.5, np.array(0.5))),
    ],
    np.sum: REDUCTION,
    np.mean: REDUCTION,
    **dict.fromkeys((np.max, np.amax, np.min, np.amin), REDUCTION),
    np.var: REDUCTION + [case(C, **options) for options in SPREAD],
    np.std: REDUCTION + [case(C, **options) for options in SPREAD],
    np.prod: REDUCTION
    + [case(np.array(x)) for x in ([0.0, 2, 3], [0.0, 0, 3], [0.0, 0, 0], [[2.0]])]
    + [case(np.zeros(0)), case(np.zeros((0, 3)), axis=0)],
    **dict.fromkeys((np.add.reduce, np.multiply.reduce), REDUCE),
    **dict.fromkeys((np.maximum.reduce, np.minimum.reduce), REDUCE),
    np.matmul: products(
        *(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4))),
        *(((5, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,))),
        *(((0, 3), (3, 2)), ((2, 0), (0, 3))),
    ),
    np.dot: products(
        *(((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4))),
        *(((2, 2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 3), (5, 3, 4)), ((3,), (5, 3, 4))),
    )
    + [case(A, SCALAR)],
    np.reshape: [case(A, (2, 6)), case(A, -1), case(A.T, shape=(4, 3, 1)), case(SCALAR, (1, 1))],
    np.ravel: [case(A), case(A.T), case(SCALAR)],
    np.expand_dims: [case(A, 0), case(A, -1), case(A, (0, 2)), case(A, axis=1)],
    np.squeeze: [case(COLUMN), case(COLUMN, 1), case(COLUMN[None], axis=(0, -1))],
    np.transpose: [case(C), case(C, (1, 2, 0)), case(C, axes=(-1, 0, 1)), case(SCALAR)],
    np.swapaxes: [case(C, 0, 2), case(C, -1, 0)],
    np.broadcast_to: [case(B, (3, 4)), case(COLUMN, (2, 3, 4)), case(SCALAR, shape=(2,))],
    np.ndarray.astype: [case(A, np.longdouble)],
    np.concatenate: [
        *(case([A, C[0]]), case([A, COLUMN], axis=1), case((COLUMN, A, COLUMN), axis=-1)),
        *(case([A, B], axis=None), case([A, np.ones((1, 4), int)]), case([A])),
    ],
    np.stack: [case([A, C[0]]), case([A, C[0]], axis=-1), case((B, B), axis=1), case([SCALAR, 1])],
    operator.getitem: [
        *(case(C, index) for index in (0, -1, slice(1), ..., None, (0, 1, 2), (..., 0), ())),
        *(case(A, index) for index in ([0, 0, 2], ([0, 0, 1], [1, 1, 0]), MASK, MASK[:, 0])),
        *(case(C, (slice(None, None, -1), 0)), case(C, (slice(None), None, [1, 1], ..., 0))),
        *(case(A, np.ix_([0, 2], [1, 1])), case(SCALAR, ()), case(SCALAR, None)),
        *(case(A, np.array([], int)), case(C, (np.array([[0, 1], [1, 1]]), slice(None), 2))),
    ],
}
TABLE = [(function, *one) for function, cases in CASES.items() for one in cases]
NAMES = [f"{function.__name__}-{i}" for i, (function, *_) in enumerate(TABLE)]
every_case = pytest.mark.parametrize(("function", "args", "options"), TABLE, ids=NAMES)


def is_float_array(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def floats(args):
    """The arrays that are differentiated, also those inside lists."""
    nested = (arg if isinstance(arg, (list, tuple)) else [arg] for arg in args)
    return [value for value in itertools.chain(*nested) if is_float_array(value)]


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


@every_case
def test_first_and_second_derivatives(function, args, options):
    check_derivatives(call(function, args, options), *floats(args))


@every_case
def test_the_gradient_of_one_argument_needs_no_other_tensor(function, args, options):
    f, arrays = call(function, args, options), floats(args)
    upstream = np.cos(np.arange(np.size(f(*arrays)))).reshape(np.shape(f(*arrays)))
    together = gradients(f, tensors(arrays), upstream)
    for i, x in enumerate(tensors(arrays)):
        alone = f(*arrays[:i], x, *arrays[i + 1 :]).gradient(x, gradient=upstream)
        np.testing.assert_allclose(alone, together[i], rtol=1e-14)


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
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: 0.0**x, 2.0, 0.0),
        (np.sqrt, 0.0, np.inf),
        (np.cbrt, 0.0, np.inf),
        (lambda x: 0.0 * np.sqrt(x), 0.0, 0.0),
        (np.std, [2.0, 2.0, 2.0], [0, 0, 0]),
        (np.prod, [0.0, 2.0, 3.0], [6, 0, 0]),
        (lambda x: np.sum(x[[0, 0, 0]]), [5.0, 7.0], [3, 0]),
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
    ],
)
def test_what_has_no_gradient_gives_plain_numpy_values(f):
    found, expected = f(Tensor(A, requires_grad=True)), f(A)
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


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
        lambda x: np.sum(x, 1, np.float64),
        lambda x: np.sum(x, axis=1, dtype=np.float64),
        lambda x: np.sum(a=x, axis=1, dtype=np.float64),
        lambda x: np.mean(x, 1, np.float64),
        lambda x: np.sum(x, where=MASK),
        lambda x: np.max(x, initial=0.0),
        lambda x: np.exp(x, where=MASK),
        lambda x: np.reshape(x, (4, 3), order="F"),
        lambda x: np.ravel(x, "F"),
    ],
)
def test_an_option_that_no_rule_knows_is_refused_at_once(f):
    with pytest.raises(TypeError, match="no derivative with"):
        f(Tensor(A, requires_grad=True))
