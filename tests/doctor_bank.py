"""The doctor's bank: runs with one fault each, whose name the doctor must find, and healthy runs.

A fault is a function that makes a `Setup`: a healthy run with one thing done wrong. What it is
decorated with are the names of the rules that say so; any of them will do. HELD_OUT were drawn
before the first rule was written, and no rule was tuned on them.
"""

from __future__ import annotations

import functools
import random
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import tinynet as tn
from tinynet import layers, losses, optimizers
from tinynet.cli import _parser
from tinynet.cli import doctor as cli
from tinynet.datasets import load

FAULTS, HEALTHY = {}, {}  # name -> (names of rules, maker) and name -> maker


@dataclass
class Setup:
    """What `fit` is given."""

    model: Any
    loss: Any
    optimizer: Any
    train: Any
    validation: Any
    epochs: int = 40
    batch_size: int = 32
    options: dict = field(default_factory=dict)


def fault(*rules):
    def keep(make):
        FAULTS[make.__name__] = (rules, make)
        return make

    return keep


def healthy(make):
    HEALTHY[make.__name__] = make
    return make


def parts(name):
    """Training and validation part, standardized."""
    train, validation, _ = load(name).split(rng=0)
    return list(train.standardize(validation))


def numbers(name):
    """The same as pairs with a standardized target."""
    train, validation = parts(name)
    center, scale = train.y.mean(), train.y.std()
    return [(part.x, (part.y - center) / scale) for part in (train, validation)]


def columns(data, function):
    """Every part with other features."""
    return [(function(part.x), part.y) for part in data]


def shape(data):
    x, y = (data.x, data.y) if hasattr(data, "x") else data
    return x.shape[1], (int(y.max()) + 1 if y.ndim == 1 else y.shape[1])


def setup(data, loss=losses.cross_entropy, hidden=(16, 16), lr=0.01, model=None, **options):
    """A healthy run: an MLP with Adam."""
    width, outputs = shape(data[0])
    mlp = {k: options.pop(k) for k in ("activation", "dropout", "dtype") if k in options}
    make = options.pop("make", optimizers.Adam)
    of_optimizer = {
        k: v for k, v in options.items() if k in ("weight_decay", "clip_norm", "momentum")
    }
    options = {k: v for k, v in options.items() if k not in of_optimizer}
    model = model or layers.MLP([width, *hidden, outputs], rng=0, **mlp)
    optimizer = make(model.parameters(), lr, **of_optimizer)
    return Setup(model, loss, optimizer, *data, **options)


def regression(data, **options):
    return setup(data, **{"loss": losses.mse, **options})


def scale(model, factor, shift=0.0):
    """Other initial weights."""
    for layer in layers.linear_layers(model):
        layer.weight.data[...] = factor * layer.weight.data + shift
    return model


def mlp(sizes, **options):
    return layers.MLP(sizes, rng=0, **options)


# --- faults in the data ---------------------------------------------------------------------


@fault("constant feature")
def constant_feature():
    return setup(columns(parts("moons"), lambda x: np.column_stack([x, np.full(len(x), 3.0)])))


@fault("duplicated feature")
def duplicated_feature():
    return setup(columns(parts("wine"), lambda x: np.column_stack([x, x[:, 4]])))


@fault("duplicated feature")
def feature_in_other_units():
    return regression(
        columns2(numbers("auto_mpg"), lambda x: np.column_stack([x, 5 - 2.54 * x[:, 1]]))
    )


def columns2(data, function):
    return [(function(x), y) for x, y in data]


@fault("unscaled features")
def raw_features():
    train, validation, _ = load("wine").split(rng=0)
    return setup([train, validation])


@fault("unscaled features")
def tiny_features():
    return setup(columns(parts("penguins"), lambda x: 1e-4 * x))


@fault("unscaled features")
def one_feature_in_grams():
    return setup(columns(parts("penguins"), lambda x: x * [1, 1, 1, 800] + [0, 0, 0, 4200]))


@fault("outlying values")
def a_typing_error():
    train, validation, _ = load("penguins").split(rng=0)
    x = train.x.copy()
    x[17, 1] *= 1000
    return setup(list(replace(train, x=x).standardize(validation)))


@fault("outlying values")
def a_wild_target():
    (x, y), validation = numbers("friedman1")
    y = y.copy()
    y[5] = 400
    return regression([(x, y), validation])


@fault("class imbalance")
def hardly_any_positives():
    data = load("moons")
    data = data.take(np.r_[np.flatnonzero(data.y == 0), np.flatnonzero(data.y == 1)[:4]])
    train, validation = data.split((0.7, 0.3), rng=0)
    return setup(list(train.standardize(validation)))


@fault("class imbalance")
def a_class_only_in_validation():
    train, validation = parts("iris")
    return setup([train.take(train.y != 2), validation], model=mlp([4, 16, 16, 3]))


@fault("shared rows")
def validation_is_training():
    train, validation = parts("penguins")
    return setup([train, train.take(np.arange(60))])


@fault("shared rows")
def a_quarter_of_validation_is_training():
    train, validation = parts("breast_cancer")
    x, y = validation.x.copy(), validation.y.copy()
    n = len(x) // 4
    x[:n], y[:n] = train.x[:n], train.y[:n]
    return setup([train, (x, y)])


@fault("parts differ")
def validation_not_standardized():
    train, validation, _ = load("penguins").split(rng=0)
    return setup([train.standardize(), validation])


@fault("parts differ")
def validation_from_elsewhere():
    (x, y), validation = numbers("friedman1")
    order = np.argsort(x[:, 3])
    return regression([(x[order[:200]], y[order[:200]]), (x[order[200:]], y[order[200:]])])


@fault("target among the features")
def target_among_the_features():
    data = numbers("auto_mpg")
    return regression([(np.column_stack([x, 3 * y + 1]), y) for x, y in data])


@fault("target among the features")
def class_among_the_features():
    return setup([(np.column_stack([p.x, p.y]), p.y) for p in parts("label_noise")])


@fault("unscaled targets", "loss at the start")
def prices():
    data = numbers("friedman1")
    return regression([(x, 250_000 + 80_000 * y) for x, y in data])


@fault("constant target")
def constant_target():
    data = numbers("friedman1")
    return regression([(x, 0 * y + 0.5) for x, y in data])


@fault("contradictory rows")
def contradictory_rows():
    train, validation = parts("penguins")
    half = train.take(np.arange(0, len(train), 2))
    return setup([(np.tile(half.x, (2, 1)), np.r_[half.y, (half.y + 1) % 3]), validation])


@fault("overfitting")
def shuffled_labels():
    train, validation = parts("penguins")
    y = np.random.default_rng(0).permutation(train.y)
    return setup([(train.x, y), validation], hidden=(64, 64), epochs=80)


# --- faults between model and loss ----------------------------------------------------------


@fault("activation applied twice")
def softmax_before_cross_entropy():
    return setup(
        parts("digits"), model=layers.Sequential(mlp([64, 32, 10]), layers.Softmax()), epochs=15
    )


@fault("activation applied twice")
def sigmoid_before_a_loss_of_logits():
    data = [(p.x, p.y[:, None].astype(float)) for p in parts("moons")]
    loss = functools.partial(losses.log_loss, from_logits=True)
    return setup(data, loss, model=layers.Sequential(mlp([2, 16, 1]), layers.Sigmoid()))


@fault("activation applied twice")
def softmax_twice():
    loss = functools.partial(losses.cross_entropy, from_logits=False)
    model = layers.Sequential(mlp([4, 16, 3]), layers.Softmax(), layers.Softmax())
    return setup(parts("penguins"), loss, model=model)


@fault("probabilities into a loss of logits", "activation applied twice")
def own_softmax():
    class OwnSoftmax(layers.Module):
        def forward(self, x):
            e = np.exp(x - np.max(x, axis=1, keepdims=True))
            return e / np.sum(e, axis=1, keepdims=True)

    return setup(parts("penguins"), model=layers.Sequential(mlp([4, 16, 3]), OwnSoftmax()))


@fault("loss refuses the data")
def logits_into_a_loss_of_probabilities():
    return setup(parts("penguins"), functools.partial(losses.cross_entropy, from_logits=False))


@fault("loss refuses the data")
def labels_from_one():
    data = [(p.x, p.y + 1) for p in parts("iris")]
    return setup(data, model=mlp([4, 16, 3]))


@fault("loss refuses the data")
def flat_targets():
    data = [(x, y.ravel()) for x, y in numbers("friedman1")]
    return setup(data, losses.mse, model=mlp([10, 16, 1]))


@fault("loss refuses the data")
def flat_targets_into_an_own_loss():
    def squared(y_true, y_pred):
        return np.mean((y_pred - y_true) ** 2)

    data = [(x, y.ravel()) for x, y in numbers("friedman1")]
    return setup(data, squared, model=mlp([10, 16, 1]))


@fault("loss refuses the data")
def too_few_outputs():
    return setup(parts("digits"), model=mlp([64, 32, 8]))


@fault("classes as numbers")
def squared_error_of_class_ids():
    data = [(p.x, p.y[:, None].astype(float)) for p in parts("digits")]
    return setup(data, losses.mse, model=mlp([64, 32, 1]), epochs=20)


@fault("output range")
def relu_at_the_output():
    data = numbers("auto_mpg")
    return regression(data, model=layers.Sequential(mlp([9, 16, 1]), layers.ReLU()))


@fault("output range")
def tanh_at_the_output():
    data = [(x, 6 * y) for x, y in numbers("friedman1")]
    return regression(data, model=layers.Sequential(mlp([10, 16, 1]), layers.Tanh()))


@fault("no activation between")
def only_linear_layers():
    rng = np.random.default_rng(0)
    stack = [layers.Linear(a, b, rng=rng) for a, b in ((2, 16), (16, 16), (16, 2))]
    return setup(parts("circles"), model=layers.Sequential(*stack))


@fault("identical units", "gradient does not reach")
def all_weights_zero():
    return setup(parts("penguins"), model=scale(mlp([4, 16, 16, 3]), 0))


@fault("identical units")
def all_weights_equal():
    model = scale(mlp([2, 16, 2], activation=layers.Tanh), 0, shift=0.2)
    return setup(parts("moons"), model=model)


@fault("loss at the start")
def weights_too_large():
    return setup(parts("digits"), model=scale(mlp([64, 32, 10]), 8), epochs=15)


@fault("loss at the start", "exploding gradients")
def weights_too_large_in_a_deep_net():
    return setup(parts("digits"), model=scale(mlp([64, *[32] * 8, 10]), 3), epochs=15)


@fault("dead units")
def dead_from_the_start():
    model = mlp([2, 16, 16, 2])
    layers.linear_layers(model)[0].bias.data[...] = -12
    return setup(parts("moons"), model=model)


@fault("saturated units")
def saturated_from_the_start():
    model = scale(mlp([4, 16, 16, 3], activation=layers.Tanh), 25)
    return setup(parts("penguins"), model=model)


@fault("vanishing gradients")
def deep_sigmoid_net():
    model = mlp([2, *[16] * 9, 2], activation=layers.Sigmoid)
    return setup(parts("moons"), model=model, make=optimizers.SGD, lr=0.1)


@fault("vanishing gradients")
def four_sigmoid_layers_that_stay_where_they_begin():
    """Their gradients shrink 300 times, not 1000; with Adam, which evens that out, they learn."""
    model = mlp([2, *[16] * 4, 3], activation=layers.Sigmoid)
    return setup(parts("spirals"), model=model, make=optimizers.SGD, lr=0.1, epochs=40)


@fault("vanishing gradients")
def deep_net_with_small_weights():
    model = scale(mlp([64, *[32] * 6, 10]), 0.1)
    return setup(parts("digits"), model=model, make=optimizers.SGD, lr=0.1, epochs=15)


@fault("gradient does not reach")
def cut_off_from_the_graph():
    class CutOff(layers.Sequential):
        def forward(self, x):
            return self.layers[1](np.maximum(self.layers[0](x).data, 0))

    model = CutOff(layers.Linear(4, 16, rng=0), layers.Linear(16, 3, rng=1))
    return setup(parts("penguins"), model=model)


@fault("gradient does not reach")
def a_layer_that_is_not_used():
    class Forgetful(layers.Sequential):
        def forward(self, x):
            return self.layers[0](x)

    return setup(parts("penguins"), model=Forgetful(mlp([4, 16, 3]), layers.Linear(3, 3, rng=1)))


@fault("left out of the optimizer")
def first_layer_left_out():
    made = setup(parts("moons"))
    made.optimizer = optimizers.Adam(made.model.parameters()[2:], 0.01)
    return made


@fault("one batch cannot be learned")
def the_batch_is_averaged():
    class Averaged(layers.Sequential):
        def forward(self, x):
            return super().forward(np.mean(x, axis=0, keepdims=True) + 0 * x)

    model = Averaged(*mlp([4, 16, 3]).layers)
    return setup(parts("penguins"), model=model)


@fault("one batch cannot be learned", "divergence")
def the_sign_is_wrong():
    def negative(y_true, y_pred):
        return -losses.mse(y_true, y_pred)

    return regression(numbers("friedman1"), loss=negative)


@fault("heavy dropout")
def heavy_dropout():
    return setup(parts("digits"), hidden=(64, 32), dropout=0.9, epochs=15)


# --- faults in how it is trained ------------------------------------------------------------


@fault("rate too high", "divergence")
def sgd_rate_too_high():
    return setup(parts("digits"), make=optimizers.SGD, lr=5.0, epochs=15)


@fault("rate too high", "divergence")
def adam_rate_too_high():
    return setup(parts("digits"), lr=1.0, epochs=15)


@fault("rate too high", "divergence")
def a_sum_instead_of_a_mean():
    loss = functools.partial(losses.mse, reduction="sum")
    return regression(numbers("friedman1"), loss=loss, make=optimizers.SGD, lr=0.05)


@fault("divergence", "rate too high")
def regression_that_diverges():
    return regression(numbers("auto_mpg"), make=optimizers.SGD, lr=2.0)


@fault("rate too high", "divergence")
def too_much_momentum():
    data = parts("penguins")
    return setup(data, make=optimizers.SGD, lr=0.3, momentum=0.995)


@fault("rate too low")
def sgd_rate_too_low():
    return setup(parts("moons"), make=optimizers.SGD, lr=1e-4)


@fault("rate too low")
def adam_rate_too_low():
    return setup(parts("digits"), lr=1e-6, epochs=15)


@fault("loss of precision")
def float16_with_small_steps():
    model = mlp([4, 16, 16, 3], dtype=np.float16)
    return setup(parts("penguins"), model=model, make=optimizers.SGD, lr=1e-4)


@fault("loss of precision")
def float32_around_a_large_number():
    class Shifted(layers.Sequential):
        """Its weights are stored as w + 10⁶, between which float32 knows only sixteenths."""

        def forward(self, x):
            return x @ (self.weight - 1e6)

    model = Shifted()
    start = np.random.default_rng(0).normal(size=(10, 1)) + 1e6
    model.weight = tn.Tensor(start.astype(np.float32), requires_grad=True)
    return regression(numbers("friedman1"), model=model)


@fault("weight decay too strong")
def weight_decay_too_strong():
    return setup(parts("penguins"), make=optimizers.SGD, lr=0.1, weight_decay=1.0)


@fault("clipped at every step")
def clipped_at_every_step():
    return setup(parts("moons"), make=optimizers.SGD, lr=0.1, clip_norm=1e-3)


@fault("underfitting", "rate too low")
def too_few_steps():
    return setup(parts("digits"), make=optimizers.SGD, lr=0.01, epochs=3, batch_size=1257)


@fault("underfitting")
def too_small_a_net():
    return setup(parts("spirals"), hidden=(2,), epochs=100)


@fault("overfitting")
def forty_rows_and_a_wide_net():
    train, validation = parts("label_noise")
    data = [train.take(np.arange(40)), validation]
    return setup(data, hidden=(128, 128), epochs=150)


@fault("overfitting")
def more_features_than_rows():
    rng = np.random.default_rng(0)
    data = [
        (np.column_stack([x, rng.normal(size=(len(x), 200))]), y) for x, y in numbers("outliers")
    ]
    return regression(data, hidden=(64,), epochs=100)


@fault("plateau")
def rate_falls_to_nothing():
    def brake(history, model):
        if history.epochs == 4:
            made.optimizer.lr = 1e-9

    made = setup(parts("spirals"), epochs=60, options={"callbacks": [brake]})
    return made


@fault("dead units")
def dies_on_the_way():
    data = parts("moons")
    return setup(data, hidden=(16,), make=optimizers.SGD, lr=0.5, options={"callbacks": [kill]})


def kill(history, model):
    """What one step with a huge gradient does to a layer of relu."""
    if history.epochs == 3:
        layers.linear_layers(model)[0].bias.data[:12] = -50


# --- healthy runs ---------------------------------------------------------------------------


def as_trained(name):
    """What `tinynet train NAME` trains."""
    given = cli.prepared(_parser().parse_args(["doctor", name]))
    options = {name: given.pop(name) for name in ("callbacks", "rng")}
    return Setup(**given, options=options)


for _name in tn.datasets.names():
    HEALTHY[f"train {_name}"] = functools.partial(as_trained, _name)


@healthy
def sgd_with_momentum():
    return setup(parts("digits"), make=optimizers.SGD, lr=0.05, momentum=0.9, epochs=20)


@healthy
def dropout():
    return setup(parts("breast_cancer"), dropout=0.3, weight_decay=0.01)


@healthy
def one_line():
    return regression(numbers("heteroscedastic"), hidden=(), lr=0.05)


@healthy
def logistic_regression():
    data = [(p.x, p.y[:, None].astype(float)) for p in parts("breast_cancer")]
    return setup(
        data, functools.partial(losses.log_loss, from_logits=True), hidden=(), weight_decay=0.01
    )


@healthy
def a_sigmoid_where_it_belongs():
    data = [(p.x, p.y[:, None].astype(float)) for p in parts("moons")]
    model = layers.Sequential(mlp([2, 16, 16, 1]), layers.Sigmoid())
    return setup(data, losses.log_loss, model=model)


@healthy
def hinge():
    data = [(p.x, 2.0 * p.y[:, None] - 1) for p in parts("moons")]
    return setup(data, losses.hinge)


@healthy
def tanh_and_huber():
    return regression(numbers("sine"), loss=losses.huber, activation=layers.Tanh, epochs=150)


@healthy
def sigmoid_net():
    return setup(parts("iris"), activation=layers.Sigmoid, lr=0.02, epochs=60, weight_decay=0.01)


@healthy
def sample_weights():
    train, validation = parts("penguins")
    weights = 1.0 + (train.y == 1)
    return setup([train, validation], options={"sample_weight": weights}, weight_decay=0.01)


@healthy
def wide():
    return setup(parts("digits"), hidden=(256,), lr=0.001, epochs=15, dtype=np.float32)


@healthy
def counts():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3))
    y = rng.poisson(np.exp(0.5 + x @ [0.5, -0.3, 0.2]))[:, None].astype(float)
    return setup([(x[:300], y[:300]), (x[300:], y[300:])], losses.poisson_nll, lr=0.003)


@healthy
def without_validation():
    made = setup(parts("blobs"), make=optimizers.SGD, lr=0.1)
    made.validation = None
    return made


HELD_OUT = sorted(random.Random(13).sample(sorted(FAULTS), 16))


def findings(make):
    """What the doctor says of a run: rule -> severity, first before training, then of it."""
    made = make()
    given = (made.model, made.loss)
    before = tn.diagnose(
        *given, made.train, made.optimizer, made.validation, batch_size=made.batch_size
    )
    if any(rule in before for rule in ("model refuses the data", "loss refuses the data")):
        return before, None
    options = {"epochs": made.epochs, "batch_size": made.batch_size, **made.options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            history = tn.fit(
                *(*given, made.optimizer, made.train),
                **options,
                validation=made.validation,
                progress=False,
                diagnose=True,
            )
        except tn.training.NonFiniteLoss as error:
            history = error.history
    return before, history.diagnosis
