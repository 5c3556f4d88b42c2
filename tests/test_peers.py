"""Against HIPS autograd, transform by transform, and against PyTorch, corner by corner.

A row is a function f(np, x) and an x: np is NumPy for tinynet, and the peer's own module for the
peer. Where the two choose different slopes at a corner (help(tn.ops) lists ours), there is no row.
"""

import functools
import importlib

import numpy as np
import pytest

import tinynet as tn

autograd = pytest.importorskip("autograd", reason='needs pip install ".[bench]"')
torch = pytest.importorskip("torch", reason='needs pip install ".[bench]"')
anp = autograd.numpy
flatten = importlib.import_module("autograd.misc").flatten

rng = np.random.default_rng(0)
V = rng.normal(size=6)
POSITIVE = rng.uniform(0.5, 2, size=6)
M = rng.normal(size=(3, 4))
S = rng.normal(size=(3, 3)) + 3 * np.eye(3)
close = functools.partial(np.testing.assert_allclose, rtol=1e-10, atol=1e-10)


def spd(np, x):
    """A symmetric positive definite matrix, from any."""
    return x @ x.T + np.eye(3)


# --- autograd -------------------------------------------------------------------------------

ARRAYS = {
    "polynomial": (lambda np, x: 3 * x**3 - x / 2 + 1, V),
    "power of itself": (lambda np, x: x**x, POSITIVE),
    "logistic": (lambda np, x: 1 / (1 + np.exp(-x)), V),
    "waves": (lambda np, x: np.sin(x) * np.cos(2 * x) + np.tan(x / 3), V),
    "hyperbolic": (lambda np, x: np.tanh(x) + np.sinh(x) / np.cosh(x + 1), V),
    "inverse waves": (lambda np, x: np.arctan(x) + np.arcsinh(x) + np.arcsin(x / 9), V),
    "roots and logs": (lambda np, x: np.sqrt(x) * np.log(x) + np.log1p(x) + np.expm1(-x), POSITIVE),
    "logaddexp": (lambda np, x: np.logaddexp(x, x[::-1] * 2), V),
    "corners": (lambda np, x: np.abs(x) + np.maximum(x, 0.3) + np.minimum(x, -x), V),
    "where": (lambda np, x: np.where(x > 0, np.exp(x), x**2), V),
    "clip": (lambda np, x: np.clip(x, -0.5, 0.5) * x, V),
    "softmax": (lambda np, x: np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True), M),
    "log-sum-exp": (
        lambda np, x: np.log(np.sum(np.exp(x - np.max(x)), axis=0)) + np.max(x),
        M,
    ),
    "standardized": (lambda np, x: (x - np.mean(x, axis=0)) / np.std(x, axis=0), M),
    "var and prod": (lambda np, x: np.var(x, axis=1) * np.prod(x, axis=1), M),
    "max and min": (lambda np, x: np.max(x, axis=1) - np.min(x), M),
    "matmul": (lambda np, x: np.tanh(x @ x.T) @ x, M),
    "dot": (lambda np, x: np.dot(x.T, np.dot(x, np.arange(4.0))), M),
    "outer": (lambda np, x: np.outer(x, np.sin(x)), V),
    "broadcasting": (lambda np, x: x[:, None] * x - x[:, None, None], V[:3]),
    "shapes": (lambda np, x: np.transpose(np.reshape(x, (2, 3, 2)), (1, 2, 0)) ** 2, M),
    "repeated indices": (lambda np, x: x[np.array([0, 2, 2])] * x[0] ** 2, V),
    "joined": (lambda np, x: np.concatenate([x**2, np.stack([x[0], x[1]]) * x[2]]), V),
    "rolled": (lambda np, x: x * np.roll(x, 1, axis=0), M),
    "running sum": (lambda np, x: np.cumsum(np.exp(x), axis=0) * x, M),
    "einsum": (lambda np, x: np.einsum("ij,kj,k->ik", x, x, np.arange(3.0)), M),
    "tensordot": (lambda np, x: np.tensordot(x, x**2, axes=(0, 0)), M),
    "sorted": (lambda np, x: np.sort(x) * np.arange(6), V),
    "diagonal": (lambda np, x: np.diag(np.diag(x) ** 2) @ x, S),
    "inv": (lambda np, x: np.linalg.inv(x), S),
    "det": (lambda np, x: np.linalg.det(x), S),
    "slogdet": (lambda np, x: np.linalg.slogdet(x)[1], S),
    "solve": (lambda np, x: np.linalg.solve(x, x[0] ** 2), S),
    "cholesky": (lambda np, x: np.linalg.cholesky(spd(np, x)), S),
    "eigh": (lambda np, x: np.linalg.eigh(spd(np, x))[0], S),
    "norm": (lambda np, x: np.linalg.norm(x, axis=0), M),
}


def both(table, name, peer):
    """The function for tinynet, the one for its peer, and the place."""
    f, x = table[name]
    return functools.partial(f, np), functools.partial(f, peer), x


def weighted(f, u):
    """Σ u · f, a number."""
    return lambda x: (f(x) * u).sum()


@pytest.mark.parametrize("name", ARRAYS)
def test_first_derivatives_agree_with_autograd(name):
    f, theirs, x = both(ARRAYS, name, anp)
    v, u = rng.normal(size=x.shape), rng.normal(size=np.shape(f(x)))
    jacobian = autograd.jacobian(theirs)(x)
    close(tn.jacobian(f)(x), jacobian)
    pull, value = autograd.make_vjp(theirs)(x)
    ours, our_pull = tn.vjp(f, x)
    close(ours, value)
    close(our_pull(u)[0], pull(u))
    close(tn.jvp(f, [x], [v])[1], np.tensordot(jacobian, v, axes=v.ndim))
    value, gradient = autograd.value_and_grad(weighted(theirs, u))(x)
    close(tn.value_and_grad(weighted(f, u))(x)[0], value)
    close(tn.grad(weighted(f, u))(x), gradient)


@pytest.mark.filterwarnings(
    "ignore:Output seems independent of input"
)  # of autograd's: a flat slope
@pytest.mark.parametrize("name", ARRAYS)
def test_second_derivatives_agree_with_autograd(name):
    f, theirs, x = both(ARRAYS, name, anp)
    v, u = rng.normal(size=x.shape), rng.normal(size=np.shape(f(x)))
    close(tn.hessian(weighted(f, u))(x), autograd.hessian(weighted(theirs, u))(x))
    expected = autograd.hessian_vector_product(weighted(theirs, u))(x, v)
    close(tn.hvp(weighted(f, u), [x], [v])[0], expected)


TREES = {
    "dict": (lambda np, p: np.sum(np.tanh(M @ p["w"] + p["b"])), {"w": V[:4], "b": 0.5}),
    "list": (lambda np, p: np.sum(np.outer(p[0], p[1]) ** 3) * p[2], [V, V[:2], 2.0]),
    "tuple": (lambda np, p: p[0] * np.sin(p[1]) / p[2], (1.0, 2.0, 3.0)),
    "layers": (
        lambda np, p: np.mean(np.tanh(np.tanh(M @ p[0][0] + p[0][1]) @ p[1][0] + p[1][1]) ** 2),
        [(M.T, V[:3]), (M, V[:4])],
    ),
    "nested": (
        lambda np, p: np.sum(p["a"][0] * p["a"][1]["b"]) + np.exp(p["c"][0]),
        {"a": (V, {"b": POSITIVE}), "c": [0.5]},
    ),
    "partly unused": (lambda np, p: np.sum(p["used"] ** 2), {"used": V, "unused": M}),
}


@pytest.mark.parametrize("name", TREES)
def test_gradients_of_trees_agree_with_autograd(name):
    f, tree = TREES[name]
    value, expected = autograd.value_and_grad(functools.partial(f, anp))(tree)
    ours, found = tn.value_and_grad(functools.partial(f, np))(tree)
    assert type(found) is type(tree)
    close(ours, value)
    close(flatten(found)[0], flatten(expected)[0])
    close(flatten(tn.vjp(functools.partial(f, np), tree)[1](1.0)[0])[0], flatten(expected)[0])


def test_positions_of_arguments_and_nesting_agree_with_autograd():
    def f(np, x, y):
        return np.sum(np.sin(x) * y**2)

    ours, theirs = functools.partial(f, np), functools.partial(f, anp)
    close(tn.grad(ours, 1)(V, POSITIVE), autograd.grad(theirs, 1)(V, POSITIVE))
    expected = autograd.grad(theirs, [0, 1])(V, POSITIVE)
    for found, gradient in zip(tn.grad(ours, (0, 1))(V, POSITIVE), expected, strict=True):
        close(found, gradient)
    mixed = autograd.jacobian(autograd.grad(theirs, 0), 1)(V, POSITIVE)
    close(tn.jacobian(tn.grad(ours, 0), 1)(V, POSITIVE), mixed)


def test_derivatives_of_order_five_agree_with_autograd():
    f, theirs = lambda x: np.tanh(x) / (1 + x**2), lambda x: anp.tanh(x) / (1 + x**2)
    for _ in range(5):
        f, theirs = tn.grad(f), autograd.grad(theirs)
        close(f(0.7), theirs(0.7))


# --- PyTorch: linear algebra, ties and zeros ------------------------------------------------

WELL, PAIR = spd(np, S), np.stack([S, S.T + 1])
ZEROS = {n: np.where(np.arange(6) < n, 0.0, POSITIVE).reshape(2, 3) for n in (1, 2, 3)}
TIES = np.array([[2.0, 1.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 3.0]])

SMOOTH = {
    "inv": (lambda np, x: np.linalg.inv(x), S),
    "inv, batch": (lambda np, x: np.linalg.inv(x), PAIR),
    "det": (lambda np, x: np.linalg.det(x), S),
    "det, batch": (lambda np, x: np.linalg.det(x), PAIR),
    "slogdet": (lambda np, x: np.linalg.slogdet(x)[1], PAIR),
    "slogdet, negative": (lambda np, x: np.linalg.slogdet(-x).logabsdet, S),
    "solve, vector": (lambda np, x: np.linalg.solve(x, x[:, 0] ** 2), S),
    "solve, matrix": (lambda np, x: np.linalg.solve(x, x.T**2), S),
    "solve, batch": (lambda np, x: np.linalg.solve(x, np.sin(x[0])), PAIR),
    "matrix_power": (lambda np, x: np.linalg.matrix_power(x, 3), S),
    "matrix_power, negative": (lambda np, x: np.linalg.matrix_power(x, -2), S),
    "pinv, tall": (lambda np, x: np.linalg.pinv(x), M.T),
    "pinv, wide": (lambda np, x: np.linalg.pinv(x), M),
    "qr, Q": (lambda np, x: np.linalg.qr(x)[0], S),
    "qr, R": (lambda np, x: np.linalg.qr(x)[1], M.T),
    "cholesky": (lambda np, x: np.linalg.cholesky(x @ x.mT), PAIR),
    "eigenvalues": (lambda np, x: np.linalg.eigvalsh(x + x.T), S),
    "eigenvectors": (lambda np, x: np.linalg.eigh(x + x.T)[1] ** 2, S),  # their sign is free
    "singular values": (lambda np, x: np.linalg.svd(x, False)[1], M),
    "singular vectors, left": (lambda np, x: np.linalg.svd(x, False)[0] ** 2, M),
    "singular vectors, right": (lambda np, x: np.linalg.svd(x, False)[2] ** 2, M),
    "singular vectors, tall": (lambda np, x: np.linalg.svd(x, False)[0] ** 2, M.T),
    "norm": (lambda np, x: np.linalg.norm(x), M),
    "norm, rows": (lambda np, x: np.linalg.norm(x, None, 1), M),
    "norm, order 3": (lambda np, x: np.linalg.norm(x, 3, 0), M),
    "prod": (lambda np, x: np.prod(x, 0), M),
    "cumprod": (lambda np, x: np.cumprod(x, 1), M),
    "trace": (lambda np, x: np.trace(x @ x), S),
    "kron": (lambda np, x: np.kron(x, x), M),
    "einsum, diagonal": (lambda np, x: np.einsum("ii,ij->j", x, x), S),
    "sinc": (lambda np, x: np.sinc(x), V),
}

CORNERS = {  # where the first derivative is a choice, or a rule could divide by 0
    **{f"prod, {n} zeros": (lambda np, x: np.prod(x), x) for n, x in ZEROS.items()},
    **{f"cumprod, {n} zeros": (lambda np, x: np.cumprod(x, 1), x) for n, x in ZEROS.items()},
    "max of ties": (lambda np, x: np.max(x), TIES),
    "max of ties by row": (lambda np, x: np.amax(x, 1), TIES),
    "min of ties by row": (lambda np, x: np.amin(x, 1), TIES),
    "maximum of equals": (lambda np, x: np.maximum(x, 0 * x + 2), TIES),
    "clip at a bound": (lambda np, x: np.clip(x, 1, 2), TIES),
    "abs at 0": (lambda np, x: np.abs(x), TIES),
    "sinc at 0": (lambda np, x: np.sinc(x), TIES),
    "power at 0": (lambda np, x: x**2 + x**0, TIES),
    "norm of 0": (lambda np, x: np.linalg.norm(x), np.zeros(3)),
    "norm of rows of 0": (lambda np, x: np.linalg.norm(x, None, 1), TIES),
    "norm, order 1": (lambda np, x: np.linalg.norm(x, 1, 0), M),
    "norm, order inf": (lambda np, x: np.linalg.norm(x, float("inf"), 0), M),
    "spectral norm": (lambda np, x: np.linalg.norm(x, 2), M),
    "nuclear norm": (lambda np, x: np.linalg.norm(x, "nuc"), M),
    "symmetric cholesky": (lambda np, x: np.linalg.cholesky(x), WELL),
    "symmetric eigenvalues": (lambda np, x: np.linalg.eigvalsh(x), WELL),
}


@pytest.mark.parametrize("name", [*SMOOTH, *CORNERS])
def test_gradients_agree_with_pytorch(name):
    f, theirs, x = both(SMOOTH | CORNERS, name, torch)
    u, tensor = rng.normal(size=np.shape(f(x))), torch.tensor(x, requires_grad=True)
    theirs(tensor).backward(torch.tensor(u))
    np.testing.assert_allclose(tn.grad(weighted(f, u))(x), tensor.grad, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", SMOOTH)
def test_hessians_agree_with_pytorch(name):
    f, theirs, x = both(SMOOTH, name, torch)
    u = rng.normal(size=np.shape(f(x)))
    number = weighted(theirs, torch.tensor(u))
    expected = torch.autograd.functional.hessian(number, torch.tensor(x))
    np.testing.assert_allclose(tn.hessian(weighted(f, u))(x), expected, rtol=1e-8, atol=1e-8)
