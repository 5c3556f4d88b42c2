"""Runs of `fit` that are resumed, for test_resume.py; also as a process of its own, to be killed.

python -m tests.resumed_run NAME FILE OUT EPOCHS [MOMENT]: train with resume=FILE, then write what
came out to OUT. With a MOMENT, the process kills itself there.
"""

import functools
import json
import os
import signal
import sys

import numpy as np

import tinynet as tn
from tinynet.layers import MLP, Linear, Module, Sequential, Tanh
from tinynet.training import (
    Callback,
    EarlyStopping,
    ExponentialMovingAverage,
    ReduceOnPlateau,
)
from tinynet.training.checkpoints import resuming
from tinynet.training.files import atomic_write

DATA = np.random.default_rng(0)
X = DATA.normal(size=(120, 4))
CLASSES = (X @ DATA.normal(size=(4, 3)) + DATA.normal(size=(120, 3))).argmax(1)
NUMBERS = np.sin(X.sum(1, keepdims=True))
WEIGHTS = DATA.uniform(0, 2, size=120)
TRAIN, VALIDATION = slice(0, 90), slice(90, 120)


def part(y, rows=TRAIN):
    return X[rows], y[rows]


class Noise(Module):
    """A layer of one's own, with a parameter, a buffer and a random generator."""

    def __init__(self, rng):
        self.rngs, self.size = [rng], tn.Tensor(np.full(4, 0.1), requires_grad=True)
        self.count = tn.Tensor(np.zeros(1))

    def forward(self, x):
        if self.training:
            self.count.data += 1
        return x + self.size * self.rngs[0].normal(size=x.shape) if self.training else x


class Momentum(Callback):
    """A callback with a memory: the rate falls by what it has seen."""

    def on_train_begin(self, run):
        self.optimizer, self.seen = run.optimizer, {"losses": [], "best": None}

    def on_epoch_end(self, history, model):
        self.seen["losses"].append(history["loss"][-1])
        self.seen["best"] = np.array(self.seen["losses"]).cumsum()
        self.optimizer.lr *= 1 - 0.1 / (1 + self.seen["best"][-1])

    def state_dict(self):
        return self.seen

    def load_state_dict(self, state):
        self.seen = state


def adam():
    """Dropout, Adam, EarlyStopping, metrics."""
    model = MLP([4, 16, 8, 3], rng=0, dropout=0.2)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    options = {"validation": part(CLASSES, VALIDATION), "metrics": [tn.metrics.accuracy], "rng": 3}
    return model, tn.losses.cross_entropy, optimizer, part(CLASSES), EarlyStopping(6), options


def momentum():
    """Momentum, weight decay, weights of rows, the optimizer's own generator."""
    model = MLP([4, 8, 1], rng=0, activation=Tanh)
    options = {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}
    optimizer = tn.optimizers.SGD(model.parameters(), **options)
    return model, tn.losses.mse, optimizer, part(NUMBERS), None, {"sample_weight": WEIGHTS[TRAIN]}


def schedule():
    """A schedule that counts the updates."""
    model = MLP([4, 8, 1], rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=tn.schedules.one_cycle(0.05, steps=72))
    return model, tn.losses.mse, optimizer, part(NUMBERS), None, {"rng": 1}


def plateau():
    """A rate that falls where the loss does not."""
    model = MLP([4, 8, 1], rng=0)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1, momentum=0.9)
    options = {"validation": part(NUMBERS, VALIDATION), "rng": 1}
    return model, tn.losses.mse, optimizer, part(NUMBERS), ReduceOnPlateau(patience=1), options


def function():
    """A rate that a function sets in each epoch, in float32; replayed."""
    model = MLP([4, 8, 1], rng=0, dtype=np.float32)
    optimizer = tn.optimizers.RMSprop(model.parameters(), lr=0.01)

    def fall(history, model):
        optimizer.lr = 0.01 * 0.9**history.epochs

    return model, tn.losses.huber, optimizer, part(NUMBERS), fall, {"rng": 1}


def own_layer():
    """A layer of one's own, a callback of one's own, a generator that is not NumPy's default."""
    rng = np.random.Generator(np.random.MT19937(5))
    model = Sequential(Noise(np.random.default_rng(1)), Noise(rng), Linear(4, 1, rng=0))
    optimizer = tn.optimizers.Adagrad(model.parameters(), lr=0.1)
    return model, tn.losses.mse, optimizer, part(NUMBERS), Momentum(), {"rng": rng}


def proximal():
    """An optimizer around another one."""
    model = MLP([4, 8, 1], rng=0)
    inner = tn.optimizers.SGD(model.parameters(), lr=0.05, momentum=0.8)
    optimizer = tn.optimizers.Proximal(inner, tn.penalties.prox_l1, 0.01)
    return model, tn.losses.mse, optimizer, part(NUMBERS), None, {}


def frozen():
    """AdamW counts the steps of each parameter, as one misses some; groups of batches, clipped."""
    model = MLP([4, 8, 1], rng=0)
    optimizer = tn.optimizers.AdamW(model.parameters(), lr=0.01)

    def freeze(history, model):
        model.layers[0].weight.requires_grad = history.epochs % 3 != 1

    options = {"rng": np.random.Generator(np.random.Philox(2)), "accumulate": 2, "clip_norm": 0.5}
    return model, tn.losses.mse, optimizer, part(NUMBERS), freeze, options


class Averaged(ExponentialMovingAverage):
    """At the end the model is the average."""

    def on_train_end(self, run):
        self.apply()


def average():
    """A mean of the weights, which the model becomes; a rate of its own for the biases."""
    model = MLP([4, 8, 1], rng=0)
    first, last = model.layers[0], model.layers[2]
    groups = [{"params": [first.weight, last.weight]}]
    groups += [{"params": [first.bias, last.bias], "lr": 0.1}]
    optimizer = tn.optimizers.SGD(groups, lr=0.05, momentum=0.5)
    return model, tn.losses.mse, optimizer, part(NUMBERS), Averaged(model, 0.9), {}


def normalised():
    """Running means of batches, in buffers."""
    layers = Linear(4, 8, rng=0), tn.layers.BatchNorm1d(8), tn.layers.ELU(), Linear(8, 1, rng=1)
    model = Sequential(*layers)
    optimizer = tn.optimizers.Nadam(model.parameters(), lr=0.02)
    return model, tn.losses.mse, optimizer, part(NUMBERS), None, {"batch_size": 30}


RUNS = {f.__name__: f for f in (adam, momentum, schedule, plateau, function, own_layer, proximal)}
RUNS |= {f.__name__: f for f in (frozen, average, normalised)}


def run(name, path=None, epochs=12, *more, **changed):
    """Train; returns the model and the History."""
    model, loss, optimizer, data, callback, options = RUNS[name]()
    callbacks = [*([callback] if callback else []), *more]
    options = {"batch_size": 16, "progress": False, "resume": path} | options | changed
    history = tn.fit(model, loss, optimizer, data, epochs=epochs, callbacks=callbacks, **options)
    return model, history


def outcome(model, history):
    """All that must be the same to the bit."""
    weights = {name: value.tobytes() for name, value in model.state_dict().items()}
    return weights, dict(history), history.best_epoch, history.stopped


# --- moments at which a process kills itself --------------------------------------------------


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def before(module, name, call, first=lambda *_: None):
    """Die in a call of a function, after something else."""
    function, calls = getattr(module, name), iter(range(1, 10**9))

    @functools.wraps(function)
    def wrapped(*args, **options):
        if next(calls) == call:
            first(*args)
            die()
        return function(*args, **options)

    setattr(module, name, wrapped)


MOMENTS = {
    "half a file is written": lambda: before(np, "savez", 3, lambda file: file.write(b"half")),
    "a file is not yet in its place": lambda: before(os, "replace", 3),
    "a file is in its place": lambda: before(os, "replace", 3, os.replace),
    "the first file is written": lambda: before(np, "savez", 1),
    "a step is taken": lambda: before(tn.optimizers.Adam, "update", 50),
    "the epoch is evaluated": lambda: before(tn.metrics, "accuracy", 9),
    "a callback is asked": lambda: before(EarlyStopping, "on_epoch_end", 8),
    "the run ends": lambda: before(EarlyStopping, "on_train_end", 1),
}


def main(name, path, out, epochs, moment=None):
    if moment:
        resuming._Pace.due = True  # so that there are enough of such moments
        MOMENTS[moment]()
    print("ready", flush=True)
    model, history = run(name, path, int(epochs))
    weights = {name: value.tolist() for name, value in model.state_dict().items()}
    text = json.dumps([weights, dict(history), history.best_epoch, history.stopped])
    with atomic_write(out) as file:  # it may be killed here, too
        file.write(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
