"""A gradient of exactly 0 stays 0, whatever the slope: in every elementwise rule, to any order."""

import numpy as np
import pytest

from tests.cases import elementwise
from tinynet import Graph, Tensor, functional, hvp, primitive

EXTREMES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 1e3, -1e3, np.inf, -np.inf, np.nan]
OTHERS = (np.where, np.clip, np.ldexp, np.modf, np.divmod, np.frexp)  # another kind of call
TABLE = [(f, len(cases[0][0])) for f, cases in elementwise.CASES.items() if f not in OTHERS]
ONE = [f for f, count in TABLE if count == 1]
OWN = [getattr(functional, name) for name in ("relu", "leaky_relu", "elu", "silu", "sigmoid")]
OWN += [functional.tanh, functional.softplus, lambda x: np.clip(x, -1, 1), lambda x: x**0.5]
OWN += [lambda x: np.exp(np.sqrt(x)), lambda x: x * np.log(x), lambda x: np.sin(x) / x]
CHOOSERS = [
    lambda y, used: np.where(used, y, 0.0),
    lambda y, used: y[used],
    lambda y, used: np.sum(y, where=used),
    lambda y, used: np.nansum(np.where(used, y, np.nan)),
]
silent = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def leaf(data, dtype=float):
    return Tensor(np.array(data, dtype), requires_grad=True)


def first_and_second(f, x):
    """The gradient of f, and the gradient of its sum of squares."""
    first = f(x).gradient(x, create_graph=True)
    again = np.sum(first * first + first)
    return first.data, again.gradient(x) if again.requires_grad else np.zeros(x.shape)


@silent
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("function", ONE + OWN)
def test_nothing_comes_back_from_what_is_not_used(function, dtype):
    for choose in CHOOSERS:
        x = leaf(EXTREMES, dtype)
        total = np.sum(choose(function(x), np.zeros(len(EXTREMES), bool)))
        np.testing.assert_array_equal(total.gradient(x), 0.0)
        for found in first_and_second(lambda x, total=total: total, x):
            np.testing.assert_array_equal(found, 0.0)


@silent
@pytest.mark.parametrize("function", [f for f, count in TABLE if count == 2])
def test_nothing_comes_back_from_two_arguments_that_are_not_used(function):
    a, b = map(np.ravel, np.meshgrid(EXTREMES, EXTREMES))
    for choose in CHOOSERS[:2]:
        x, y = leaf(a), leaf(b)
        total = np.sum(choose(function(x, y), np.zeros(len(a), bool)))
        for z in (x, y):
            np.testing.assert_array_equal(total.gradient(z), 0.0)
            for found in first_and_second(lambda z, total=total: total, z):
                np.testing.assert_array_equal(found, 0.0)


@silent
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("f", "at", "first", "second"),
    [
        (lambda x: np.where(x <= 0, np.exp(x), 1 + x), 1000, 1, 0),
        (lambda x: np.where(x < 1, np.cos(x), 0), np.inf, 0, 0),
        (lambda x: np.where(x > 0, x * np.log(x), 0), 0, 0, 0),
        (lambda x: np.where(x > 0, x * np.log(x), 0), 2, 1 + np.log(2), 0.5),
        (lambda x: np.where(x > 0, np.sqrt(x), x), -1, 1, 0),
        (lambda x: np.where(x > 0, np.exp(np.sqrt(x)), x), -1, 1, 0),
        (lambda x: np.where(x > 0, 1 / x, x * x), 0, 0, 2),
        (lambda x: 0.0 * np.sqrt(x), 0, 0, 0),
        (lambda x: np.sqrt(functional.relu(x)), -1, 0, 0),
        (lambda x: np.log(functional.relu(x)), -1, 0, 0),
        (lambda x: np.sqrt(functional.relu(x)), 4, 0.25, -0.03125),
        (lambda x: np.sqrt(np.maximum(x, 0)), -1, 0, 0),
        (lambda x: np.sqrt(-np.minimum(x, 0)), 1, 0, 0),
        (lambda x: np.sqrt(np.fmax(x, 0)), -1, 0, 0),
        (lambda x: np.sqrt(np.fmax(x, 0)), np.nan, 0, 0),
        (lambda x: np.sqrt(np.clip(x, 0, None)), -1, 0, 0),
        (lambda x: np.sqrt(np.max(np.append(x, 0.0))), -1, 0, 0),
        (lambda x: np.sqrt(np.median(np.append(x, [0.0, 1.0]))), -1, 0, 0),
        (lambda x: np.nansum(np.sqrt(x)), -1, 0, 0),
    ],
)
def test_the_right_value_beside_an_infinite_slope(f, at, first, second, dtype):
    x = leaf(at, dtype)
    slope = f(x).gradient(x, create_graph=True)
    curvature = slope.gradient(x) if slope.requires_grad else 0.0
    close = {"rtol": 4 * np.finfo(dtype).eps, "atol": 0}
    np.testing.assert_allclose(f(x).gradient(x), first, **close)
    np.testing.assert_allclose(slope.data, first, **close)
    np.testing.assert_allclose(curvature, second, **close)


@silent
def test_a_gradient_that_happens_to_be_0_keeps_its_derivative():
    def f(x):  # where sin x is 0, so is the gradient of its square; beside it, cos ∞ is NaN
        return np.sum(np.where(np.isfinite(x), np.sin(x) ** 2, 0.0))

    at = np.array([0.0, np.pi, np.inf])
    np.testing.assert_allclose(hvp(f, [at], [np.ones(3)])[0], [2, 2, 0])


@silent
def test_what_is_not_known_stays_nan():
    x = leaf(0.0)
    assert np.isnan(np.sqrt(x * x).gradient(x))  # 1 or −1: ∞ · 0, and the 0 is the slope
    a, b = leaf(np.eye(2)), np.array([[np.inf, 1.0], [1.0, 1.0]])
    g = np.array([[0.0, 1.0], [0.0, 0.0]])  # matmul mixes: 0 · ∞ + 1 · 1
    assert np.isnan((a @ b).gradient(a, gradient=g)).any()


def test_the_caller_hears_of_nan_that_stays_and_of_no_other():
    def zero(x):
        return (0.0 * np.sqrt(x)).gradient(x)

    def unknown(x):
        return np.sqrt(x * x).gradient(x)

    with np.errstate(all="raise"):
        assert zero(leaf(0.0)) == 0.0
        x = leaf(1.0)
        assert np.sum(np.exp(x) / x).gradient(x) == 0.0
    with np.errstate(divide="ignore"):
        with pytest.warns(RuntimeWarning, match="invalid value encountered in multiply"):
            assert np.isnan(unknown(leaf(0.0)))
        with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid"):
            unknown(leaf(0.0))
        with np.errstate(invalid="ignore"):
            assert np.isnan(unknown(leaf(0.0)))
    assert np.geterr()["invalid"] == "warn"


def test_tiny_times_tiny_is_0_without_a_word():
    x = leaf(1.0)
    with np.errstate(all="raise"):
        assert (x * 1e-150 * 1e-20).gradient(x, gradient=1e-160) == 0.0


@silent
def test_an_operation_of_your_own_says_that_it_goes_element_by_element():
    @primitive
    def root(x):
        return np.sqrt(x)

    def used(x):
        return np.sum(np.where(x > 0, root(x), 0.0))

    root.defvjp(lambda g, y, x: g / (2 * y))
    x = leaf([-1.0, 0.0, 4.0])
    np.testing.assert_array_equal(used(x).gradient(x), [np.nan, np.nan, 0.25])
    root.defvjp(lambda g, y, x: g / (2 * y), kind="slope")
    np.testing.assert_array_equal(used(x).gradient(x), [0, 0, 0.25])
    with pytest.raises(ValueError, match="'slop' is not a valid Kind"):
        root.defvjp(kind="slop")


@silent
def test_a_graph_shows_what_a_sweep_finds():
    x = leaf([-1.0, 4.0])
    graph = Graph(np.sum(np.sqrt(functional.relu(x))))
    np.testing.assert_array_equal(graph.find("x").gradient, [0, 0.25])


def test_a_machine_without_flags_gives_the_same(monkeypatch):
    """As in a browser: NumPy is never told of an invalid operation."""
    monkeypatch.setattr("tinynet.engine.zeros.TELLS", False)
    monkeypatch.setattr("tinynet.engine.zeros.Watch.flag", lambda self, *event: None)
    with np.errstate(all="ignore"):
        x = Tensor([1000.0, 1.0], requires_grad=True)
        slope = np.log(1 + np.exp(x)).sum().gradient(x)
    assert slope[0] == 0 and np.isclose(slope[1], 1 / (1 + np.exp(-1)))
