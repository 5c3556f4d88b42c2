"""Penalties and their proximal operators: right derivatives, exact zeros, exact rank."""

from functools import partial

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, Lasso, MultiTaskLasso

import tinynet as tn
from tests.numerical import check_derivatives
from tinynet import Tensor, penalties
from tinynet.optimizers import (
    LBFGS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Nadam,
    Newton,
    Optimizer,
    Proximal,
    RAdam,
    RMSprop,
)

W = np.array([[1.5, -0.4, 0.3], [0.2, 2.0, -1.1], [-0.7, 0.6, 0.9], [3.0, -2.0, 0.1]])
CHANCES = np.array([0.2, 0.5, 0.3])
BY_COLUMN = {"axis": 0}
PROX = [
    (penalties.prox_l1, penalties.l1),
    (penalties.prox_group_lasso, penalties.group_lasso),
    (partial(penalties.prox_group_lasso, **BY_COLUMN), partial(penalties.group_lasso, **BY_COLUMN)),
    (penalties.prox_nuclear_norm, penalties.nuclear_norm),
]


@pytest.mark.parametrize(
    ("penalty", "x", "expected"),
    [
        (penalties.l1, W, np.abs(W).sum()),
        (penalties.l2, W, (W**2).sum() / 2),
        (penalties.elastic_net, W, np.abs(W).sum() / 2 + (W**2).sum() / 4),
        (penalties.group_lasso, W, np.sqrt(3) * np.linalg.norm(W, axis=1).sum()),
        (
            partial(penalties.group_lasso, **BY_COLUMN),
            W,
            2 * np.linalg.norm(W, axis=0).sum(),
        ),
        (penalties.nuclear_norm, W, np.linalg.norm(W, "nuc")),
        (penalties.nuclear_norm, W.T, np.linalg.norm(W, "nuc")),
        (penalties.nuclear_norm, np.eye(3), 3),  # equal singular values
        (
            penalties.nuclear_norm,
            np.stack([W[:3], 2 * W[1:]]),
            np.linalg.norm(W[:3], "nuc") + 2 * np.linalg.norm(W[1:], "nuc"),
        ),
        (partial(penalties.total_variation, axis=0), W, np.abs(W[1:] - W[:-1]).sum()),
        (penalties.total_variation, W, np.abs(W[:, 1:] - W[:, :-1]).sum()),
        (penalties.entropy, CHANCES, -(CHANCES * np.log(CHANCES)).sum()),
    ],
)
def test_value_and_derivatives(penalty, x, expected):
    np.testing.assert_allclose(penalty(x), expected)
    check_derivatives(penalty, x, atol=1e-6)


@pytest.mark.parametrize(
    "penalty",
    [
        p
        for name in penalties.__all__
        if not name.startswith("prox")
        for p in [getattr(penalties, name)]
    ],
)
@pytest.mark.parametrize("scale", [0, 1e-20, 1])
def test_for_tiny_and_equal_weights_all_is_finite_and_float32_stays(penalty, scale):
    x = Tensor(scale * np.eye(3, 2, dtype=np.float32), requires_grad=True)
    with np.errstate(all="raise", under="ignore"):
        value = penalty(x)
        slope = value.gradient(x, create_graph=True)
        total = np.sum(slope * x.data[::-1])
        second = total.gradient(x) if total.requires_grad else np.zeros(1)
    assert value.dtype == slope.dtype == np.float32
    assert np.isfinite(slope.data).all() and np.isfinite(second).all()


@pytest.mark.parametrize("penalty", [penalties.l1, penalties.group_lasso, penalties.nuclear_norm])
def test_at_the_corner_both_derivatives_are_0(penalty):
    w = Tensor(np.zeros((3, 2)), requires_grad=True)
    slope = penalty(w).gradient(w, create_graph=True)
    assert not slope.data.any()
    assert not slope.requires_grad or not np.sum(slope * W[:3, :2]).gradient(w).any()


@pytest.mark.parametrize(("shape", "rank"), [((4, 2), 1), ((100, 100), 30)])
def test_the_nuclear_norm_does_not_push_where_the_rank_is_lower(shape, rank):
    rng = np.random.default_rng(0)
    a, b = (np.linalg.qr(rng.normal(size=(n, rank)))[0] for n in shape)
    w = Tensor(5 * a @ b.T, requires_grad=True)
    np.testing.assert_allclose(penalties.nuclear_norm(w).gradient(w), a @ b.T, atol=1e-14)


def test_nothing_is_left_open_at_probabilities_of_0_and_1():
    p = Tensor(np.array([0.0, 1.0]), requires_grad=True)
    assert penalties.entropy(p).data == 0
    np.testing.assert_allclose(penalties.entropy(p).gradient(p), [-np.log(2**-52), -1])


def test_l2_is_weight_decay():
    w = Tensor(W.copy(), requires_grad=True)
    np.testing.assert_allclose(penalties.l2(w).gradient(w), W)


def test_the_share_of_an_elastic_net_is_checked():
    with pytest.raises(ValueError, match="mix.*0 to 1.*1.5"):
        penalties.elastic_net(W, mix=1.5)


# --- proximal operators ---------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.1, 0.5, 3.0])
@pytest.mark.parametrize(("prox", "penalty"), PROX)
def test_prox_is_the_minimum_that_a_search_finds(prox, penalty, strength):
    def cost(x):
        return np.sum((x.reshape(W.shape) - W) ** 2) / 2 + strength * penalty(x.reshape(W.shape))

    found = prox(W, strength)
    for start in (W, found):
        best = minimize(cost, start.ravel(), method="Powell", options={"xtol": 1e-9, "ftol": 1e-13})
        assert cost(found.ravel()) <= best.fun + 1e-9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("prox", "_"), PROX)
def test_prox_keeps_zeros_the_dtype_and_with_strength_0_the_weights(prox, _, dtype):
    w = W.astype(dtype)
    assert prox(w, 0.3).dtype == dtype
    np.testing.assert_allclose(prox(w, 0.0), w, rtol=1e-5, atol=1e-6)
    assert not prox(np.zeros((2, 2), dtype), 0.3).any()
    assert not prox(w, 100.0).any()


def test_prox_of_a_stack_of_matrices_is_that_of_each():
    stack = np.stack([W[:3], -W[1:], W[:3] ** 2])
    expected = [penalties.prox_nuclear_norm(w, 0.5) for w in stack]
    np.testing.assert_allclose(penalties.prox_nuclear_norm(stack, 0.5), expected, atol=1e-12)


# --- the optimizer --------------------------------------------------------------------------


def fitted(x, y, make, steps=400):
    """A line without bias, trained on the whole data."""
    w = Tensor(np.zeros((x.shape[1], y.shape[1])), requires_grad=True)
    optimizer = make(w)
    for _ in range(steps):
        loss = tn.losses.smooth_l2(y, x @ w)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.data


SGDS = [{"lr": 0.3}, {"lr": 0.2, "momentum": 0.5}, {"lr": 0.1, "momentum": 0.9}]
EACH = [  # with a step of another length for each weight
    partial(Adagrad, lr=0.3),
    partial(RMSprop, lr=0.03),
    partial(Adam, lr=0.03),
    partial(Adam, lr=0.01, betas=(0.5, 0.9)),
    partial(AdamW, lr=0.03, weight_decay=0),
    partial(RMSprop, lr=0.01, centered=True),
    partial(AMSGrad, lr=0.1),
    partial(RAdam, lr=0.1),
]
EXACT = {"fit_intercept": False, "tol": 1e-14, "max_iter": 10**6}


def minimised(x, y, make, prox, strength, steps=1000):
    """The w where the steps on |x w − y|² / (2 N) + strength · penalty end."""
    w = Tensor(np.zeros((x.shape[1], y.shape[1])), requires_grad=True)
    optimizer = Proximal(make([w]), prox, strength)
    for _ in range(steps):
        w.grad = x.T @ (x @ w.data - y) / len(x)
        optimizer.step()
    return w.data


def problem(columns):
    """Sixty rows, six inputs of which two matter; the other weights are 0 in the solution."""
    rng = np.random.default_rng(0)
    x, true = rng.normal(size=(60, 6)), np.zeros((6, columns))
    true[[0, 3]] = np.linspace(1.2, -2.3, 2 * columns).reshape(2, columns)
    return x, x @ true + 0.1 * rng.normal(size=(60, columns))


@pytest.mark.slow
@pytest.mark.parametrize("make", [*(partial(SGD, **options) for options in SGDS), *EACH], ids=str)
def test_l1_gives_the_solution_of_the_lasso_whatever_takes_the_steps(make):
    x, y = problem(1)
    expected = Lasso(alpha=0.5, **EXACT).fit(x, y).coef_
    w = minimised(x, y, make, penalties.prox_l1, 0.5).ravel()
    loose = 1e-3 if make.func is Adagrad else 1e-10  # whose steps become short
    np.testing.assert_allclose(w, expected, atol=loose)
    assert [*np.flatnonzero(w)] == [0, 3] == [*np.flatnonzero(expected)]


@pytest.mark.parametrize("make", [SGD, Adam])
def test_l1_with_weight_decay_gives_the_solution_of_the_elastic_net(make):
    x, y = problem(1)
    expected = ElasticNet(alpha=0.7, l1_ratio=5 / 7, **EXACT).fit(x, y).coef_
    decay = partial(make, lr=0.03, weight_decay=0.2)
    w = minimised(x, y, decay, penalties.prox_l1, 0.5).ravel()
    np.testing.assert_allclose(w, expected, atol=1e-10)


@pytest.mark.parametrize("options", SGDS, ids=str)
def test_group_lasso_gives_the_solution_of_scikit_learn(options):
    x, y = problem(3)
    expected = MultiTaskLasso(alpha=0.3, **EXACT).fit(x, y).coef_.T
    prox, strength = penalties.prox_group_lasso, 0.3 / np.sqrt(3)  # ours counts a group √3 times
    w = minimised(x, y, partial(SGD, **options), prox, strength)
    np.testing.assert_allclose(w, expected, atol=1e-10)
    assert [*np.flatnonzero(w.any(axis=1))] == [0, 3] == [*np.flatnonzero(expected.any(axis=1))]


@pytest.mark.parametrize("options", SGDS, ids=str)
def test_the_nuclear_norm_gives_the_closed_form_of_a_matrix_that_is_seen_whole(options):
    """min ½ |w − a|² + λ Σ σ(w) is a with singular values smaller by λ (Cai et al. 2010)."""
    u, _, v = np.linalg.svd(np.random.default_rng(0).normal(size=(5, 4)), full_matrices=False)
    a, expected = u * [3, 2, 0.9, 0.5] @ v, u * [2, 1, 0, 0] @ v
    x, y = np.sqrt(5) * np.eye(5), np.sqrt(5) * a
    w = minimised(x, y, partial(SGD, **options), penalties.prox_nuclear_norm, 1, 500)
    np.testing.assert_allclose(w, expected, atol=1e-10)
    assert np.linalg.matrix_rank(w) == 2


@pytest.mark.parametrize(
    ("says", "inner", "prox"),
    [
        ("clips", partial(SGD, clip_norm=1), penalties.prox_l1),
        ("clips", partial(Adam, clip_value=1), penalties.prox_l1),
        ("nesterov", partial(SGD, momentum=0.9, nesterov=True), penalties.prox_l1),
        ("beside the loss", AdamW, penalties.prox_l1),
        ("remembers steps", partial(RMSprop, momentum=0.5), penalties.prox_l1),
        ("looks ahead", Nadam, penalties.prox_l1),
        ("groups of", lambda ws: SGD([{"params": ws}]), penalties.prox_l1),
        *(("ties weights", make, prox) for make in EACH for prox, _ in PROX[1:]),
    ],
)
def test_what_would_solve_another_problem_is_refused(says, inner, prox):
    optimizer = inner([Tensor(W.copy(), True)])
    with pytest.raises(ValueError, match=f"another problem.*{says}"):
        Proximal(optimizer, prox, 0.1)
    later = Proximal(optimizer, prox, 0)  # nothing to solve yet
    later.strength = 0.1
    with pytest.raises(ValueError, match=f"another problem.*{says}"):
        later.step()
    with pytest.raises(ValueError, match="two penalties"):
        Proximal(later, penalties.prox_l1, 0)


@pytest.mark.parametrize(
    "kind, says",
    [(Lion, "not longer for a longer gradient"), (LBFGS, "searches"), (Newton, "searches")],
)
def test_steps_that_have_no_length_of_their_own_are_refused(kind, says):
    with pytest.raises(ValueError, match=f"another problem.*{says}"):
        Proximal(kind([Tensor(W.copy(), True)]), penalties.prox_l1, 0.1)


def test_an_optimizer_that_does_not_say_how_long_its_steps_are_is_refused_before_one():
    class Mine(Optimizer):
        def update(self, w, g):
            w -= 0.1 * np.sign(g)

    with pytest.raises(NotImplementedError, match="Mine needs a method denominator"):
        Proximal(Mine([Tensor(W.copy(), True)], lr=0.1), penalties.prox_l1, 0.1)


@pytest.mark.parametrize("make", [partial(SGD, momentum=0.9), Adam])
def test_a_parameter_without_gradient_is_left_alone_by_the_penalty_too(make):
    a, b = (Tensor(W.copy(), True) for _ in range(2))
    optimizer = Proximal(make([a, b]), penalties.prox_l1, 5.0)
    np.sum(a).backward()
    optimizer.step()
    np.testing.assert_array_equal(b.data, W)
    assert (a.data != W).all()


def test_l1_finds_exactly_the_inputs_that_matter():
    rng = np.random.default_rng(0)
    x, true = rng.normal(size=(200, 10)), np.zeros((10, 1))
    true[[1, 4, 7]] = [[2.0], [-1.5], [1.0]]
    y = x @ true + 0.1 * rng.normal(size=(200, 1))
    w = fitted(x, y, lambda w: Proximal(SGD([w], lr=0.3), penalties.prox_l1, 0.05))
    np.testing.assert_array_equal(w != 0, true != 0)
    assert (fitted(x, y, lambda w: SGD([w], lr=0.3)) != 0).all()


def test_group_lasso_drops_whole_inputs():
    rng = np.random.default_rng(1)
    x, true = rng.normal(size=(200, 8)), np.zeros((8, 3))
    true[[0, 5]] = rng.normal(size=(2, 3))
    y = x @ true + 0.1 * rng.normal(size=(200, 3))
    w = fitted(x, y, lambda w: Proximal(SGD([w], lr=0.5), penalties.prox_group_lasso, 0.02), 800)
    np.testing.assert_array_equal((w != 0).all(axis=1), true.any(axis=1))
    np.testing.assert_array_equal((w != 0).any(axis=1), true.any(axis=1))


@pytest.mark.slow
def test_the_nuclear_norm_finds_the_exact_rank():
    rng = np.random.default_rng(2)
    x, true = rng.normal(size=(300, 8)), rng.normal(size=(8, 2)) @ rng.normal(size=(2, 6))
    y = x @ true + 0.1 * rng.normal(size=(300, 6))
    w = fitted(x, y, lambda w: Proximal(SGD([w], lr=1.0), penalties.prox_nuclear_norm, 0.03), 800)
    assert np.linalg.matrix_rank(w) == 2
    assert np.linalg.matrix_rank(fitted(x, y, lambda w: SGD([w], lr=1.0))) == 6


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_with_strength_0_it_is_the_inner_optimizer_bit_for_bit(kind):
    def trained(wrap):
        data = tn.datasets.make_moons(rng=0)
        model = tn.layers.MLP([2, 8, 2], rng=0)
        optimizer = wrap(kind(model.parameters(), lr=0.05))
        options = {"epochs": 5, "batch_size": 32, "rng": 0, "progress": False}
        tn.fit(model, tn.losses.cross_entropy, optimizer, data, **options)
        return optimizer.vector

    plain = trained(lambda inner: inner)
    for prox, _ in PROX:
        np.testing.assert_array_equal(trained(lambda o, p=prox: Proximal(o, p, 0.0)), plain)
    sparse = trained(lambda o: Proximal(o, penalties.prox_l1, 0.3))
    assert np.mean(sparse == 0) > 0.1 and not (plain == 0).any()


def test_several_of_them_share_the_storage_of_the_one_inside():
    model = tn.layers.MLP([4, 6, 3], rng=0)
    first, _, second = model.layers
    inner = SGD(model.parameters(), lr=0.01, momentum=0.9)
    sparse = Proximal(inner, penalties.prox_l1, 20.0, [first.weight])
    both = Proximal(sparse, partial(penalties.prox_group_lasso, axis=0), 900.0, [second.weight])
    tn.losses.cross_entropy([0, 2], model(np.eye(4)[:2])).backward()
    both.step()
    assert not second.weight.data.any() and 0 < np.count_nonzero(first.weight.data) < 24
    assert all(np.shares_memory(p.data, inner.vector) for p in model.parameters())


def test_a_trial_step_is_the_step_without_taking_it():
    w = Tensor(W.copy(), requires_grad=True)
    optimizer = Proximal(Adam([w], lr=0.1), penalties.prox_l1, 5.0)
    tn.losses.mse(W, 2 * w).backward()
    trial = optimizer.trial()
    trial.step()
    np.testing.assert_array_equal(w.data, W)
    optimizer.step()
    np.testing.assert_array_equal(optimizer.vector, trial.vector)
    assert optimizer.optimizer.steps == 1 and (w.data == 0).any()


def test_the_learning_rate_is_that_of_the_inner_optimizer_and_biases_are_left_alone():
    model = tn.layers.Linear(2, 1, rng=0)
    model.bias.data[...] = 1e-9
    optimizer = Proximal(SGD(model.parameters(), lr=0.1), penalties.prox_l1, 100.0)
    optimizer.lr = 0.2
    assert optimizer.optimizer.lr == 0.2
    tn.losses.mse(np.zeros((1, 1)), 0 * model(np.ones((1, 2)))).backward()
    optimizer.step()
    assert not model.weight.data.any() and model.bias.data.all()


@pytest.mark.parametrize(
    ("error", "says", "wrong"),
    [
        (ValueError, "among those of the optimizer", {"parameters": [Tensor(W, True)]}),
        (TypeError, r"pass \[parameter\]", {"parameters": Tensor(W, True)}),
        (ValueError, "strength must be at least 0", {"strength": -0.1}),
        (TypeError, r"an optimizer and a function.*SGD.*'l1'", {"prox": "l1"}),
        (TypeError, r"an optimizer and a function.*SGD.*not \[", {"optimizer": [Tensor(W, True)]}),
        (ValueError, r"no parameter has two axes.*\[w\]", {"optimizer": SGD([Tensor(W[0], True)])}),
    ],
)
def test_what_is_refused(error, says, wrong):
    right = {"optimizer": SGD([Tensor(W, True)]), "prox": penalties.prox_l1, "strength": 0.1}
    with pytest.raises(error, match=says):
        Proximal(**(right | wrong))


@pytest.mark.parametrize(
    ("name", "value"), [("lr", 0.5), ("weight_decay", 0.1), ("clip_norm", 1.0), ("clip_value", 1.0)]
)
def test_an_option_set_on_proximal_is_that_of_its_optimizer(name, value):
    inner = SGD([Tensor(np.ones((2, 2)), requires_grad=True)])
    setattr(Proximal(inner, penalties.prox_l1, 0.1), name, value)
    assert getattr(inner, name) == value
