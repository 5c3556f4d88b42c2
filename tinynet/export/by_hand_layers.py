"""Layers as one writes them by hand: the lines forward, and the lines of the derivative.

The texts are about x, what comes in, and y, what goes out; dx and dy are their gradients. A model
has many of each, so `numbered` gives them, the arrays of the layer and what a layer keeps for the
way back their names: x becomes a2, W becomes W1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from .. import layers

ARRAYS: dict[type, dict[str, tuple[str, str]]] = {  # what they are called here, and in the program
    layers.Linear: {"weight": ("W", "W{}"), "bias": ("b", "b{}")},
    layers.Embedding: {"weight": ("E", "E{}")},
    layers.LayerNorm: {"weight": ("w", "ln{}_weight"), "bias": ("b", "ln{}_bias")},
    layers.BatchNorm1d: {
        "weight": ("w", "bn{}_weight"),
        "bias": ("b", "bn{}_bias"),
        "running_mean": ("m", "bn{}_mean"),
        "running_var": ("v", "bn{}_var"),
    },
}
KEPT = ("center", "spread", "unit", "mask", "gate", "share", "ids")  # beside x and y


@dataclass
class Step:
    """A step of the program, as text."""

    formula: str
    forward: list[str]
    why: str  # it goes backward so: the derivative
    to_x: list[str]  # its gradient, which is not needed where nothing before it is learned
    gradients: dict[str, str] = field(default_factory=dict)  # of its arrays
    remember: list[str] = field(default_factory=list)  # for predictions, after a training step

    def numbered(self, names: dict[str, str]) -> Step:
        """The same with these names."""
        words = "|".join(map(re.escape, names))
        word = re.compile(rf"(?<![\w.])(d?)({words})(?![A-Za-z0-9_(])", re.ASCII)

        def named(text: Any) -> Any:
            if isinstance(text, list):
                return [named(line) for line in text]
            if isinstance(text, dict):
                return {names[key]: named(line) for key, line in text.items()}
            return word.sub(lambda found: found[1] + names[found[2]], text)

        return Step(**{f.name: named(getattr(self, f.name)) for f in fields(self)})


def step_of(layer: Any, ndim: int, uses_bias: bool) -> Step:
    """The step of a layer whose input has `ndim` axes."""
    return _STEPS[type(layer)](layer, ndim, uses_bias)


def _elementwise(
    formula: str, forward: str, why: str, to_x: str, first: str = "", inner: str = ""
) -> Callable[..., Step]:
    """The step of an activation; `first` and `inner` stand before the two lines."""
    lines = [first] * bool(first) + [f"y = {forward}"]
    step = Step(f"y = {formula}", lines, why, [inner] * bool(inner) + [f"dx = {to_x}"])
    return lambda layer, ndim, uses_bias: step


def _linear(layer: layers.Linear, ndim: int, uses_bias: bool) -> Step:
    axes = "0" if ndim == 2 else tuple(range(ndim - 1))
    shapes = "  # ({}, N) @ (N, {})".format(*layer.weight.shape)
    bias, why = (' + p["b"]', ", db = Σ dy over the rows") if uses_bias else ("", "")
    return Step(
        "y = x W + b" if uses_bias else "y = x W",
        [f'y = x @ p["W"]{bias}'],
        f"dW = xᵀ dy{why}, dx = dy Wᵀ",
        ['dx = dy @ p["W"].T'],
        {
            "W": f"x.T @ dy{shapes}" if ndim == 2 else f"np.tensordot(x, dy, ({axes}, {axes}))",
            "b": f"dy.sum(axis={axes})",
        },
    )


def _embedding(layer: layers.Embedding, ndim: int, uses_bias: bool) -> Step:
    return Step(
        "y = the rows of E with the numbers in x",
        ["ids = x.astype(int)", 'y = p["E"][ids]'],
        "each row of E gets the gradients of all the places where it was used",
        ["dx = np.zeros(x.shape)  # a number of a row has no slope"],
        {"E": 'scattered(p["E"].shape, ids, dy)'},
    )


def _layer_norm(layer: layers.LayerNorm, ndim: int, uses_bias: bool) -> Step:
    axes = "0" if ndim == 2 else tuple(range(ndim - 1))
    return Step(
        "y = w unit + b, where unit has mean 0 and variance 1 in each row",
        [
            "center = x.mean(axis=-1, keepdims=True)",
            f"spread = np.sqrt(x.var(axis=-1, keepdims=True) + {layer.eps})",
            "unit = (x - center) / spread",
            'y = unit * p["w"] + p["b"]',
        ],
        "x moves its own y, and, through mean and deviation, all of its row",
        [
            'dunit = dy * p["w"]',
            "shift = dunit.mean(axis=-1, keepdims=True)",
            "stretch = (dunit * unit).mean(axis=-1, keepdims=True)",
            "dx = (dunit - shift - unit * stretch) / spread",
        ],
        {"w": f"(dy * unit).sum(axis={axes})", "b": f"dy.sum(axis={axes})"},
    )


def _batch_norm(layer: layers.BatchNorm1d, ndim: int, uses_bias: bool) -> Step:
    old, new = 1 - layer.momentum, layer.momentum
    return Step(
        "y = w unit + b, where unit has mean 0 and variance 1 in each column",
        [
            'center = x.mean(axis=0) if training else p["m"]',
            f'spread = np.sqrt((x.var(axis=0) if training else p["v"]) + {layer.eps})',
            "unit = (x - center) / spread",
            'y = unit * p["w"] + p["b"]',
        ],
        "x moves its own y, and, through mean and deviation, all of its column",
        [
            'dunit = dy * p["w"]',
            "shift = dunit.mean(axis=0) if training else 0",
            "stretch = (dunit * unit).mean(axis=0) if training else 0",
            "dx = (dunit - shift - unit * stretch) / spread",
        ],
        {"w": "(dy * unit).sum(axis=0)", "b": "dy.sum(axis=0)"},
        [
            f'p["m"] = {old} * p["m"] + {new} * x.mean(axis=0)',
            f'p["v"] = {old} * p["v"] + {new} * x.var(axis=0, ddof=1)',
        ],
    )


def _softmax(layer: layers.Softmax, ndim: int, uses_bias: bool) -> Step:
    return Step(
        "y = exp(x) / Σ exp(x) over each row",
        [
            "y = np.exp(x - x.max(axis=-1, keepdims=True))  # so that it cannot overflow",
            "y = y / y.sum(axis=-1, keepdims=True)",
        ],
        "∂yᵢ/∂xⱼ = yᵢ ([i = j] − yⱼ)",
        ["dx = y * (dy - (dy * y).sum(axis=-1, keepdims=True))"],
    )


def _leaky_relu(layer: layers.LeakyReLU, ndim: int, uses_bias: bool) -> Step:
    return _elementwise(
        f"x where x > 0, else {layer.slope} x",
        f"np.where(x > 0, x, {layer.slope} * x)",
        f"the slope is 1 above 0, and {layer.slope} below",
        f"dy * np.where(x > 0, 1, {layer.slope})",
    )(layer, ndim, uses_bias)


def _elu(layer: layers.ELU, ndim: int, uses_bias: bool) -> Step:
    return _elementwise(
        f"x where x > 0, else {layer.alpha} (exp(x) − 1)",
        f"np.where(x > 0, x, {layer.alpha} * np.expm1(np.minimum(x, 0)))",
        f"the slope is 1 above 0, and {layer.alpha} exp(x) = y + {layer.alpha} below",
        f"dy * np.where(x > 0, 1, y + {layer.alpha})",
    )(layer, ndim, uses_bias)


def _dropout(layer: layers.Dropout, ndim: int, uses_bias: bool) -> Step:
    rate = layer.rate
    return Step(
        f"y = x, or in training 0 with probability {rate} and else x / (1 − {rate})",
        [
            "mask = 1.0",
            "if training:",
            f"    mask = (rng.random(x.shape, dtype=np.float32) >= {rate}) / (1 - {rate})",
            "y = x * mask",
        ],
        "what was left out gets no gradient",
        ["dx = dy * mask"],
    )


def _function(layer: layers.Function, ndim: int, uses_bias: bool) -> Step:
    name = layer.describe()
    slope, to_x = {
        "exp": ("exp′ = exp", "dy * y"),
        "log": ("log′ x = 1/x", "dy / x"),
        "tanh": ("tanh′ = 1 − tanh²", "dy * (1 - y**2)"),
        "sin": ("sin′ = cos", "dy * np.cos(x)"),
        "cos": ("cos′ = −sin", "-dy * np.sin(x)"),
        "square": ("(x²)′ = 2x", "2 * dy * x"),
    }[name]
    return _elementwise(f"{name}(x)", f"np.{name}(x)", slope, to_x)(layer, ndim, uses_bias)


_STEPS: dict[type, Callable[..., Step]] = {
    layers.Linear: _linear,
    layers.Embedding: _embedding,
    layers.BatchNorm1d: _batch_norm,
    layers.LayerNorm: _layer_norm,
    layers.ReLU: _elementwise(
        "max(x, 0)", "np.maximum(x, 0)", "the slope is 1 above 0, and 0 below", "dy * (x > 0)"
    ),
    layers.LeakyReLU: _leaky_relu,
    layers.ELU: _elu,
    layers.GELU: _elementwise(
        "x Φ(x), where Φ(x) is close to 0.5 (1 + gate)",
        "0.5 * x * (1 + gate)",
        "the product rule, with gate′ = (1 − gate²) times the derivative inside tanh",
        "dy * (0.5 * (1 + gate) + 0.5 * x * (1 - gate**2) * inner)",
        "gate = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))",
        "inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)",
    ),
    layers.SiLU: _elementwise(
        "x sigmoid(x)",
        "x * share",
        "the product rule, with sigmoid′ = sigmoid (1 − sigmoid)",
        "dy * share * (1 + x * (1 - share))",
        "share = sigmoid(x)",
    ),
    layers.Softplus: _elementwise(
        "log(1 + exp(x))", "np.logaddexp(0, x)", "its slope is sigmoid(x)", "dy * sigmoid(x)"
    ),
    layers.Sigmoid: _elementwise(
        "1 / (1 + exp(−x))", "sigmoid(x)", "sigmoid′ = sigmoid (1 − sigmoid)", "dy * y * (1 - y)"
    ),
    layers.Tanh: _elementwise("tanh(x)", "np.tanh(x)", "tanh′ = 1 − tanh²", "dy * (1 - y**2)"),
    layers.Softmax: _softmax,
    layers.Dropout: _dropout,
    layers.Flatten: lambda layer, ndim, uses_bias: Step(
        "y = x, each sample as one row",
        ["y = x.reshape(len(x), -1)"],
        "the same numbers in their old places",
        ["dx = dy.reshape(x.shape)"],
    ),
    layers.Function: _function,
}
into_units = Step(
    "y = (x − x_center) / x_scale, from the units of the data",
    ['y = (x - p["x_center"]) / p["x_scale"]'],
    "a factor stays a factor",
    ['dx = dy / p["x_scale"]'],
)
out_of_units = Step(
    "y = x · y_scale + y_center, back to the units of the data",
    ['y = x * p["y_scale"] + p["y_center"]'],
    "a factor stays a factor",
    ['dx = dy * p["y_scale"]'],
)
HELPERS = {  # what some of these lines call
    "sigmoid": '''def sigmoid(x):
    """1 / (1 + e⁻ˣ), where nothing overflows."""
    return np.exp(-np.logaddexp(0, -x))''',
    "scattered": '''def scattered(shape, rows, d):
    """Zeros, with each d added to its row: what is used twice gets both."""
    out = np.zeros(shape)
    np.add.at(out, rows, d)
    return out''',
}
