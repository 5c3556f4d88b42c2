"""Layers made of layers: one after the other, around a shortcut, and the multilayer perceptron."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import initializers
from .activations import RECTIFIERS, ReLU
from .base import Module, as_input
from .dropout import Dropout
from .linear import Linear


class Function(Module):
    """A function without parameters as a layer: `Sequential` makes one of np.tanh."""

    def __init__(self, function: Callable) -> None:
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def output_shape(self, shape: tuple) -> tuple:
        return shape if isinstance(self.function, np.ufunc) else (shape[0], "?")

    def describe(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


class Sequential(Module):
    """Layers one after the other; a mistake in one of them is reported with its position.

    A function such as np.tanh is a layer, too.

    >>> Sequential(Linear(4, 8, rng=0), ReLU(), Linear(8, 3, rng=1))
    path      layer         output shape  parameters
    layers.0  Linear(4, 8)  (N, 8)        40
    layers.1  ReLU          (N, 8)        0
    layers.2  Linear(8, 3)  (N, 3)        27
    total                                 67
    """

    def __init__(self, *layers: Callable) -> None:
        for layer in layers:
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"Sequential takes layers one by one, Sequential(Linear(2, 8), ReLU()); this is"
                    f" not a layer: {layer!r}"
                )
        self.layers = [x if isinstance(x, Module) else Function(x) for x in layers]

    def forward(self, x: Any) -> Any:
        for i, layer in enumerate(self.layers):
            try:
                x = layer(x)
            except ValueError as error:
                raise ValueError(f"layers.{i}: {error}") from error
        return x


class Residual(Sequential):
    """x + f(x), where f is layers one after the other; the input keeps its way (He et al. 2016).

    ValueError where f changes the shape.

    >>> Sequential(Linear(2, 4, rng=0), Residual(Linear(4, 4, rng=1), ReLU()))
    path               layer            output shape  parameters
    layers.0           Linear(2, 4)     (N, 4)        12
    layers.1           Residual: x + …
    layers.1.layers.0  Linear(4, 4)     (N, 4)        20
    layers.1.layers.1  ReLU             (N, 4)        0
    total                                             32
    """

    around = True

    def forward(self, x: Any) -> Any:
        x = as_input(x, np.float64)
        y = super().forward(x)
        if getattr(y, "shape", None) != x.shape:
            raise ValueError(
                f"Residual adds its input, of shape {x.shape}, to what its layers make of it, of"
                f" shape {np.shape(y)}: the last one must give as many columns as come in"
            )
        return x + y

    def describe(self) -> str:
        return "Residual: x + …"


class MLP(Sequential):
    """A multilayer perceptron: Linear and activation in turn, none after the last Linear.

    Parameters
    ----------
    sizes : sequence of int
        Columns in, the width of each hidden layer, columns out; at least two numbers.
    activation : Module class
        A new one is made after each Linear but the last.
    dropout : float
        If above 0, a Dropout of this rate after each activation.
    rng, dtype
        As for `Linear`.

    >>> MLP([64, 64, 32, 10], rng=0).parameters()[-1].shape
    (10,)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: type[Module] = ReLU,
        dropout: float = 0,
        rng: Any = None,
        dtype: Any = np.float64,
    ) -> None:
        if not isinstance(sizes, Sequence) or len(sizes) < 2:
            raise ValueError(
                f"MLP needs a list of sizes, from input to output, as in [2, 16, 1], not {sizes!r}"
            )
        if not (isinstance(activation, type) and issubclass(activation, Module)):
            raise TypeError(
                f"MLP: activation must be a class, such as layers.ReLU, not {activation!r}"
            )
        rng, drops = np.random.default_rng(rng), bool(Dropout(dropout).rate)
        rectified = issubclass(activation, RECTIFIERS)
        initializer = initializers.he_uniform if rectified else initializers.glorot_uniform
        layers: list[Module] = []
        for size_in, size_out in itertools.pairwise(sizes):
            if layers:
                layers += [activation()] + ([Dropout(dropout, rng)] if drops else [])
            layers.append(Linear(size_in, size_out, rng=rng, dtype=dtype, initializer=initializer))
        super().__init__(*layers)
