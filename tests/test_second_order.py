"""L-BFGS, Newton and their line search: beside SciPy and algebra, and what they refuse."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest

from tinynet import Tensor, fit, penalties
from tinynet.functional import softplus
from tinynet.layers import MLP
from tinynet.losses import mse
from tinynet.optimizers import LBFGS, Newton, Proximal
from tinynet.optimizers.line_search import Point, strong_wolfe

COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


def tensors(values):
    return [Tensor(value, requires_grad=True) for value in values]


def rosenbrock(x):
    """A curved valley; the minimum is 0 at (1, …, 1)."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def logistic(ws):
    """Logistic regression with a penalty, which has one minimum."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 4))
    y = (x @ [1.0, -2.0, 0.5, 0.0] + rng.normal(size=100) > 0)[:, None]
    signs = np.where(y, 1.0, -1.0)
    return np.mean(softplus(-signs * (x @ ws[0] + ws[1]))) + 0.01 * np.sum(ws[0] ** 2)


def small_mlp(ws):
    x = np.linspace(-2, 2, 40)[:, None]
    y_pred = np.tanh(x @ ws[0] + ws[1]) @ ws[2] + ws[3]
    return np.mean((np.sin(2 * x) - y_pred) ** 2) + 1e-3 * sum(np.sum(w * w) for w in ws)


def normal(*shapes):
    rng = np.random.default_rng(4)
    return [rng.normal(size=shape) for shape in shapes]


PROBLEMS = {  # the loss of a list of tensors, and where they start
    "rosenbrock": (lambda ws: rosenbrock(ws[0]), [np.array([-1.2, 1.0])]),
    "rosenbrock 12": (lambda ws: rosenbrock(ws[0]), normal(12)),
    "logistic": (logistic, [np.zeros((4, 1)), np.zeros(1)]),
    "mlp": (small_mlp, normal((1, 6), 6, (6, 1), 1)),
    "badly scaled": (
        lambda ws: np.sum(np.array([1e-3, 1.0, 1e3]) * ws[0] ** 2),
        [np.array([100.0, -1.0, 1.0])],
    ),
}


@pytest.mark.parametrize("kind", [LBFGS, Newton])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_minimum_is_that_of_scipy_in_about_as_many_evaluations(name, kind):
    optimize = pytest.importorskip("scipy.optimize")
    loss, start = PROBLEMS[name]
    ws = tensors(start)
    found = kind(ws).minimize(lambda: loss(ws), steps=1000, tolerance=1e-6)
    ends = np.cumsum([w.size for w in start])[:-1]

    def both(vector):
        parts = [p.reshape(w.shape) for p, w in zip(np.split(vector, ends), start, strict=True)]
        leaves = tensors(parts)
        value = loss(leaves)
        value.backward()
        return value.item(), np.concatenate([leaf.grad.ravel() for leaf in leaves])

    given = {"maxiter": 1000, "gtol": 1e-6, "ftol": 1e-15}
    first = np.concatenate([w.ravel() for w in start])
    peer = optimize.minimize(both, first, jac=True, method="L-BFGS-B", options=given)
    assert found.slope <= 1e-6 and found.why == "no slope is above 1e-06"
    assert found.loss == pytest.approx(peer.fun, rel=1e-6, abs=1e-9)
    assert found.evaluations <= 1.5 * peer.nfev + 10
    assert loss(ws).item() == found.loss
    assert np.max(np.abs(both(np.concatenate([w.data.ravel() for w in ws]))[1])) <= 1e-6


@pytest.mark.parametrize("dtype, digits", [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_newton_solves_least_squares_in_one_step_in_any_dtype(dtype, digits):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 4)).astype(dtype), rng.normal(size=(30, 1)).astype(dtype)
    w = Tensor(np.zeros((4, 1), dtype), requires_grad=True)
    found = Newton([w], weight_decay=0.5).minimize(lambda: mse(y, x @ w), tolerance=digits)
    expected = np.linalg.solve(2 / 30 * x.T @ x + 0.5 * np.eye(4), 2 / 30 * x.T @ y)  # ridge
    np.testing.assert_allclose(w.data, expected, rtol=10 * digits)
    assert found.steps == 1 and w.dtype == dtype
    v = Tensor(np.zeros((4, 1), dtype), requires_grad=True)
    LBFGS([v], weight_decay=0.5).minimize(lambda: mse(y, x @ v), tolerance=digits)
    np.testing.assert_allclose(v.data, expected, rtol=100 * digits)


def test_newton_leaves_a_saddle_point_and_lbfgs_a_place_that_overflows():
    w = Tensor([1e-3, 1.0], requires_grad=True)
    found = Newton([w]).minimize(lambda: w[0] ** 4 - w[0] ** 2 + w[1] ** 2)
    assert w.data == pytest.approx([0.5**0.5, 0]) and found.loss == pytest.approx(-0.25)
    v = Tensor([3.0], requires_grad=True)  # exp overflows on the way, and 1/v has a pole at 0
    with np.errstate(over="ignore", divide="ignore"):
        LBFGS([v], lr=1000).minimize(lambda: np.sum(np.exp(v) - 3 * np.log(v)))
    assert np.exp(v.data) * v.data == pytest.approx([3.0])


def test_a_line_search_ends_where_both_conditions_hold():
    """For many random functions and first lengths: the conditions, written down once more."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        a, b, c = rng.normal(size=3)

        def phi(t, a=a, b=b, c=c):
            value = np.cos(a * t + b) + c * np.sin(3 * t) + 0.01 * t * t
            slope = -a * np.sin(a * t + b) + 3 * c * np.cos(3 * t) + 0.02 * t
            return Point(t, float(value), np.zeros(1), float(slope))

        start = phi(0.0)
        if start.slope < -1e-3:
            found = strong_wolfe(phi, start, 10 ** rng.uniform(-4, 3))
            assert found.loss <= start.loss + 1e-4 * found.length * start.slope
            assert abs(found.slope) <= 0.9 * abs(start.slope)


def test_where_the_loss_has_corners_it_stands_at_the_best_point_that_was_seen():
    rng = np.random.default_rng(0)
    for _ in range(20):
        corner, scale = rng.normal(size=3), rng.uniform(1, 9, size=3)
        w = Tensor(rng.normal(size=3), requires_grad=True)

        def loss(corner=corner, scale=scale, w=w):
            return np.sum(np.abs(w - corner) * scale)

        before = loss().item()
        found = LBFGS([w]).minimize(loss, steps=3)
        assert found.loss == loss().item() < before


def test_a_direction_that_led_nowhere_is_forgotten_for_the_gradient():
    w = Tensor([3.0, 1.0], requires_grad=True)
    optimizer = LBFGS([w])
    optimizer.minimize(lambda: np.sum(w * w * [1.0, 10.0]), steps=2)
    g = np.array([0.5, 0.25])
    (direction, length), (downhill, short) = optimizer.directions(lambda: w, g)
    assert direction @ g < 0 and length == 1
    assert downhill.tolist() == [-0.5, -0.25] and short == 1 and optimizer.pairs == 0


@pytest.mark.parametrize("rise", [1, -1])
def test_a_line_search_that_cannot_succeed_ends(rise):
    """Where the slope at the start was wrong, and where the loss falls without end."""
    start = Point(0.0, 0.0, np.ones(1), -1.0)
    found = strong_wolfe(lambda t: Point(t, rise * t, np.ones(1), rise), start, 1.0)
    assert found is None if rise == 1 else found.loss < -1e10


@pytest.mark.parametrize("kind", [LBFGS, Newton])
def test_what_searches_along_the_loss_says_what_it_needs(kind):
    model = MLP([2, 3, 1], rng=0)
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    optimizer = kind(model.parameters())
    name = kind.__name__
    assert repr(optimizer).startswith(f"{name}(lr=1.0, ")
    with pytest.raises(TypeError, match=rf"{name}.step.*{name}\(model.parameters\(\)\).minimize"):
        fit(model, mse, optimizer, (x, y), epochs=1, batch_size=4, progress=False)
    for wrong in (lambda: 3.0, lambda: model(x)):
        with pytest.raises(TypeError, match="a function that returns the loss"):
            optimizer.minimize(wrong)
    with pytest.raises(FloatingPointError, match=f"{name}: the loss is nan where it begins"):
        optimizer.minimize(lambda: mse(y, model(x)) * np.nan)
    with pytest.raises(RuntimeError, match="no parameter has a gradient"):
        optimizer.minimize(lambda: np.sum(Tensor([1.0], requires_grad=True)))
    for make in (partial(kind, clip_norm=1.0), lambda ws: kind([{"params": ws}])):
        with pytest.raises(ValueError, match=f"{name} cannot use"):
            make(model.parameters())
    with pytest.raises(ValueError, match="searches along the loss alone"):
        Proximal(kind(model.parameters()), penalties.prox_l1, 0.1)
    with pytest.raises(ValueError, match="whole number"):
        LBFGS(model.parameters(), memory=0)
    big = MLP([40, 30], rng=0).parameters()
    with pytest.raises(ValueError, match="at most 1,000 parameters, and here are 1,230.*use LBFGS"):
        Newton(big)


def test_a_closure_may_call_backward_itself_and_a_parameter_without_gradient_stays():
    results = []
    for own in (False, True):
        model, other = MLP([2, 3, 1], rng=0), Tensor([5.0], requires_grad=True)
        optimizer = LBFGS([*model.parameters(), other], weight_decay=0.01)
        x, y = np.ones((4, 2)), np.zeros((4, 1))

        def closure(model=model, x=x, y=y, own=own):
            loss = mse(y, model(x))
            if own:
                loss.backward()
            return loss

        optimizer.minimize(closure, steps=3)
        assert other.data == 5
        results.append(optimizer.vector.tobytes())
    assert results[0] == results[1]


@pytest.mark.parametrize("kind", [partial(LBFGS, memory=3), Newton])
@pytest.mark.parametrize("made", [*COPIES, "state"])
def test_a_search_goes_on_from_a_copy_or_a_state_to_the_bit(kind, made):
    model = MLP([1, 4, 1], rng=0)
    optimizer, x = kind(model.parameters()), np.linspace(-1, 1, 20)[:, None]
    optimizer.minimize(lambda: mse(x * x, model(x)), steps=6)
    if made == "state":
        model2 = MLP([1, 4, 1], rng=1)
        optimizer2 = kind(model2.parameters())
        model2.load_state_dict(model.state_dict())
        optimizer2.load_state_dict(optimizer.state_dict())
    else:
        model2, optimizer2 = COPIES[made]((model, optimizer))
    for m, o in ((model, optimizer), (model2, optimizer2)):
        o.minimize(lambda m=m: mse(x * x, m(x)), steps=3)
    assert optimizer.vector.tobytes() == optimizer2.vector.tobytes()
