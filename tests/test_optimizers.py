"""Optimizers: twenty steps of each beside the paper's algorithm, written out per parameter."""

import copy
import inspect
import pickle
import re
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from tinynet import Tensor, penalties
from tinynet.layers import MLP, Linear
from tinynet.optimizers import (
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Nadam,
    Optimizer,
    Proximal,
    RAdam,
    RMSprop,
    clip_by_norm,
)

ALL = list(OPTIMIZERS.values())
OPTIONS = [  # each kind of memory, with and without decay
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.5, "nesterov": True}),
    (SGD, {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    (Adagrad, {"lr": 0.1}),
    (Adagrad, {"lr": 0.1, "weight_decay": 0.1}),
    (RMSprop, {"lr": 0.1}),
    (RMSprop, {"lr": 0.1, "weight_decay": 0.1}),
    (Adam, {"lr": 0.1}),
    (Adam, {"lr": 0.1, "weight_decay": 0.1}),
    (AdamW, {"lr": 0.1, "weight_decay": 0.1}),
]
VARIANTS = [
    (RMSprop, {"lr": 0.1, "momentum": 0.9}),
    (RMSprop, {"lr": 0.1, "momentum": 0.5, "centered": True, "weight_decay": 0.1}),
    (AMSGrad, {"lr": 0.1}),
    (AMSGrad, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.1}),
    (Nadam, {"lr": 0.1}),
    (Nadam, {"lr": 0.1, "momentum_decay": 0.1, "weight_decay": 0.1}),
    (RAdam, {"lr": 0.1}),
    (RAdam, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.1}),
]
SHAPES = {(3, 2): 1.0, (): 100.0, (4,): 0.01}  # of the parameters: size of their gradients


def starts():
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in SHAPES]


def gradients():
    """Twenty gradients per parameter, of very different size."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        yield [size * rng.normal(size=shape) for shape, size in SHAPES.items()]


def tensors(values):
    return [Tensor(value, requires_grad=True) for value in values]


def backward(parameter, gradient):
    """Walk back from a loss that has this gradient."""
    np.sum(parameter * np.asarray(gradient)).backward()


# --- the papers' algorithms: one parameter, one step; `memory` is what it remembers ---------


def sgd(w, g, memory, t, lr=0.01, momentum=0, nesterov=False, weight_decay=0):
    """Sutskever et al. 2013 with PyTorch's velocity, which does not contain lr."""
    g = g + weight_decay * w
    v = memory["v"] = momentum * memory.get("v", 0) + g
    return w - lr * (g + momentum * v if nesterov else v)


def adagrad(w, g, memory, t, lr=0.01, epsilon=1e-10, weight_decay=0):
    """Duchi et al. 2011; ε outside the root, as in PyTorch."""
    g = g + weight_decay * w
    memory["s"] = memory.get("s", 0) + g**2
    return w - lr * g / (np.sqrt(memory["s"]) + epsilon)


def rmsprop(w, g, memory, t, lr=0.01, alpha=0.99, epsilon=1e-8, weight_decay=0):
    """Tieleman & Hinton 2012; the defaults and ε outside the root as in PyTorch."""
    g = g + weight_decay * w
    memory["s"] = alpha * memory.get("s", 0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(memory["s"]) + epsilon)


def adam(w, g, memory, t, lr=0.001, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0):
    """Kingma & Ba 2015, algorithm 1, line by line."""
    g = g + weight_decay * w
    m = memory["m"] = betas[0] * memory.get("m", 0) + (1 - betas[0]) * g
    v = memory["v"] = betas[1] * memory.get("v", 0) + (1 - betas[1]) * g**2
    m_hat, v_hat = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
    return w - lr * m_hat / (np.sqrt(v_hat) + epsilon)


def lion(w, g, memory, t, lr=0.0001, betas=(0.9, 0.99), weight_decay=0):
    """Chen et al. 2023, algorithm 2, line by line."""
    m = memory.get("m", 0)
    c = betas[0] * m + (1 - betas[0]) * g
    memory["m"] = betas[1] * m + (1 - betas[1]) * g
    return w - lr * (np.sign(c) + weight_decay * w)


def adamw(w, g, memory, t, lr=0.001, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    """Loshchilov & Hutter 2019, algorithm 2; the decay is lr · λ, as in PyTorch."""
    return adam(w, g, memory, t, lr, betas, epsilon) - lr * weight_decay * w


@pytest.mark.parametrize(
    "optimizer, paper, options",
    [
        (SGD, sgd, {}),
        (SGD, sgd, {"lr": 0.1, "weight_decay": 0.1}),
        (SGD, sgd, {"lr": 0.1, "momentum": 0.9}),
        (SGD, sgd, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
        (SGD, sgd, {"lr": 0.1, "momentum": 0.5, "nesterov": True}),
        (SGD, sgd, {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
        (Adagrad, adagrad, {}),
        (Adagrad, adagrad, {"lr": 0.5, "epsilon": 0.1, "weight_decay": 0.1}),
        (RMSprop, rmsprop, {}),
        (RMSprop, rmsprop, {"lr": 0.1, "alpha": 0.5, "epsilon": 0.1, "weight_decay": 0.1}),
        (Adam, adam, {}),
        (Adam, adam, {"lr": 0.1, "betas": (0.5, 0.8), "epsilon": 0.1, "weight_decay": 0.1}),
        (Lion, lion, {}),
        (Lion, lion, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.1}),
        (AdamW, adamw, {}),
        (AdamW, adamw, {"lr": 0.1, "betas": (0.5, 0.8), "epsilon": 0.1, "weight_decay": 0.5}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else value.__name__,
)
def test_twenty_steps_agree_with_the_paper(optimizer, paper, options):
    parameters, expected = tensors(starts()), starts()
    memories = [{} for _ in SHAPES]
    stepper = optimizer(parameters, **options)
    for t, step in enumerate(gradients(), 1):
        stepper.zero_grad()
        for i, g in enumerate(step):
            backward(parameters[i], g)
            expected[i] = paper(expected[i], g, memories[i], t, **options)
        stepper.step()
        for parameter, value in zip(parameters, expected, strict=True):
            assert parameter.data == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_weights_of_adamw_decay_at_the_same_speed_whatever_their_gradient():
    for size in (0.0, 1e-3, 1e3):
        with_decay, without = tensors([np.full(2, 5.0)] * 2)
        for w, decay in ((with_decay, 0.5), (without, 0.0)):
            optimizer = AdamW([w], lr=0.1, weight_decay=decay)
            w.grad = np.array([size, 0.0])
            optimizer.step()
        assert without.data - with_decay.data == pytest.approx([0.25, 0.25], rel=1e-12)


def test_adam_takes_first_steps_of_size_lr_whatever_the_size_of_the_gradient():
    w = Tensor([1.0, 1.0, 1.0], requires_grad=True)
    optimizer = Adam([w], lr=0.1)
    w.grad = np.array([1e-3, -1.0, 1e6])
    optimizer.step()
    assert w.data == pytest.approx([0.9, 1.1, 0.9], rel=1e-5)


# --- PyTorch --------------------------------------------------------------------------------


def torch_optimizer(torch, kind, parameters, options):
    names = {"epsilon": "eps"}
    peers = {"AMSGrad": partial(torch.optim.Adam, amsgrad=True), "Nadam": torch.optim.NAdam}
    peer = peers.get(kind.__name__) or getattr(torch.optim, kind.__name__)
    return peer(parameters, **{names.get(name, name): value for name, value in options.items()})


@pytest.fixture
def torch():
    """PyTorch, which keeps one number of NAdam's in its default dtype, with float64 as that."""
    torch = pytest.importorskip("torch", reason="pip install torch: steps are held against it")
    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(
    "kind, options, digits",
    [*((*pair, 1e-15) for pair in OPTIONS), *((*pair, 1e-14) for pair in VARIANTS)],
    ids=str,
)
@pytest.mark.parametrize("missing", [False, True])
def test_fifty_steps_agree_with_pytorch_also_where_gradients_are_missing(
    torch, kind, options, digits, missing
):
    """The second parameter has none in every other step, the third none after twenty steps."""
    rng = np.random.default_rng(2)
    ours, theirs = tensors(starts()), [torch.tensor(w, requires_grad=True) for w in starts()]
    stepper, peer = kind(ours, **options), torch_optimizer(torch, kind, theirs, options)
    for t in range(50):
        absent = [missing and t % 2, missing and t >= 20]
        for w, v, none in zip(ours, theirs, [False, *absent], strict=True):
            w.grad = None if none else rng.normal(size=w.shape)
            v.grad = None if none else torch.tensor(w.grad)
        before = [w.data.tobytes() for w in ours]
        stepper.step()
        peer.step()
        stayed = [w.data.tobytes() == b for w, b in zip(ours, before, strict=True)]
        assert stayed == [w.grad is None for w in ours]
    for w, v in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(w.data, v.detach().numpy(), rtol=digits, atol=digits)


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind not in (SGD, Lion)])
@pytest.mark.parametrize(
    "dtype, large", [(np.float16, 300), (np.float32, 1e20), (np.float64, 1e160)]
)
def test_a_gradient_whose_square_overflows_does_to_the_weights_what_it_does_in_pytorch(
    torch, kind, dtype, large
):
    w = Tensor(np.ones(1, dtype), requires_grad=True)
    v = torch.tensor(w.data.copy(), requires_grad=True)
    stepper, peer = kind([w]), torch_optimizer(torch, kind, [v], {})
    large *= (
        10 if kind is Nadam else 1
    )  # PyTorch divides the square by 0.001, and then it overflows
    for g in (large, 1, 1, 1):
        w.grad = np.full(1, g, dtype)
        v.grad = torch.tensor(w.grad)
        with np.errstate(over="ignore"):
            stepper.step()
        peer.step()
    expected = v.detach().numpy()
    assert np.isfinite(w.data).all()
    np.testing.assert_allclose(w.data, expected, rtol=2 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("kind", [kind for kind in ALL if kind not in (SGD, Lion)])
def test_a_gradient_of_0_is_no_step_also_where_the_dtype_takes_epsilon_for_0(kind, dtype):
    w = Tensor(np.ones(2, dtype), requires_grad=True)
    for epsilon in (1e-8, 0):
        stepper = kind([w], epsilon=epsilon, weight_decay=0)
        w.grad = np.zeros(2, dtype)
        stepper.step()
        assert w.data.tolist() == [1, 1]


def test_the_variance_of_a_gradient_that_stays_the_same_is_never_below_0():
    w = Tensor(np.ones(50, "f4"), requires_grad=True)
    optimizer = RMSprop([w], alpha=0.5, centered=True)
    for _ in range(100):
        w.grad = np.linspace(0.1, 3, 50, dtype="f4")
        optimizer.step()
    assert (optimizer.mean_square < optimizer.mean**2).any(), "by rounding"
    assert np.isfinite(w.data).all()


GROUPS = [
    (SGD, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.01, "weight_decay": 0.1}),
    (Adam, {"lr": 0.1}, {"lr": 0.03, "weight_decay": 0.1, "betas": (0.5, 0.8)}),
    (AdamW, {"lr": 0.1}, {"weight_decay": 0.0}),
    (Nadam, {"lr": 0.1, "weight_decay": 0.1}, {"lr": 0.2, "momentum_decay": 0.1}),
]


@pytest.mark.parametrize("kind, options, own", GROUPS, ids=str)
@pytest.mark.parametrize("missing", [False, True])
def test_groups_with_a_schedule_agree_with_pytorch(torch, kind, options, own, missing):
    rng, ours = np.random.default_rng(2), tensors(starts())
    theirs = [torch.tensor(w, requires_grad=True) for w in starts()]
    stepper = kind([{"params": ours[:2]}, {"params": ours[2:], **own}], **options)
    names = {"params": theirs[2:], **own}
    peer = torch_optimizer(torch, kind, [{"params": theirs[:2]}, names], options)
    schedule = torch.optim.lr_scheduler.StepLR(peer, 10, 0.5)
    stepper.lr = lambda step: options["lr"] * 0.5 ** (step // 10)
    for t in range(50):
        for i, (w, v) in enumerate(zip(ours, theirs, strict=True)):
            w.grad = None if missing and (i + t) % 3 == 0 else rng.normal(size=w.shape)
            v.grad = None if w.grad is None else torch.tensor(w.grad)
        trial = stepper.trial()
        trial.step()
        stepper.step()
        assert trial.vector.tobytes() == stepper.vector.tobytes()
        peer.step()
        schedule.step()
    for w, v in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(w.data, v.detach().numpy(), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("make", [*ALL, partial(SGD, momentum=0.5)])
def test_groups_without_options_of_their_own_are_none_to_the_bit(make):
    results = []
    for grouped in (False, True):
        model = MLP([3, 4, 2], rng=0)
        parameters = model.parameters()
        groups = [{"params": parameters[:1]}, {"params": parameters[1:]}]
        optimizer = make(groups if grouped else parameters, lr=0.1, clip_norm=0.5)
        np.sum(model(np.ones((1, 3)))).backward()
        train(model, optimizer, 5)
        results.append(optimizer.vector.tobytes())
    assert results[0] == results[1]


def test_groups_of_an_optimizer_that_a_reader_wrote():
    first, second, third = tensors([np.ones(2), np.ones(()), np.ones(3)])
    optimizer = Own([{"params": [first, second], "lr": 0.1}, {"params": [third]}], lr=0.2)
    alone = [Own(ws, lr=lr) for ws, lr in ((tensors([np.ones(2), np.ones(())]), 0.1),)]
    alone += [Own(tensors([np.ones(3)]), lr=0.2)]
    for _ in range(3):
        for w in (first, second, third, *(w for o in alone for w in o.parameters)):
            w.grad = np.full(w.shape, 2.0)
        for each in (optimizer, *alone):
            each.step()
    expected = np.concatenate([each.vector for each in alone])
    assert optimizer.vector.tobytes() == expected.tobytes() and optimizer.t == 3
    assert (optimizer.seen == alone[0].seen + alone[1].seen).all()


def test_a_group_keeps_its_proportion_and_is_checked():
    w, b = tensors([np.ones(2), np.ones(1)])
    groups = [{"params": [w], "lr": 0.01}, {"params": iter([b])}]
    optimizer = SGD(groups, lr=0.1)
    assert "2 groups (1, lr=" in repr(optimizer) and optimizer.parameters == [w, b]
    optimizer.lr = 0.5
    w.grad, b.grad = np.ones(2), np.ones(1)
    optimizer.step()
    assert w.data == pytest.approx([0.95, 0.95]) and b.data == pytest.approx([0.5])
    for wrong, text in [
        ({"lr": 0.1}, "a group is a dict .*params.*weight_decay.*not .'lr'"),
        ({"params": [b], "rate": 1}, "momentum, nesterov, not .'params', 'rate'"),
        ({"params": [b], "clip_norm": 1}, "clip_norm"),
        (b, "a group is a dict"),
        ({"params": [b], "lr": -1}, "learning rate"),
        ({"params": [w]}, "twice"),
    ]:
        with pytest.raises(ValueError, match=text):
            SGD([{"params": [w]}, wrong])
    with pytest.raises(ValueError, match="in proportion.*begins with 0"):
        SGD(groups[:1], lr=lambda step: step)
    with pytest.raises(ValueError, match="has groups of parameters"):
        Proximal(SGD([{"params": [w]}]), penalties.prox_l1, 0.1, [w])


# --- clipping -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, change",
    [
        ({}, [[3.0, -4.0], [12.0]]),
        ({"clip_norm": 6.5}, [[1.5, -2.0], [6.0]]),  # √(9 + 16 + 144) = 13: halved
        ({"clip_norm": 14}, [[3.0, -4.0], [12.0]]),
        ({"clip_value": 3.5}, [[3.0, -3.5], [3.5]]),
        ({"clip_value": 4, "clip_norm": np.sqrt(41) / 2}, [[1.5, -2.0], [2.0]]),  # value first
        ({"clip_norm": 6.5, "weight_decay": 1}, [[2.5, -1.0], [7.0]]),  # λw is not clipped
    ],
    ids=str,
)
def test_clipping_sees_the_gradient_of_all_parameters(options, change):
    first, second = tensors([np.ones(2), np.ones(1)])
    optimizer = SGD([first, second], lr=1, **options)
    backward(first, [3.0, -4.0])
    backward(second, [12.0])
    optimizer.step()
    assert 1 - first.data == pytest.approx(change[0])
    assert 1 - second.data == pytest.approx(change[1])


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_the_clipped_gradient_has_exactly_the_norm_asked_for(scale):
    g = scale * np.random.default_rng(0).normal(size=100)
    assert np.linalg.norm(clip_by_norm(g, 0.5)) == pytest.approx(0.5, rel=1e-15, abs=0)
    assert np.array_equal(clip_by_norm(g, 20 * scale), g)


@pytest.mark.parametrize(
    "dtype, size",
    [
        *((np.float16, size) for size in (6e-5, 300, 6e4)),
        *((np.float32, size) for size in (1e-30, 1e12, 1e20, 3e38)),
        *((np.float64, size) for size in (1e-300, 1e-160, 1e160, 1e300, 1.7e308)),
    ],
)
def test_a_norm_is_right_where_its_squares_overflow_or_vanish(dtype, size):
    gradient = np.full(400, size, dtype)  # of norm 20 · size
    with np.errstate(all="raise", under="ignore"):
        for share in (1, 0.5, 0.0125):
            expected = gradient / 20 * share
            clipped = clip_by_norm(gradient, size * share)
            assert clipped.dtype == dtype
            np.testing.assert_allclose(clipped, expected, rtol=2 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_gradient_with_no_direction_is_not_clipped_to_nothing(bad):
    w = Tensor([1.0, 1.0], requires_grad=True)
    optimizer = SGD([w], clip_norm=1)
    w.grad = np.array([3.0, bad])
    with pytest.raises(FloatingPointError, match="inf or NaN in 1 of 2 places"):
        optimizer.step()
    assert w.data.tolist() == [1, 1]
    optimizer.clip_value = 1  # cuts what is infinite
    if not np.isnan(bad):
        optimizer.step()
        assert np.isfinite(w.data).all() and w.data[1] != 1


def test_clip_by_norm_leaves_a_zero_gradient_alone():
    g = np.zeros(3)
    clip_by_norm(g, 1.0)
    assert not g.any()


# --- one vector -----------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ALL)
def test_parameters_are_views_into_one_vector_and_keep_their_values(optimizer):
    model = MLP([3, 4, 2], rng=0)
    before = model.state_dict()
    vector = optimizer(model.parameters()).vector
    assert vector.flags.c_contiguous and vector.size == 3 * 4 + 4 + 4 * 2 + 2
    assert all(np.shares_memory(parameter.data, vector) for parameter in model.parameters())
    assert all(np.array_equal(model.state_dict()[name], before[name]) for name in before)
    vector[:] = 5
    assert np.all(model.layers[2].weight.data == 5)


def test_the_users_own_array_is_not_changed():
    array = np.ones(3)
    w = Tensor(array, requires_grad=True)
    optimizer = SGD([w], lr=1)
    np.sum(w).backward()
    optimizer.step()
    assert w.data.tolist() == [0, 0, 0] and array.tolist() == [1, 1, 1]


@pytest.mark.parametrize("make", [*ALL, partial(SGD, momentum=0.9)])
def test_a_trial_changes_nothing_and_says_what_the_step_will_do(make):
    w = Tensor([3.0, 4.0], requires_grad=True)
    optimizer = make([w], lr=0.1, weight_decay=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        backward(w, [30.0, 40.0])
        before = copy.deepcopy(vars(optimizer))
        trial = optimizer.trial()
        trial.step()
        assert w.data.tolist() == before["vector"].tolist() != trial.vector.tolist()
        for name, value in vars(optimizer).items():
            if isinstance(value, (np.ndarray, int)):
                np.testing.assert_array_equal(value, before[name])
        optimizer.step()
        assert w.data.tolist() == trial.vector.tolist()


@pytest.mark.parametrize("optimizer", ALL)
def test_float32_stays_float32_in_every_array_of_the_state(optimizer):
    model = Linear(3, 2, rng=0, dtype=np.float32)
    wide = {name: np.float64(0.1) for name in ("lr", "weight_decay", "clip_norm", "clip_value")}
    stepper = optimizer(model.parameters(), **wide)
    assert all(type(vars(stepper)[name]) is float for name in wide)
    for _ in range(2):
        stepper.zero_grad()
        model(np.ones((4, 3), np.float32)).sum().backward()
        stepper.step()
    arrays = [value for value in vars(stepper).values() if isinstance(value, np.ndarray)]
    arrays += [array for p in model.parameters() for array in (p.data, p.grad)]
    assert len(arrays) >= 6 and {array.dtype for array in arrays} == {np.dtype("float32")}


# --- copies -----------------------------------------------------------------------------------

KINDS = [
    Lion,
    lambda parameters: Adam([{"params": parameters[:1], "lr": 0.01}, {"params": parameters[1:]}]),
    *(partial(kind, **options) for kind, options in OPTIONS + VARIANTS),
    lambda parameters: Proximal(SGD(parameters, momentum=0.5), penalties.prox_l1, 0.01),
    lambda parameters: Proximal(Adam(parameters), penalties.prox_l1, 0.01),
]
TOGETHER = {  # how a model and its optimizer may be held
    "pair": lambda m, o: (m, o),
    "optimizer first": lambda m, o: [o, m],
    "trainer": lambda m, o: SimpleNamespace(o=o, m=m),
}
COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


def train(model, optimizer, steps=3):
    x = np.random.default_rng(3).normal(size=(5, 3))
    for _ in range(steps):
        optimizer.step()
        optimizer.zero_grad()
        np.sum(model(x) ** 2).backward()  # stays, so that a copy is made between it and step()


@pytest.mark.parametrize("made", COPIES)
@pytest.mark.parametrize("held", TOGETHER)
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_model_and_optimizer_trains_like_the_original(kind, held, made):
    model = MLP([3, 4, 2], rng=0)
    optimizer = kind(model.parameters())
    np.sum(model(np.ones((1, 3)))).backward()
    train(model, optimizer)
    copied = COPIES[made](TOGETHER[held](model, optimizer))
    values = vars(copied).values() if held == "trainer" else copied
    model2, optimizer2 = sorted(values, key=lambda value: isinstance(value, Optimizer))
    before = optimizer.vector.copy()
    train(model2, optimizer2)
    assert np.array_equal(optimizer.vector, before) and not np.array_equal(
        before, optimizer2.vector
    )
    train(model, optimizer)
    assert optimizer.vector.tobytes() == optimizer2.vector.tobytes()
    for p, q in zip(model.parameters(), model2.parameters(), strict=True):
        assert p.data.tobytes() == q.data.tobytes() and p.grad.tobytes() == q.grad.tobytes()
        assert np.shares_memory(q.data, optimizer2.vector)


def test_a_copy_after_a_missed_gradient_goes_on_with_each_count():
    pairs = []
    for make in (copy.copy, copy.deepcopy):
        both = tensors([1.0, 1.0])
        optimizer = Adam(both, lr=0.1)
        for with_gradient in (both[:1], both):
            optimizer.zero_grad()
            for w in with_gradient:
                w.grad = np.array(0.5)
            optimizer.step()
        pairs.append(make((both, optimizer)))
    for both, optimizer in pairs:
        optimizer.step()
        assert np.shares_memory(both[0].data, optimizer.vector)
    assert pairs[0][1].vector.tobytes() == pairs[1][1].vector.tobytes()
    assert pairs[0][1].steps.tolist() == [3, 2]


def test_a_shallow_copy_takes_nothing_from_the_original():
    w = Tensor([1.0], requires_grad=True)
    optimizer = SGD([w], lr=1)
    copy.copy(optimizer)
    w.grad = np.array([1.0])
    optimizer.step()
    assert w.data.tolist() == [0]


@pytest.mark.parametrize("order", [1, -1])
def test_an_optimizer_that_lost_its_parameters_does_not_get_them_back_by_a_copy(order):
    model = Linear(2, 1, rng=0)
    pair = [SGD(model.parameters(), lr=1), SGD(model.parameters(), lr=1)]
    model.weight.data[...] = 7
    copied, *both = copy.deepcopy([model, *pair[::order]])
    lost, new = both[::order]
    assert (copied.weight.data == 7).all() and (new.vector[:2] == 7).all()
    copied(np.ones((1, 2))).sum().backward()
    with pytest.raises(RuntimeError, match="was replaced"):
        lost.step()
    new.step()
    assert (copied.weight.data == 6).all()


def test_a_copy_of_the_optimizer_alone_says_what_to_copy():
    model = Linear(2, 1, rng=0)
    optimizer = copy.deepcopy(SGD(model.parameters()))
    model(np.ones((1, 2))).sum().backward()
    with pytest.raises(RuntimeError, match=r"copy.deepcopy\(\(model, optimizer\)\)"):
        optimizer.step()


# --- schedules and state ----------------------------------------------------------------------


def falling(step):
    """A schedule that a reader might write."""
    return 0.1 / (1 + step)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schedule_sets_the_rate_before_each_update(kind):
    scheduled, by_hand = (MLP([3, 4, 2], rng=0) for _ in range(2))
    first, second = kind(scheduled.parameters()), kind(by_hand.parameters())
    for model in (scheduled, by_hand):
        np.sum(model(np.ones((1, 3)))).backward()
    first.lr = falling
    assert (first.schedule, first.updates, first.lr) == (falling, 0, 0.1)
    for step in range(4):
        second.lr = falling(step)
        assert first.trial().vector.tobytes() == first.vector.tobytes()
        train(scheduled, first, 1)
        train(by_hand, second, 1)
        assert (first.lr, first.updates) == (falling(step), step + 1)
    assert first.vector.tobytes() == second.vector.tobytes()
    assert "lr=<function falling" in repr(first)
    first.lr = 0.5
    assert (first.schedule, first.lr) == (None, 0.5)
    first.lr = falling
    assert first.updates == 0, "a schedule begins anew wherever it is set"


def test_a_schedule_may_begin_with_0_and_what_it_returns_is_checked():
    w = Tensor([1.0], requires_grad=True)
    optimizer = SGD([w], lr=lambda step: [0, -1, np.nan, "1"][step])
    w.grad = np.ones(1)
    optimizer.step()
    assert w.data == 1 and optimizer.updates == 1
    for _ in range(2):
        with pytest.raises(ValueError, match="SGD: lr, the learning rate, must be at least 0"):
            optimizer.step()
    assert w.data == 1 and optimizer.updates == 1, "a step that failed is no update"
    with pytest.raises(TypeError, match="must be a number"):
        optimizer.lr = lambda step: None


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize("missed", [False, True])
@pytest.mark.parametrize("schedule", [None, falling])
@pytest.mark.parametrize("kind", KINDS)
def test_an_optimizer_with_a_loaded_state_takes_the_same_steps_to_the_bit(
    kind, schedule, missed, as_file, tmp_path
):
    models = [MLP([3, 4, 2], rng=seed) for seed in (0, 1)]
    optimizers = [kind(model.parameters()) for model in models]
    for model, optimizer in zip(models, optimizers, strict=True):
        optimizer.lr = schedule or 0.05
        np.sum(model(np.ones((1, 3)))).backward()
    train(models[0], optimizers[0])
    if missed:
        models[0].layers[0].weight.grad = None
        train(models[0], optimizers[0], 1)
    else:
        train(models[1], optimizers[1], 1)  # what it did before is forgotten
    optimizers[0].weight_decay = 0.02
    state = optimizers[0].state_dict()
    kept = copy.deepcopy(state)
    if as_file:
        np.savez(tmp_path / "state.npz", **state)
        with np.load(tmp_path / "state.npz") as file:
            state = dict(file)
    models[1].load_state_dict(models[0].state_dict())
    optimizers[1].load_state_dict(state)
    for model, optimizer in zip(models, optimizers, strict=True):
        optimizer.zero_grad()
        np.sum(model(np.ones((1, 3)))).backward()
        train(model, optimizer)
    assert optimizers[0].vector.tobytes() == optimizers[1].vector.tobytes()
    assert optimizers[0].lr == optimizers[1].lr
    for name, value in kept.items():
        np.testing.assert_array_equal(state[name], value, "a state is a copy")


def test_a_state_goes_to_the_same_groups_only():
    def made(at, lr, own):
        parameters = tensors([np.ones(2), np.ones(3), np.ones(1)])
        return Adam([{"params": parameters[:at], "lr": own}, {"params": parameters[at:]}], lr=lr)

    optimizer = made(1, 0.1, 0.01)
    optimizer.lr = 0.05
    state, again = optimizer.state_dict(), made(1, 0.1, 0.01)
    again.load_state_dict(state)
    assert [g.rate(again.lr) for g in again.groups] == [0.005, 0.05]
    for other in (made(2, 0.1, 0.01), made(1, 0.1, 0.02), made(1, 0.05, 0.01)):
        with pytest.raises(ValueError, match="its groups are 1, lr=0.01; 2, beside a rate of 0.1"):
            other.load_state_dict(state)
    with pytest.raises(ValueError, match="its groups are 1, lr=0.01.*not None"):
        Adam(tensors([np.ones(2), np.ones(3), np.ones(1)])).load_state_dict(state)


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda state: 3, "TypeError.*takes what state_dict.. gave, not int"),
        (lambda state: {}, "the state of something else"),
        (lambda state: state | {"optimizer": "AdamW"}, "the state of AdamW"),
        (lambda state: state | {"updates": 3}, "it had a schedule, and this has none"),
        (lambda state: state | {"more": 3}, "more is unknown"),
        (lambda state: {k: state[k] for k in state if k != "steps"}, "steps is missing"),
        (lambda state: state | {"steps": 1.5}, "steps is float64, not int"),
        (lambda state: state | {"steps": np.arange(3)}, r"steps has shape \(3,\), not \(\)"),
        (lambda state: state | {"lr": -1.0}, "learning rate.* must be at least 0"),
        (lambda state: state | {"lr": np.ones(2)}, r"lr has shape \(2,\), not \(\)"),
        (lambda state: state | {"betas": np.array([0.9, 7])}, r"betas\[1\] must be"),
        (
            lambda state: state | {"first_moment": np.ones(26, "f4"), "second_moment": np.ones(2)},
            r"first_moment is float32, not float64; second_moment has shape \(2,\), not \(26,\)",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_whole(change, text):
    optimizer = Adam(MLP([3, 4, 2], rng=0).parameters())
    before = optimizer.state_dict()
    with pytest.raises((TypeError, ValueError)) as caught:
        optimizer.load_state_dict(change(optimizer.state_dict()))
    assert re.search(text, repr(caught.value))
    for name, value in optimizer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


# --- gradients: .grad is what backward() left there ------------------------------------------


@pytest.mark.parametrize("optimizer", ALL)
def test_step_leaves_grad_as_it_is(optimizer):
    """To print it afterwards, say; and so that the next backward() adds to it."""
    w = Tensor([3.0, 4.0], requires_grad=True)
    stepper = optimizer([w], weight_decay=0.5, clip_norm=1.0)
    backward(w, [30.0, 40.0])
    stepper.step()
    assert w.grad.tolist() == [30, 40]
    backward(w, [1.0, 2.0])
    assert w.grad.tolist() == [31, 42]


def test_backward_twice_then_one_step_uses_the_sum():
    w = Tensor(1.0, requires_grad=True)
    optimizer = SGD([w], lr=1)
    backward(w, 3)
    backward(w, 4)
    assert w.grad == 7
    optimizer.step()
    assert w.item() == -6


def test_zero_grad_forgets():
    w = Tensor(1.0, requires_grad=True)
    optimizer = SGD([w], lr=1)
    backward(w, 3)
    optimizer.zero_grad()
    backward(w, 4)
    optimizer.step()
    assert w.item() == -3


def test_a_gradient_that_a_user_sets_counts():
    w = Tensor([1.0, 1.0], requires_grad=True)
    optimizer = SGD([w], lr=1)
    w.grad = np.array([1.0, 2.0])
    optimizer.step()
    assert w.data.tolist() == [0, -1]


def test_a_parameter_without_gradient_stays_also_if_it_had_one_before():
    sometimes, always = tensors([1.0, 1.0])
    optimizer = SGD([sometimes, always], lr=1)
    for with_gradient in ([always], [sometimes, always], [always]):
        optimizer.zero_grad()
        for parameter in with_gradient:
            backward(parameter, 2)
        optimizer.step()
    assert (sometimes.item(), always.item()) == (-1, -5)


class Own(Optimizer):
    """As a reader might write one: a vector that is made anew, a count, and something else."""

    def __post_init__(self):
        super().__post_init__()
        self.mean, self.t, self.seen = np.zeros_like(self.vector), 0, np.zeros((2, 2))

    def update(self, w, g):
        self.t += 1
        self.seen = self.seen + np.sum(g)
        self.mean = 0.9 * self.mean + 0.1 * g
        w -= self.lr * self.mean / self.per_weight(1 - 0.9**self.t)


@pytest.mark.parametrize(
    "make", [Own, Lion, *(partial(kind, **options) for kind, options in OPTIONS + VARIANTS)]
)
def test_each_parameter_moves_as_if_it_were_alone_to_the_bit_whoever_has_no_gradient(make):
    pairs = [tensors([np.ones(2, "f4"), np.ones((2, 2), "f4")]) for _ in range(2)]
    both, apart = make(pairs[0], lr=0.1), [make([w], lr=0.1) for w in pairs[1]]
    for missing in (None, 0, 0, 1, None):
        for ws in pairs:
            for i, w in enumerate(ws):
                w.grad = None if i == missing else np.full(w.shape, 1.0 + i, "f4")
        both.step()
        for i, optimizer in enumerate(apart):
            if i != missing:
                optimizer.step()
    for w, v in zip(*pairs, strict=True):
        assert w.data.tobytes() == v.data.tobytes() and (w.data != 1).all()
    if make is Own:
        assert both.t.tolist() == [optimizer.t for optimizer in apart] == [3, 4]
        assert np.unique(both.seen).size == 1


def test_lr_can_be_changed_between_steps():
    w = Tensor(0.0, requires_grad=True)
    optimizer = SGD([w], lr=1)
    for lr in (1, 0.1):
        optimizer.lr = lr
        w.grad = np.array(1.0)
        optimizer.step()
    assert w.item() == pytest.approx(-1.1)


# --- options --------------------------------------------------------------------------------

SHARED = {"weight_decay": 0.0, "clip_norm": None, "clip_value": None}


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (SGD, {"lr": 0.01, "momentum": 0.0, "nesterov": False}),
        (Adagrad, {"lr": 0.01, "epsilon": 1e-10}),
        (
            RMSprop,
            {"lr": 0.01, "alpha": 0.99, "epsilon": 1e-8, "momentum": 0.0, "centered": False},
        ),
        (Adam, {"lr": 0.001, "betas": (0.9, 0.999), "epsilon": 1e-8}),
        (AdamW, {"lr": 0.001, "betas": (0.9, 0.999), "epsilon": 1e-8, "weight_decay": 0.01}),
        (AMSGrad, {"lr": 0.001, "betas": (0.9, 0.999), "epsilon": 1e-8}),
        (RAdam, {"lr": 0.001, "betas": (0.9, 0.999), "epsilon": 1e-8}),
        (Nadam, {"lr": 0.002, "betas": (0.9, 0.999), "epsilon": 1e-8, "momentum_decay": 0.004}),
        (Lion, {"lr": 0.0001, "betas": (0.9, 0.99)}),
    ],
)
def test_the_signature_shows_every_option_with_its_default_and_an_instance_keeps_it(
    optimizer, options
):
    parameters = inspect.signature(optimizer).parameters
    assert [*parameters][:2] == ["parameters", "lr"]
    assert {p.name: p.default for p in [*parameters.values()][1:]} == SHARED | options
    own = [value for name, value in options.items() if name not in SHARED]
    stepper = optimizer([Tensor([1.0], requires_grad=True)], *own)  # by position
    assert {name: vars(stepper)[name] for name in SHARED | options} == SHARED | options


@pytest.mark.parametrize("optimizer", ALL)
def test_an_optimizer_shows_its_options_and_size(optimizer):
    model = MLP([40, 30], rng=0)
    shown = {
        SGD: "SGD(lr=0.01, 2 parameters, 1,230 elements)",
        Adagrad: "Adagrad(lr=0.01, epsilon=1e-10, 2 parameters, 1,230 elements)",
        RMSprop: "RMSprop(lr=0.01, alpha=0.99, epsilon=1e-08, 2 parameters, 1,230 elements)",
        Adam: "Adam(lr=0.001, betas=(0.9, 0.999), epsilon=1e-08, 2 parameters, 1,230 elements)",
        AdamW: "AdamW(lr=0.001, weight_decay=0.01, betas=(0.9, 0.999), epsilon=1e-08,"
        " 2 parameters, 1,230 elements)",
        AMSGrad: "AMSGrad(lr=0.001, betas=(0.9, 0.999), epsilon=1e-08,"
        " 2 parameters, 1,230 elements)",
        RAdam: "RAdam(lr=0.001, betas=(0.9, 0.999), epsilon=1e-08, 2 parameters, 1,230 elements)",
        Nadam: "Nadam(lr=0.002, betas=(0.9, 0.999), epsilon=1e-08, momentum_decay=0.004,"
        " 2 parameters, 1,230 elements)",
        Lion: "Lion(lr=0.0001, betas=(0.9, 0.99), 2 parameters, 1,230 elements)",
    }
    assert repr(optimizer(model.parameters())) == shown[optimizer]
    one = optimizer([W], lr=1, clip_norm=2)
    assert "lr=1.0, " in repr(one) and "clip_norm=2.0" in repr(one) and "1 parameter, " in repr(one)
    assert repr(Proximal(SGD([W]), penalties.prox_l1, 0.5, [W])) == (
        "Proximal(SGD(lr=0.01, 1 parameter, 2 elements), prox_l1, strength=0.5)"
    )


@pytest.mark.parametrize("optimizer", ALL)
def test_an_unknown_option_is_named_with_its_optimizer(optimizer):
    with pytest.raises(TypeError, match=f"{optimizer.__name__}.*'learning_rate'"):
        optimizer([W], learning_rate=0.1)


# --- mistakes -------------------------------------------------------------------------------

W = Tensor([1.0, 1.0], requires_grad=True)


@pytest.mark.parametrize(
    "parameters, error, text",
    [
        ([], ValueError, "list of parameters is empty.*model.parameters"),
        ([np.ones(2)], TypeError, "not a Tensor with requires_grad=True"),
        ([W, Tensor([1.0])], TypeError, "not a Tensor with requires_grad=True"),
        (list(Linear(1, 1).named_parameters()), TypeError, "not a Tensor with requires_grad=True"),
        (
            [W, Tensor(np.ones(2, np.float32), requires_grad=True)],
            TypeError,
            "one dtype, not.*float32.*float64",
        ),
        (W, TypeError, "list"),
        ([W * 2], TypeError, "computed"),
        ([W, W], ValueError, "twice"),
    ],
    ids=["empty", "array", "buffer", "names", "dtypes", "one-tensor", "computed", "twice"],
)
def test_what_is_no_list_of_parameters_is_refused(parameters, error, text):
    with pytest.raises(error, match=text):
        Adam(parameters)


@pytest.mark.parametrize("optimizer", ALL)
@pytest.mark.parametrize(
    "lr, error",
    [
        ("0.1", TypeError),
        (None, TypeError),
        ([0.1], TypeError),
        (True, TypeError),
        (np.array([0.1]), TypeError),
        (0, ValueError),
        (-0.1, ValueError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
    ],
)
def test_a_learning_rate_that_is_none_is_refused_also_later(optimizer, lr, error):
    with pytest.raises(error, match="learning rate.* must be"):
        optimizer([W], lr=lr)
    for stepper in (optimizer([W]), Proximal(SGD([W]), penalties.prox_l1, 0.1, [W])):
        before = stepper.lr
        if lr == 0 and isinstance(lr, int):  # where a schedule begins or ends
            stepper.lr = lr
            continue
        with pytest.raises(error, match="learning rate.* must be"):
            stepper.lr = lr
        assert stepper.lr == before


def test_with_a_learning_rate_of_0_nothing_moves():
    for kind in [*ALL, lambda ws: Proximal(SGD(ws, momentum=0.9), penalties.prox_l1, 0.1, ws)]:
        w = Tensor([1.0, 2.0], requires_grad=True)
        optimizer = kind([w])
        optimizer.lr = 0
        w.grad = np.array([3.0, -4.0])
        optimizer.step()
        assert w.data.tolist() == [1, 2]


@pytest.mark.parametrize(
    "optimizer, options, text",
    [
        (SGD, {"nesterov": True}, "momentum above 0"),
        (SGD, {"momentum": -0.9}, "momentum"),
        (SGD, {"momentum": float("nan")}, "momentum"),
        (SGD, {"weight_decay": -0.1}, "weight_decay"),
        (SGD, {"clip_norm": -1.0}, "clip_norm"),  # would climb: the gradient changes its sign
        (SGD, {"clip_norm": 0}, "clip_norm"),
        (SGD, {"clip_value": -1.0}, "clip_value"),
        (RMSprop, {"alpha": 1.5}, "alpha"),
        (Adam, {"betas": (0.9, 1.0)}, "betas"),
        (Adam, {"betas": (-0.9, 0.999)}, "betas"),
        (Adagrad, {"epsilon": -1e-8}, "epsilon"),
    ],
    ids=str,
)
def test_an_option_out_of_its_range_is_refused_also_later(optimizer, options, text):
    with pytest.raises(ValueError, match=text):
        optimizer([W], **options)
    if options != {"nesterov": True}:
        (name, value), stepper = *options.items(), optimizer([W])
        with pytest.raises(ValueError, match=text):
            setattr(stepper, name, value)


def test_a_step_without_backward_is_named():
    optimizer = Adam(MLP([2, 2], rng=0).parameters())
    with pytest.raises(RuntimeError, match=r"Adam.step\(\).*loss.backward\(\)"):
        optimizer.step()


def test_replaced_data_is_noticed_before_anything_changes():
    model = Linear(2, 2, rng=0)
    optimizer = SGD(model.parameters())
    model(np.ones((1, 2))).sum().backward()
    before = model.weight.data.copy()
    model.bias.data = np.ones(2)
    with pytest.raises(RuntimeError, match="bias was replaced.*parameter.data"):
        optimizer.step()
    assert np.array_equal(model.weight.data, before)


def test_the_base_class_has_no_rule_of_its_own():
    w = Tensor(1.0, requires_grad=True)
    optimizer = Optimizer([w], lr=0.1)
    backward(w, 2)
    with pytest.raises(NotImplementedError):
        optimizer.step()
