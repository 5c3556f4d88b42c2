"""A bank of wrong gradients, each with the kind of fault that gradcheck should name.

A row: name, kind, function, inputs. Most are an operation with a mistake in one rule, as students
make them; some are functions or modules that leave the graph.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from tinynet import Tensor, layers, losses, primitive, vjp

_rng = np.random.default_rng(7)


def random(*shape):
    """Numbers away from 0, of both signs."""
    return _rng.choice([-1, 1], shape) * _rng.uniform(0.3, 1.7, shape)


def rule(forward, *wrong):
    """An operation with these rules; right ones where there is None, or nothing."""

    def right(i):
        return lambda g, y, *args: vjp(forward, *args)[1](g)[i]

    given = dict(enumerate(wrong))
    return primitive(forward).defvjp(*(given.get(i) or right(i) for i in range(3)))


def inside_mean(operation):
    """The operation in the middle of a scalar function, as it is met in a model."""
    return lambda *xs: np.mean(np.tanh(operation(*(x * 1.5 for x in xs))) ** 2)


def spread(g, axis, n):
    """g, repeated n times along a new axis."""
    return np.repeat(np.expand_dims(g, axis), n, axis)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def mse(y, p):
    return np.mean((p - y) ** 2)


def norm(x):
    return np.sqrt(np.sum(x * x))


def halves(x):
    return x * x / 2


def last_of(g, x, index):
    """Scatter that overwrites where it should add."""
    out = np.zeros_like(x)
    out[index] = g
    return out


class Adding:
    """A rule that adds up in place, from call to call."""

    sum = 0.0

    def __call__(self, g, y, x):
        self.sum = self.sum + g * 2 * x
        return self.sum


X, Y, V, S = random(4, 3), random(4, 3), random(3), random(3, 3)
T, W, POSITIVE, LARGE = random(3, 3), random(3, 5), abs(random(4, 3)), np.array([-3.0, 2.0, 800.0])
LOGITS, SEVEN, FIVE = random(5, 3), random(7), random(5)
REPEATED, SHUFFLED = np.array([0, 2, 2, 1, 0]), [2, 0, 1]

exp, tanh, square, mean = (partial(rule, f) for f in (np.exp, np.tanh, np.square, np.mean))
multiply, matmul = partial(rule, np.multiply), partial(rule, np.matmul)
where = partial(rule, lambda a, b: np.where(X > 0, a, b))
cubed = partial(rule, lambda x: x**3)
bias = partial(rule, lambda x, b: x + b, None)  # these two: the rule of b only
scale = partial(rule, lambda x, b: x * b, None)
linear = partial(rule, lambda x, w, b: x @ w + b)
squares = partial(rule, mse, None)  # the rule of the prediction only

NO_TWO, FLIPPED = square(lambda g, y, x: g * x), exp(lambda g, y, x: -g * y)
FORWARDS = matmul(lambda g, y, a, b: g @ b)
SOFTMAX_DIAGONAL = rule(softmax, lambda g, y, x: g * y * (1 - y))
BIAS_ROW = bias(lambda g, y, x, b: g[0])
NO_MEAN = rule(mse, lambda g, y, t, p: 2 * g * (t - p), lambda g, y, t, p: 2 * g * (p - t))

ELEMENTWISE = [
    ("exp: sign", "sign", FLIPPED, [X]),
    ("cos: sign", "sign", rule(np.cos, lambda g, y, x: g * np.sin(x)), [X]),
    ("subtract: sign", "sign", rule(np.subtract, None, lambda g, y, a, b: g), [X, Y]),
    ("reciprocal: sign", "sign", rule(np.reciprocal, lambda g, y, x: g / x**2), [X]),
    ("square: no 2", "factor", NO_TWO, [X]),
    ("square of a number: no 2", "factor", NO_TWO, [1.5]),
    ("half square: 2", "factor", rule(halves, lambda g, y, x: 2 * g * x), [X]),
    ("cube: no 3", "factor", cubed(lambda g, y, x: g * x * x), [V]),
    ("sqrt: no half", "factor", rule(np.sqrt, lambda g, y, x: g / y), [POSITIVE]),
    ("log2: no ln 2", "factor", rule(np.log2, lambda g, y, x: g / x), [POSITIVE]),
    ("scale: inverse", "factor", rule(lambda x: 5 * x, lambda g, y, x: g / 5), [X]),
    ("negative double", "factor", rule(lambda x: 2 * x, lambda g, y, x: -g), [X]),
    ("tanh: zero", "zero", tanh(lambda g, y, x: 0 * g), [X]),
    ("times 3: zero", "zero", rule(lambda x: x * 3.0, lambda g, y, x: np.zeros_like(x)), [X]),
    ("tanh: g ignored", "upstream", tanh(lambda g, y, x: 1 - y * y), [X]),
    ("multiply: g ignored", "upstream", multiply(lambda g, y, a, b: b), [X, Y]),
    ("exp: g squared", "upstream", exp(lambda g, y, x: g * g * y), [X]),
    ("sin: |g|", "upstream", rule(np.sin, lambda g, y, x: abs(g) * np.cos(x)), [X]),
    ("norm: |g|", "upstream", rule(norm, lambda g, y, x: abs(g) * x / y), [X]),
    ("sigmoid: mean g", "upstream", rule(sigmoid, lambda g, y, x: g.mean() * y * (1 - y)), [X]),
    ("exp: sum of g", "upstream", exp(lambda g, y, x: np.sum(g) * y), [X]),
    ("exp: first g", "upstream", exp(lambda g, y, x: g[0, 0] * y), [X]),
    ("mean: g ignored", "upstream", mean(lambda g, y, x: np.ones_like(x) / x.size), [X]),
    ("sigmoid: only g", "slope_missing", rule(sigmoid, lambda g, y, x: g), [X]),
    ("tanh: only g", "slope_missing", tanh(lambda g, y, x: g), [X]),
    ("relu: no mask", "mask", rule(lambda x: np.maximum(x, 0), lambda g, y, x: g), [X]),
    ("clip: no mask", "mask", rule(lambda x: np.clip(x, -1, 1), lambda g, y, x: g), [X]),
    ("where: no mask", "mask", where(lambda g, y, a, b: g), [X, Y]),
    ("where: other branch", "wrong_argument", where(lambda g, y, a, b: g * (X <= 0)), [X, Y]),
    ("multiply: swapped", "wrong_argument", multiply(lambda g, y, a, b: g * a), [X, Y]),
    ("divide: b", "wrong_argument", rule(np.divide, None, lambda g, y, a, b: g / b), [X, Y]),
    ("divide: a", "wrong_argument", rule(np.divide, lambda g, y, a, b: -g * y / b), [X, Y]),
    (
        "power: a",
        "wrong_argument",
        rule(np.power, lambda g, y, a, b: g * y * np.log(a)),
        [POSITIVE, Y],
    ),
    (
        "multiply with a constant",
        "wrong_argument",
        lambda x: multiply(lambda g, y, a, b: g * a)(x, Y),
        [X],
    ),
    ("square: state", "stale", square(Adding()), [X]),
    (
        "sigmoid: overflow",
        "not_finite",
        rule(sigmoid, lambda g, y, x: g * np.exp(x) / (1 + np.exp(x)) ** 2),
        [LARGE],
    ),
    (
        "softplus: overflow",
        "not_finite",
        rule(softplus, lambda g, y, x: g * np.exp(x) / (1 + np.exp(x))),
        [LARGE],
    ),
    (
        "sinc at 0",
        "not_finite",
        rule(np.sinc, lambda g, y, x: g * (np.cos(np.pi * x) - y) / x),
        [[0.0, 0.5, 1.5]],
    ),
    (
        "softplus: cut off",
        "saturated",
        rule(softplus, lambda g, y, x: g * sigmoid(x) * (abs(x) < 30)),
        [[-2.0, 1.0, 3.0, 60.0]],
    ),
    ("tanh: of x", "unknown", tanh(lambda g, y, x: g * (1 - x * x)), [X]),
    ("power: exponent", "unknown", cubed(lambda g, y, x: g * 3 * x**3), [X]),
    ("power of a number", "unknown", cubed(lambda g, y, x: g * 3 * x), [2.0]),
]

SHAPES = [
    ("transpose: forwards", "transposed", rule(lambda x: x.T, lambda g, y, x: g), [S]),
    ("transpose: shape", "shape", rule(lambda x: x.T, lambda g, y, x: g), [X]),
    ("reshape: shape", "shape", rule(np.ravel, lambda g, y, x: g), [X]),
    (
        "reshape: Fortran order",
        "permuted",
        rule(np.ravel, lambda g, y, x: g.reshape(x.shape, order="F")),
        [X],
    ),
    ("flip: forgotten", "permuted", rule(lambda x: x[::-1] * 1.0, lambda g, y, x: g), [X]),
    (
        "roll: same way",
        "transposed",
        rule(lambda x: np.roll(x, 1), lambda g, y, x: np.roll(g, 1)),
        [SEVEN],
    ),
    ("cumsum: same way", "transposed", rule(np.cumsum, lambda g, y, x: np.cumsum(g)), [SEVEN]),
    (
        "columns: order",
        "permuted",
        rule(lambda x: x[:, SHUFFLED], lambda g, y, x: g[:, [0, 2, 1]]),
        [X],
    ),
    (
        "getitem: overwritten",
        "not_summed",
        rule(lambda x: x[REPEATED], lambda g, y, x: last_of(g, x, REPEATED)),
        [V],
    ),
    (
        "concatenate: parts",
        "wrong_argument",
        rule(lambda a, b: np.concatenate([a, b]), lambda g, y, a, b: g[3:]),
        [V, V[::-1] * 2],
    ),
    (
        "sum over 0: along 1",
        "wrong_axis",
        rule(lambda x: x.sum(axis=0), lambda g, y, x: spread(g, 1, 3)),
        [S],
    ),
    (
        "sum over 1: along 0",
        "wrong_axis",
        rule(lambda x: x.sum(axis=1), lambda g, y, x: spread(g, 0, 3)),
        [S],
    ),
    ("sum over 1: shape", "shape", rule(lambda x: x.sum(axis=1), lambda g, y, x: g), [X]),
    ("bias: other axis", "wrong_axis", bias(lambda g, y, x, b: g.sum(axis=1)), [S, V]),
    ("bias: wrong shape", "shape", bias(lambda g, y, x, b: g.sum(axis=1)), [X, V]),
    ("bias: first row", "not_summed", BIAS_ROW, [X, V]),
    ("bias: mean", "not_summed", bias(lambda g, y, x, b: g.mean(axis=0)), [X, V]),
    ("bias: zero", "zero", bias(lambda g, y, x, b: 0 * b), [X, V]),
    ("scale: last row", "not_summed", scale(lambda g, y, x, b: (g * x)[-1]), [X, V]),
    (
        "scale: mean",
        "not_summed",
        scale(lambda g, y, x, b: (g * x).mean(1, keepdims=True)),
        [X, X[:, :1]],
    ),
]

PRODUCTS = [
    ("matmul: b not transposed", "transposed", FORWARDS, [X, S]),
    ("matmul: a not transposed", "transposed", matmul(None, lambda g, y, a, b: a @ g), [S, T]),
    ("matmul: result transposed", "transposed", matmul(None, lambda g, y, a, b: g.T @ a), [S, T]),
    ("matmul: wide, transposed", "transposed", matmul(lambda g, y, a, b: b @ g.T), [S, W]),
    ("matmul: shape", "shape", matmul(lambda g, y, a, b: b @ g.T), [X, W]),
    ("matmul: order", "rule_error", FORWARDS, [X, W]),
    ("matmul: divided by N", "batch", matmul(None, lambda g, y, a, b: a.T @ g / len(a)), [X, W]),
    ("matmul: sign", "sign", matmul(lambda g, y, a, b: -(g @ b.T)), [X, W]),
    ("matmul: zero", "zero", matmul(lambda g, y, a, b: 0 * a), [X, W]),
    (
        "linear: weight twice",
        "factor",
        linear(None, lambda g, y, x, w, b: 2 * x.T @ g),
        [X, W, FIVE],
    ),
    (
        "linear: bias mean",
        "not_summed",
        linear(None, None, lambda g, y, x, w, b: g.mean(0)),
        [X, W, FIVE],
    ),
    (
        "linear: bias ignores g",
        "upstream",
        linear(None, None, lambda g, y, x, w, b: np.ones_like(g)),
        [X, W, FIVE],
    ),
    ("softmax: diagonal", "diagonal", SOFTMAX_DIAGONAL, [LOGITS]),
    (
        "softmax: sign",
        "sign",
        rule(softmax, lambda g, y, x: y * ((g * y).sum(-1, keepdims=True) - g)),
        [LOGITS],
    ),
    (
        "softmax: axis",
        "unknown",
        rule(softmax, lambda g, y, x: y * (g - (g * y).sum(0, keepdims=True))),
        [LOGITS],
    ),
]

REDUCTIONS = [
    ("mean: no 1/N", "batch", mean(lambda g, y, x: g * np.ones_like(x)), [SEVEN]),
    ("mean: 1/N twice", "batch", mean(lambda g, y, x: g * np.ones_like(x) / x.size**2), [SEVEN]),
    ("mean of a matrix: no 1/N", "batch", mean(lambda g, y, x: g * np.ones_like(x)), [X]),
    (
        "mean over rows: no 1/N",
        "batch",
        rule(lambda x: x.mean(axis=0), lambda g, y, x: g * np.ones_like(x)),
        [X],
    ),
    (
        "mean over columns: no 1/N",
        "batch",
        rule(lambda x: x.mean(axis=1), lambda g, y, x: spread(g, 1, x.shape[1])),
        [X],
    ),
    ("sum: 1/N", "batch", rule(np.sum, lambda g, y, x: g * np.ones_like(x) / len(x)), [SEVEN]),
    ("mse: no 1/N", "batch", NO_MEAN, [X, Y]),
    ("mse of two: no 1/N", "batch", NO_MEAN, [X[:2, 0], Y[:2, 0]]),
    ("mse: 1/N twice", "batch", squares(lambda g, y, t, p: 2 * g * (p - t) / t.size**2), [X, Y]),
    ("mse: no 2", "factor", squares(lambda g, y, t, p: g * (p - t) / t.size), [X, Y]),
    (
        "mse of two: no 2",
        "factor",
        squares(lambda g, y, t, p: g * (p - t) / t.size),
        [X[:2, 0], Y[:2, 0]],
    ),
    ("mse: sign", "sign", squares(lambda g, y, t, p: 2 * g * (t - p) / t.size), [X, Y]),
    ("mse: g ignored", "upstream", squares(lambda g, y, t, p: 2 * (p - t) / t.size), [X, Y]),
    ("norm: not divided", "unknown", rule(norm, lambda g, y, x: g * x), [X]),
    ("norm: twice", "factor", rule(norm, lambda g, y, x: 2 * g * x / y), [X]),
    ("prod: sign", "sign", rule(np.prod, lambda g, y, x: -g * y / x), [V]),
]


class Detaching(layers.Module):
    """Its first layer leaves the graph."""

    def __init__(self):
        self.first, self.last = layers.Linear(3, 4, rng=1), layers.Linear(4, 2, rng=2)

    def forward(self, x):
        return self.last(np.tanh(Tensor(self.first(x).data)))


class HalfDetaching(Detaching):
    """A skip connection leaves the graph."""

    def forward(self, x):
        hidden = self.first(x)
        return self.last(np.tanh(hidden) + hidden.detach())


class Biased(layers.Module):
    """A linear layer with a wrong rule for its bias."""

    def __init__(self, bias_rule):
        self.weight = Tensor(random(3, 2), requires_grad=True)
        self.bias = Tensor(random(2), requires_grad=True)
        self.add = bias(bias_rule)

    def forward(self, x):
        return np.tanh(self.add(x @ self.weight, self.bias))


FUNCTIONS = [
    ("data: one factor", "detached", lambda x: np.sum(x * x.data), [X]),
    ("data: all", "detached", lambda x: np.sum(Tensor(np.tanh(x.data))), [X]),
    ("detached norm", "detached", lambda x: x / norm(x).detach(), [X]),
    ("float in the middle", "detached", lambda x: np.mean((x - float(np.mean(x))) ** 3), [X]),
    ("second argument", "detached", lambda a, b: np.sum(a * b.data), [X, Y]),
    ("add, in a mean", "not_summed", inside_mean(BIAS_ROW), [X, V]),
    ("mse, of a tanh", "batch", lambda t, p: np.exp(NO_MEAN(t, np.tanh(p))), [X, Y]),
    ("matmul, in a mean", "transposed", inside_mean(FORWARDS), [X, S]),
    ("softmax, in a mean", "diagonal", inside_mean(SOFTMAX_DIAGONAL), [LOGITS]),
    ("square, in a mean", "factor", inside_mean(NO_TWO), [X]),
    ("exp, in a mean", "sign", inside_mean(FLIPPED), [X]),
    ("state, in a mean", "stale", inside_mean(square(Adding())), [X]),
    ("large input", "factor", NO_TWO, [random(30, 40)]),
    ("large mean", "batch", mean(lambda g, y, x: g * np.ones_like(x)), [random(9, 11)]),
    ("large matmul", "transposed", FORWARDS, [random(30, 10), random(10, 10)]),
]

LINEAR, BATCH = layers.Linear(3, 2, rng=0), (random(6, 3), random(6, 2))

MODELS = [
    ("detached layer", "detached", Detaching(), losses.mse, BATCH),
    ("detached skip", "detached", HalfDetaching(), losses.mse, BATCH),
    ("bias: first row", "not_summed", Biased(lambda g, y, a, b: g[0]), losses.mse, BATCH),
    ("bias: mean", "not_summed", Biased(lambda g, y, a, b: g.mean(0)), losses.mse, BATCH),
    ("bias: twice", "factor", Biased(lambda g, y, a, b: 2 * g), losses.mse, BATCH),
    ("loss: no 1/N", "batch", LINEAR, NO_MEAN, BATCH),
    (
        "loss: g ignored",
        "upstream",
        LINEAR,
        squares(lambda g, y, t, p: 2 * (p - t) / t.size),
        BATCH,
    ),
    ("loss: no gradient", "zero", LINEAR, squares(lambda g, y, t, p: 0 * p), BATCH),
]


def on_data(g, y, x):
    """Right, but it leaves the graph."""
    return g * 2 * getattr(x, "detach", lambda: x)()


SECOND = [
    ("rule on data", "detached", square(on_data), [X]),
    ("rule fills an array", "rule_error", square(lambda g, y, x: np.asarray(2 * g * x)), [X]),
]

BANK = [*ELEMENTWISE, *SHAPES, *PRODUCTS, *REDUCTIONS, *FUNCTIONS]
