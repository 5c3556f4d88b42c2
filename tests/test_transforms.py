"""grad and its kin: against differences, against each other, on trees, nested, and misused."""

import gc
from collections import namedtuple

import numpy as np
import pytest

import tinynet as tn
from tests.numerical import numerical_gradient
from tinynet import Tensor

rng = np.random.default_rng(0)
X, W = rng.normal(size=3), rng.normal(size=(3, 2))


def wave(x):
    return np.sum(np.sin(x) * x**2) / (1 + np.sum(x * x))


def vector(x):
    return np.tanh(x @ W) * x[0]


@pytest.mark.parametrize("f", [wave, lambda x: np.mean(vector(x) ** 2), lambda x: x[0] * x[1]])
def test_grad_and_hessian_agree_with_differences(f):
    np.testing.assert_allclose(tn.grad(f)(X), numerical_gradient(f, X), rtol=1e-6, atol=1e-8)
    rows = [numerical_gradient(lambda x, i=i: tn.grad(f)(x)[i], X) for i in range(3)]
    np.testing.assert_allclose(tn.hessian(f)(X), rows, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(tn.hessian(f)(X), tn.hessian(f)(X).T, rtol=1e-12, atol=1e-15)


def test_jacobian_products_agree_with_the_jacobian():
    jacobian, v, t = tn.jacobian(vector)(X), np.array([2.0, -3.0]), np.array([1.0, 0.5, -2.0])
    rows = [numerical_gradient(lambda x, i=i: vector(x)[i], X) for i in range(2)]
    np.testing.assert_allclose(jacobian, rows, rtol=1e-6, atol=1e-8)
    value, pull = tn.vjp(vector, X)
    np.testing.assert_allclose(value, vector(X))
    np.testing.assert_allclose(pull(v)[0], v @ jacobian)
    value, moved = tn.jvp(vector, [X], [t])
    np.testing.assert_allclose(value, vector(X))
    np.testing.assert_allclose(moved, jacobian @ t)
    np.testing.assert_allclose(tn.hvp(wave, [X], [t])[0], tn.hessian(wave)(X) @ t)


def test_a_jacobian_has_the_shape_of_the_output_and_of_the_input():
    found = tn.jacobian(lambda x: np.reshape(x, (3, 2)) * 2)(W.T)
    assert found.shape == (3, 2, 2, 3)
    np.testing.assert_array_equal(found.reshape(6, 6), 2 * np.eye(6))


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    "tree, f, expected",
    [
        ({"w": 2.0, "b": 3.0}, lambda p: p["w"] * p["b"], {"w": 3.0, "b": 2.0}),
        ([2.0, 3.0], lambda p: p[0] * p[1], [3.0, 2.0]),
        (Pair(2.0, 3.0), lambda p: p.a * p.b, Pair(3.0, 2.0)),
        ((2.0, {"k": [3.0]}), lambda p: p[0] * p[1]["k"][0], (3.0, {"k": [2.0]})),
        ({"used": 2.0, "unused": 3.0}, lambda p: p["used"] ** 2, {"used": 4.0, "unused": 0.0}),
    ],
)
def test_a_gradient_has_the_structure_of_its_argument(tree, f, expected):
    found = tn.grad(f)(tree)
    assert found == expected and type(found) is type(tree)
    assert tn.hvp(f, [tree], [tree])[0] is not None


def test_argnums_and_options():
    def f(x, y, power=1):
        return x**power * y

    assert tn.grad(f)(2.0, 3.0, power=2) == 12
    assert tn.grad(f, argnums=1)(2.0, 3.0, power=2) == 4
    assert tn.grad(f, argnums=(1, 0))(2.0, 3.0) == (2, 3)
    assert tn.value_and_grad(f, argnums=1)(2.0, 3.0) == (6, 2)
    second = tn.jacobian(tn.grad(f, argnums=(0, 1)), argnums=(0, 1))(2.0, 3.0)
    assert second == ((0, 1), (1, 0))


def test_arrays_give_arrays_and_tensors_give_tensors():
    x = Tensor(X, requires_grad=True)
    assert type(tn.grad(wave)(X)) is np.ndarray
    assert [type(part) for part in tn.value_and_grad(wave)(x)] == [Tensor, Tensor]
    assert type(tn.grad(wave)(Tensor(X))) is Tensor
    assert tn.grad(wave)(X.astype(np.float32)).dtype == np.float32
    outer = np.sum(tn.grad(wave)(x) ** 2).gradient(x)
    np.testing.assert_allclose(outer, 2 * tn.hessian(wave)(X) @ tn.grad(wave)(X))


def test_transforms_nest_to_any_depth():
    f, derivatives = np.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]
    for derivative in derivatives:
        f = tn.grad(f)
        np.testing.assert_allclose(f(0.7), derivative(0.7), rtol=1e-12)


def test_an_inner_variable_is_not_the_outer_one():
    """d/dx [x · d/dy (x y) at y = x] = d/dx x² = 2x; with the two confused it would be 4x."""
    assert tn.grad(lambda x: x * tn.grad(lambda y: x * y)(x))(3.0) == 6


def test_what_f_closes_over_stays_differentiable():
    w = Tensor(2.0, requires_grad=True)
    slope = tn.grad(lambda x: w * x**2)(3.0)  # 2 w x: arrays in, but it depends on w
    assert slope.gradient(w) == 6
    assert tn.grad(lambda w: tn.grad(lambda x: w * x**2)(3.0))(2.0) == 6


def product(x, y):
    return np.sum(np.sin(x) * y**2)


@pytest.mark.parametrize(
    "run",
    [
        lambda: tn.jacobian(tn.grad(product, 0), 1)(X, X + 1),
        lambda: tn.grad(lambda w: tn.grad(lambda x: w * x**2)(3.0))(2.0),
        lambda: tn.grad(lambda x: np.sum(tn.jvp(np.sin, [x], [X])[1] ** 2))(X),
        lambda: tn.grad(lambda x: np.sum(tn.vjp(np.sin, x)[1](X)[0] ** 2))(X),
        lambda: tn.grad(lambda x: np.sum(tn.hvp(wave, [x], [X])[0]))(X),
        lambda: tn.hessian(lambda x: np.sum(tn.jacobian(vector)(x) ** 2))(X),
        lambda: tn.jvp(tn.grad(wave), [X], [X])[1],
    ],
)
def test_arrays_give_arrays_through_any_nesting(run):
    assert isinstance(run(), (np.ndarray, np.floating))


def test_a_mixed_second_derivative_agrees_with_differences():
    found = tn.jacobian(tn.grad(product, 0), 1)(X, X + 1)
    np.testing.assert_allclose(found, np.diag(2 * np.cos(X) * (X + 1)), rtol=1e-12, atol=1e-15)


def test_nothing_is_left_for_the_garbage_collector():
    gc.collect()
    tn.hessian(wave)(X), tn.hvp(wave, [X], [X]), tn.jacobian(vector)(X)
    assert gc.collect() == 0


def test_what_is_no_float_passes_through_and_has_no_gradient():
    def f(p):
        assert p["bias"] is None and p["kind"] == "sum" and p["ids"].dtype.kind == "i"
        return np.sum(p["w"][p["ids"]]) * p["scale"]

    tree = {"w": X, "bias": None, "kind": "sum", "ids": np.array([0, 0]), "on": True, "scale": 2}
    found = tn.grad(f)(tree)
    np.testing.assert_array_equal(found.pop("w"), [4, 0, 0])
    assert found == {"bias": None, "kind": None, "ids": None, "on": None, "scale": 2 * X[0]}
    assert tn.hvp(f, [tree], [{**dict.fromkeys(tree), "w": X, "scale": 1.0}])[0]["bias"] is None
    assert tn.hessian(f)(tree)["scale"]["bias"] is None


def test_positions_from_the_end_and_in_a_list():
    assert tn.grad(lambda x, y: x * y**2, -1)(2.0, 3.0) == 12
    assert tn.grad(lambda x, y: x * y**2, [0, -1])(2.0, 3.0) == (9, 12)


def test_the_jacobian_of_nothing_has_no_rows():
    assert tn.jacobian(lambda x: x[:0])(X).shape == (0, 3)


def test_a_list_may_be_the_vector_of_an_array():
    np.testing.assert_array_equal(tn.vjp(np.square, X)[1]([1.0, 2.0, 3.0])[0], 2 * X * [1, 2, 3])


def test_newton_finds_the_minimum_of_rosenbrock():
    def rosenbrock(x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    x = np.array([-1.2, 1.0])
    for _ in range(8):
        x = x - np.linalg.solve(tn.hessian(rosenbrock)(x), tn.grad(rosenbrock)(x))
    np.testing.assert_allclose(x, [1, 1], atol=1e-8)


@pytest.mark.parametrize(
    "error, says, mistake",
    [
        (TypeError, r"one number.*shape \(3,\).*jacobian", lambda: tn.grad(lambda x: x * 2)(X)),
        (TypeError, "returned a list", lambda: tn.grad(lambda x: [x])(1.0)),
        (TypeError, "only floats", lambda: tn.grad(wave)(np.array([1, 2]))),
        (ValueError, r"\(3, 1\).*\(3,\)", lambda: tn.vjp(np.sin, X)[1](X[:, None])),
        (ValueError, r"\(1,\).*\(3,\)", lambda: tn.jvp(np.sin, [X], [np.ones(1)])),
        (ValueError, r"\(\).*\(3,\)", lambda: tn.hvp(wave, [X], [1.0])),
        (ValueError, "2 vectors for 1 arrays", lambda: tn.jvp(np.sin, [X], [X, X])),
        (TypeError, r"jvp\(f, \[x\], \[v\]\)", lambda: tn.jvp(np.sin, X, X)),
        (TypeError, r"hvp\(f, \[x\], \[v\]\)", lambda: tn.hvp(wave, [X], X[:1])),
        (TypeError, "argnums=2, but .* 1 arguments", lambda: tn.grad(wave, 2)(X)),
        (TypeError, "0 arguments by position.*by name", lambda: tn.grad(wave)(x=X)),
        (TypeError, "complex", lambda: tn.grad(wave)(X + 1j)),
        (UserWarning, "leave the graph", lambda: tn.grad(lambda x: float(x) ** 2)(1.0)),
    ],
)
def test_a_mistake_is_told(error, says, mistake):
    with pytest.raises(error, match=says):
        mistake()


def test_inside_no_grad_there_is_no_gradient_and_that_is_said():
    with tn.no_grad(), pytest.raises(RuntimeError, match="no_grad"):
        tn.grad(wave)(X)


def test_a_hessian_is_that_of_the_argument_asked_for():
    def f(a, b):
        return np.sum(a**3) + np.sum(b**4)

    a, b = np.array([1.0, 2.0]), np.array([3.0, 5.0, 7.0])
    np.testing.assert_allclose(tn.hessian(f)(a, b), np.diag(6 * a))
    np.testing.assert_allclose(tn.hessian(f, argnums=1)(a, b), np.diag(12 * b**2))
