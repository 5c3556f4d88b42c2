"""Replay gives the bits of the ordinary path, and stays away where that is not certain."""

import functools
import gc
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinynet import Tensor, fit, functional, losses
from tinynet.datasets import load_iris, make_friedman1, make_moons
from tinynet.engine.tensor import Primitive
from tinynet.layers import (
    MLP,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
)
from tinynet.metrics import accuracy
from tinynet.optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from tinynet.training import EarlyStopping, NonFiniteLoss, Step
from tinynet.training import replay as replay_module
from tinynet.training.replay import Double, Replay, Written
from tinynet.training.suited import fitting, outputs, suited
from tinynet.training.tape import Traced

X = np.random.default_rng(0).normal(size=(50, 4))
IDS = np.random.default_rng(1).integers(0, 3, 50)
NUMBERS = np.column_stack([X[:, 0] * 3, np.sin(X[:, 1])])
YES = (X[:, :2] > 0).astype(float)
huber = functools.partial(losses.huber, delta=0.5)
total = functools.partial(losses.mse, reduction="sum")
logits = functools.partial(losses.log_loss, from_logits=True)


class Watched(Step):
    """Remembers each batch: True where it was replayed."""

    made: list

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.batches = []
        self.made.append(self)

    def backward(self, x, y, **per_row):
        return self._noted(super().backward(x, y, **per_row))

    def backward_rows(self, x, y, rows):
        return self._noted(super().backward_rows(x, y, rows))

    def _noted(self, value):
        self.batches.append(self.replayed)
        return value


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(Watched, "made", [], raising=False)
    monkeypatch.setattr(sys.modules["tinynet.training.fit"], "Step", Watched)
    return Watched.made


def model(outputs, activation=ReLU, dtype=np.float32, layers=()):
    return Sequential(
        *(Linear(4, 6, rng=0, dtype=dtype), activation(), Linear(6, 5, rng=1, dtype=dtype)),
        *(activation(), *layers, Linear(5, outputs, rng=2, dtype=dtype)),
    )


def trained(net, loss, y, optimizer=SGD, replay=True, x=X, **options):
    """The history of a run and the bits of every weight after it."""
    optimizer = optimizer(net.parameters(), lr=0.01) if isinstance(optimizer, type) else optimizer
    options = {"epochs": 4, "batch_size": 16, "progress": False} | options
    history = fit(net, loss, optimizer, (x, y), replay=replay, **options)
    return dict(history), optimizer.vector.tobytes(), optimizer.gradient.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", [ReLU, LeakyReLU, Sigmoid, Tanh])
@pytest.mark.parametrize(
    ("loss", "y"),
    [
        *((loss, NUMBERS) for loss in (losses.mse, losses.mae, losses.smooth_l1, huber, total)),
        *((loss, NUMBERS) for loss in (losses.smooth_l2, losses.huber, losses.pseudo_huber)),
        *((losses.cross_entropy, IDS), (losses.cross_entropy, np.eye(3)[IDS]), (logits, YES)),
    ],
)
def test_whole_runs_have_the_same_bits_on_both_paths(loss, y, activation, dtype, watched):
    outputs = 3 if len(y) == y.size or y.shape[1] == 3 else 2
    runs = [
        trained(model(outputs, activation, dtype), loss, y, replay=replay, validation=(X, y))
        for replay in (True, False)
    ]
    assert runs[0] == runs[1]
    assert watched[0].batches == [False, True, True, False] + [True] * 12  # the last has 2 rows
    assert not any(watched[1].batches)


@pytest.mark.parametrize(
    "loss", [losses.quantile, losses.expectile, functools.partial(losses.quantile, q=0.9)]
)
def test_a_loss_may_make_arrays_like_those_it_gets(loss, watched):
    assert trained(model(2), loss, NUMBERS) == trained(model(2), loss, NUMBERS, replay=False)
    assert any(watched[0].batches)


@pytest.mark.parametrize("optimizer", [SGD, Adagrad, RMSprop, Adam, AdamW])
@pytest.mark.parametrize("options", [{}, {"clip_norm": 0.1}, {"clip_value": 0.01}])
def test_every_optimizer_takes_the_same_steps(optimizer, options, watched):
    runs = []
    for replay in (True, False):
        net = model(3)
        stepper = optimizer(net.parameters(), lr=0.01, **options)
        runs.append(trained(net, losses.cross_entropy, IDS, stepper, replay))
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def shared():
    layer = Linear(4, 4, rng=0)
    return Sequential(layer, Tanh(), layer, Tanh(), Linear(4, 3, rng=1))


def images():
    return Sequential(Flatten(), Linear(4, 3, rng=0))


def without_bias():
    return Sequential(Linear(4, 3, bias=False, rng=0))


def probabilities():
    return Sequential(Linear(4, 3, rng=0), Softmax(), Linear(3, 3, rng=1))


def functions():
    return Sequential(Linear(4, 5, rng=0), np.tanh, Linear(5, 3, rng=1), np.negative)


def frozen():
    net = model(3)
    net.layers[0].weight.requires_grad = False
    return net


@pytest.mark.parametrize(
    ("make", "x"),
    [
        *((shared, X), (images, X.reshape(-1, 2, 2)), (without_bias, X), (probabilities, X)),
        (functions, X),
        *((shared, np.asfortranarray(X)), (shared, X[::-1, ::-1]), (shared, X.astype(int))),
        *((frozen, X), (lambda: MLP([4, 1, 3], rng=0), X), (lambda: MLP([4, 3], rng=0), X)),
    ],
)
def test_models_of_any_shape(make, x, watched):
    runs = [trained(make(), losses.cross_entropy, IDS, replay=r, x=x) for r in (True, False)]
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def test_a_weight_that_is_used_twice_and_one_that_is_never_used(watched):
    runs = []
    for replay in (True, False):
        net = shared()
        optimizer = SGD([*net.parameters(), *Linear(2, 2, rng=5).parameters()], lr=0.1)
        runs.append(trained(net, losses.cross_entropy, IDS, optimizer, replay))
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


# --- where it stays away --------------------------------------------------------------------


class Mine(Module):
    def forward(self, x):
        return x * np.random.default_rng(0).normal()


def overwritten():
    net = model(3)
    net.layers[1].forward = lambda x: x * 2
    return net


@losses.base.loss()
def mine(y_true, y_pred):
    return (y_pred - y_true) ** 2


mine.defslope(lambda y_true, y_pred: 2 * (y_pred - y_true))


@pytest.mark.parametrize(
    ("make", "loss", "y"),
    [
        (lambda: model(3, layers=[Dropout(0.5, rng=0)]), losses.cross_entropy, IDS),
        (lambda: model(3, layers=[Mine()]), losses.cross_entropy, IDS),
        (overwritten, losses.cross_entropy, IDS),
        (lambda: model(2), lambda y_true, y_pred: losses.mse(y_true, y_pred), NUMBERS),
        (lambda: model(2), mine, NUMBERS),
    ],
)
def test_what_is_not_certain_takes_the_ordinary_path(make, loss, y, watched):
    runs = [trained(make(), loss, y, replay=replay) for replay in (True, False)]
    assert runs[0] == runs[1]
    assert not any(watched[0].batches)


def test_a_parameter_that_the_optimizer_does_not_know(watched):
    runs = []
    for replay in (True, False):
        net = model(3)
        optimizer = SGD(net.parameters()[2:], lr=0.01)
        runs.append(trained(net, losses.cross_entropy, IDS, optimizer, replay))
    assert runs[0] == runs[1]
    assert not any(watched[0].batches)


def test_a_callback_may_change_the_model(watched):
    def sharpen(history, net):
        net.layers[1] = LeakyReLU(0.5 / history.epochs)

    runs = [
        trained(model(3), losses.cross_entropy, IDS, replay=r, callbacks=[sharpen])
        for r in (True, False)
    ]
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def sharper(net):
    net.layers[1] = LeakyReLU(0.2)


def frozen_later(net):
    net.layers[0].weight.requires_grad = False


def overwritten_later(net):
    net.layers[1].forward = lambda x: x * 2


def of_another_kind(net):
    net.layers[1].__class__ = Tanh


class Changing(EarlyStopping):
    """Changes the model after the second epoch, or before the fifth batch."""

    def __init__(self, change, hook):
        super().__init__(monitor="loss")
        self.change, self.hook, self.calls = change, hook, 0

    def on_batch_begin(self, run):
        self.calls += 1
        if self.hook == "batch" and self.calls == 5:
            self.change(run.model)

    def on_epoch_end(self, history, net):
        if self.hook == "epoch" and history.epochs == 2:
            self.change(net)

    def on_train_end(self, run):
        """Nothing is given back."""


@pytest.mark.parametrize("change", [sharper, frozen_later, overwritten_later, of_another_kind])
@pytest.mark.parametrize("hook", ["epoch", "batch", "metric"])
def test_whatever_changes_the_model_is_seen(change, hook, watched):
    runs = []
    for replay in (True, False):
        net = model(3)
        calls = []

        def metric(y_true, y_pred, net=net, calls=calls):
            calls.append(1)
            if len(calls) == 2:
                change(net)
            return 0.0

        options = {"metrics": [metric]} if hook == "metric" else {}
        options["callbacks"] = [Changing(change, hook)]
        runs.append(trained(net, losses.cross_entropy, IDS, replay=replay, **options))
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def test_what_gives_the_batches_may_change_the_model(watched):
    runs = []
    for replay in (True, False):
        net = model(3)
        optimizer = SGD(net.parameters(), lr=0.01)

        def batches(net=net):
            for i in range(0, 48, 8):
                net.layers[1] = LeakyReLU(0.1 * (1 + i // 24))
                yield X[i : i + 8], IDS[i : i + 8]

        options = {"epochs": 3, "progress": False, "replay": replay}
        history = fit(net, losses.cross_entropy, optimizer, batches, **options)
        runs.append((dict(history), optimizer.vector.tobytes()))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("what", ["targets", "options"])
def test_targets_and_options_of_the_loss_may_change(what):
    runs = []
    for replay in (True, False):
        y, loss = NUMBERS.astype(int), functools.partial(losses.huber, delta=1.0)

        def change(history, net, y=y, loss=loss):
            if what == "targets":
                y[history.epochs :: 5] += 1  # a captured step keeps the floats made of them
            else:
                loss.keywords["delta"] = 0.5**history.epochs

        runs.append(trained(model(2), loss, y, replay=replay, callbacks=[change]))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("ignored", [0, 2, -1])
@pytest.mark.parametrize(
    "loss",
    [
        *(losses.cross_entropy, losses.brier, losses.categorical_focal, losses.poly1),
        *(losses.generalized_cross_entropy, losses.symmetric_cross_entropy),
    ],
    ids=lambda loss: loss.__name__,
)
def test_an_ignored_class_is_ignored_in_every_batch(loss, ignored, watched):
    options = {"ignore_index": ignored}
    if "from_logits" in loss.own_options:
        options["from_logits"] = True
    ids = np.where(IDS == 1, ignored, IDS) if ignored < 0 else IDS  # its last batch is ignored
    runs = [
        trained(model(3), functools.partial(loss, **options), ids, replay=r) for r in (True, False)
    ]
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def test_a_class_that_is_ignored_only_later_is_ignored():
    ids = IDS % 2
    ids[np.random.default_rng(0).permutation(50)[-1]] = 2  # in the last batch of the first epoch
    loss = functools.partial(losses.cross_entropy, ignore_index=2)
    runs = [trained(model(3), loss, ids, replay=r, rng=0) for r in (True, False)]
    assert runs[0] == runs[1]


def test_an_option_that_is_an_array_may_change():
    runs = []
    for replay in (True, False):
        share = np.array([0.5, 0.5], np.float32)

        def lower(history, net, share=share):
            share *= 0.5

        loss = functools.partial(losses.quantile, q=share)
        runs.append(trained(model(2), loss, NUMBERS, replay=replay, callbacks=[lower]))
    assert runs[0] == runs[1]


FITTING = [
    (name, data)
    for data in (load_iris(), make_moons(60, rng=0), make_friedman1(60, rng=0))
    for name in fitting(data)
]


@pytest.mark.parametrize("name, data", FITTING, ids=lambda value: getattr(value, "name", value))
def test_every_loss_of_the_catalogue_has_the_same_bits_on_both_paths(name, data):
    loss, encode = suited(losses.names()[name], data)
    y = encode(data.y)
    runs = []
    for replay in (True, False):
        net = MLP([data.x.shape[1], 5, outputs(y, data)], rng=0)
        runs.append(trained(net, loss, y, replay=replay, x=data.x / np.abs(data.x).max()))
    assert runs[0] == runs[1]


def test_two_steps_that_differ_in_a_constant_have_different_descriptions():
    steps = []
    for slope in (0.1, 0.2, 0.1):
        net = Sequential(Linear(4, 3, rng=0), LeakyReLU(slope))
        step = Written.of(Double(net), losses.cross_entropy, {}, X[:5], IDS[:5])
        steps.append(step.description())
    assert steps[0] == steps[2] != steps[1]


class Shift(Module):
    """Adds two parameters as large as the batch: both get the very same gradient."""

    def __init__(self):
        self.a, self.b = (Tensor(np.zeros((25, 3)), requires_grad=True) for _ in range(2))

    def forward(self, x):
        return x + self.a + self.b


class Noise(Module):
    def __init__(self):
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        return x * self.rng.normal()


@pytest.mark.parametrize("layer", [Shift, Noise])
def test_a_layer_that_is_wrongly_taken_for_pure_is_found_out(layer, monkeypatch, watched):
    monkeypatch.setattr(replay_module, "PURE", (*replay_module.PURE, layer))
    runs = [
        trained(
            Sequential(Linear(4, 3, rng=0), layer()), losses.mse, X[:, :3], replay=r, batch_size=25
        )
        for r in (True, False)
    ]
    assert runs[0] == runs[1]
    assert not any(watched[0].batches)


def test_a_loss_whose_targets_depend_on_their_batch_is_found_out(monkeypatch, watched):
    def centred(name, y_true, y_pred, where=None):
        return (y_true.astype(y_pred.dtype) - np.mean(y_true), y_pred), None

    @losses.base.loss(prepare=centred)
    def centred_squares(y_true, y_pred):
        return (y_pred - y_true) ** 2

    centred_squares.defderivative(lambda y_true, y_pred: 2 * (y_pred - y_true))
    monkeypatch.setattr(losses, "centred_squares", centred_squares, raising=False)
    runs = [trained(model(2), centred_squares, NUMBERS, replay=r) for r in (True, False)]
    assert runs[0] == runs[1]
    assert not any(watched[0].batches)


# Layers, some of them plain functions, some with a memory or a random stream of their own.


def noisy(seed):
    rng = np.random.default_rng(seed)
    return lambda x: x * rng.normal()


def dropping(seed):
    rng = np.random.default_rng(seed)
    return lambda x: functional.dropout(x, 0.5, rng)


def counting(seed):
    calls = []

    def every_third_time_more(x):
        calls.append(1)
        return x * (2.0 if len(calls) % 3 == 0 else 1.0)

    return every_third_time_more


PARTS = {
    "ReLU": lambda seed: ReLU(),
    "Tanh": lambda seed: Tanh(),
    "LeakyReLU": lambda seed: LeakyReLU(0.1 + seed / 10),
    "np.tanh": lambda seed: np.tanh,
    "sigmoid": lambda seed: functional.sigmoid,
    "Dropout": lambda seed: Dropout(0.3, rng=seed),
    **{f.__name__: f for f in (noisy, dropping, counting)},
    "lambda": lambda seed: lambda x: x * 0.5 + 1,
}
LOSSES = {
    "ids": [
        (losses.cross_entropy, {}),
        (losses.cross_entropy, {"ignore_index": 1}),
        (losses.cross_entropy, {"label_smoothing": 0.1}),
        (losses.cross_entropy, {"class_weight": [1.0, 2.0, 5.0]}),
        (losses.multiclass_hinge, {"margin": 0.5}),
    ],
    "numbers": [
        *((losses.mse, {}), (losses.mae, {}), (losses.mse, {"reduction": "sum"})),
        *((losses.huber, {"delta": 0.3}), (losses.quantile, {"q": 0.2})),
    ],
}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    parts=st.lists(st.sampled_from(sorted(PARTS)), max_size=3),
    target=st.sampled_from(sorted(LOSSES)),
    loss=st.integers(0, 4),
    seed=st.integers(0, 3),
    batch_size=st.sampled_from([7, 16, 50]),
    optimizer=st.sampled_from([SGD, Adam]),
    hook=st.sampled_from([None, "epoch", "batch"]),
    weights=st.booleans(),
)
def test_random_models_losses_and_callbacks_have_the_same_bits_on_both_paths(
    parts, target, loss, seed, batch_size, optimizer, hook, weights
):
    function, bound = LOSSES[target][loss]
    runs = []
    for replay in (True, False):
        inner = [PARTS[part](seed) for part in parts]
        net = Sequential(Linear(4, 5, rng=seed), ReLU(), *inner, Linear(5, 3, rng=seed + 1))
        options = {"callbacks": [Changing(sharper, hook)], "batch_size": batch_size}
        options |= {"sample_weight": np.arange(50) % 3} if weights else {}
        y = IDS if target == "ids" else np.column_stack([NUMBERS, NUMBERS[:, 0]])
        partial = functools.partial(function, **bound)
        runs.append(trained(net, partial, y, optimizer, replay, **options))
    assert runs[0] == runs[1]


def test_the_learning_rate_may_change_and_the_best_state_come_back(watched):
    runs = []
    for replay in (True, False):
        net = model(3)
        optimizer = Adam(net.parameters(), lr=0.1)
        stopping = EarlyStopping(patience=2)
        options = {"validation": (X[:9], IDS[:9]), "metrics": [accuracy], "epochs": 30}
        run = trained(
            net, losses.cross_entropy, IDS, optimizer, replay, callbacks=[stopping], **options
        )
        runs.append((run, stopping.best_epoch))
    assert runs[0] == runs[1]
    assert any(watched[0].batches)


def test_a_loss_that_is_no_number_is_reported_the_same_way(watched):
    messages = []
    for replay in (True, False):
        net = model(2, dtype=np.float32)
        optimizer = SGD(net.parameters(), lr=0.01)

        def burst(history, net):
            net.layers[-1].bias.data[...] = 1e30

        with pytest.raises(NonFiniteLoss) as error:
            trained(net, losses.mse, NUMBERS, optimizer, replay, callbacks=[burst])
        messages.append((str(error.value), optimizer.vector.tobytes()))
    assert messages[0] == messages[1]
    assert any(watched[0].batches)


def test_a_wrong_label_in_a_later_batch_is_still_named():
    ids = IDS.copy()
    ids[7] = 5
    with pytest.raises(ValueError, match="from 0 to 2"):
        trained(model(3), losses.cross_entropy, ids, epochs=3, batch_size=2)


# --- how it works ---------------------------------------------------------------------------


ROWS = {"x": X[:16].astype(np.float32), "y": IDS[:16]}


def captured():
    net = model(3)
    return net, Replay(net, losses.cross_entropy, SGD(net.parameters()), (ROWS, ROWS))


def test_after_the_capture_the_parameters_are_as_they_were():
    net, _ = captured()
    assert {type(p.data) for p in net.parameters()} == {np.ndarray}


def test_an_interrupt_while_a_step_is_captured_leaves_the_model_as_it_was(monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(Primitive, "__call__", interrupted)
    net = model(3)
    with pytest.raises(KeyboardInterrupt):
        Replay(net, losses.cross_entropy, SGD(net.parameters()), (ROWS, ROWS))
    assert {type(p.data) for p in net.parameters()} == {np.ndarray}


def test_a_loss_that_is_not_finite_is_computed_again_on_the_ordinary_path():
    net = model(3)
    step = Step(net, losses.cross_entropy, SGD(net.parameters(), lr=1e-9))
    rows = np.flatnonzero(IDS != 2)[:16]
    x, y = X[rows].astype(np.float32), IDS[rows]
    for _ in range(2):
        step(x, y)
    assert step.replayed
    net.layers[-1].bias.data[2] = -np.inf  # a class that cannot be: 0 · ∞ is 0 for it
    expected = float(losses.cross_entropy(y, net(x)))
    with np.errstate(invalid="ignore"):  # as in fit
        again = step(x, y)
    assert not step.replayed and "is nan" in step.why_not
    assert again == expected and np.isfinite(expected)
    net.layers[-1].bias.data[2] = 0
    step(x, y)
    assert step.replayed


def test_gradients_are_written_straight_into_the_optimizers_vector():
    net, replay = captured()
    replay(ROWS["x"], ROWS["y"])
    grad_buffers = [p.grad_buffer for p in net.parameters()]
    places = [call.keywords.get("out", call.args[-1]) for call in replay.calls]
    assert all(any(place is grad_buffer for place in places) for grad_buffer in grad_buffers)
    assert all(p.grad is p.grad_buffer for p in net.parameters())


def test_memory_is_used_again():
    _, replay = captured()
    places = [call.keywords.get("out", call.args[-1]) for call in replay.calls]
    assert len({id(place) for place in places}) < 0.8 * len(places)


def test_nothing_is_left_for_the_garbage_collector():
    gc.collect()
    trained(model(3), losses.cross_entropy, IDS)
    assert gc.collect() == 0


def test_an_array_that_meets_a_tensor_leaves_the_recording_to_it():
    tape, x = [], Tensor(np.ones(2), requires_grad=True)
    for y in (np.multiply(Traced(np.ones(2), tape), x), x * Traced(np.ones(2), tape)):
        assert isinstance(y, Tensor) and isinstance(y.data, Traced)
    assert len(tape) == 2
    y = np.where(Traced(np.ones(2, bool), tape), 1.0, x)
    assert isinstance(y, Tensor) and isinstance(y.data, Traced)


@pytest.mark.parametrize(
    "read",
    [
        *(float, int, bool, np.asarray, lambda x: list(x[0]), lambda x: x.item(), np.cumsum),
        *(lambda x: x.tolist(), lambda x: x.flat, lambda x: x[x > 0], lambda x: x[[0, 1]]),
        *(lambda x: np.sum(x, dtype=float), lambda x: np.exp(x, where=x > 0)),
        *(lambda x: x.reshape(2, 2, order="F"), lambda x: np.reshape(x.T, 4)),
        *(lambda x: np.add.accumulate(x), lambda x: np.max(x, initial=0)),
    ],
)
def test_an_array_that_writes_calls_down_refuses_what_it_cannot_repeat(read):
    with pytest.raises((TypeError, ValueError)):
        read(Traced(np.ones((2, 2)), []))
