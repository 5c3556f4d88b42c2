"""Linear: x @ weight + bias; and Flatten, which makes rows for it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import functional, initializers
from ..engine.tensor import Tensor
from .base import Module, as_input, check_widths, modules


class Linear(Module):
    """x @ weight + bias: (N, in_features) → (N, out_features).

    Parameters
    ----------
    in_features, out_features : int
        Number of columns that go in and come out.
    bias : bool
        Whether to add a bias, which starts at 0.
    rng : numpy.random.Generator or int, optional
        Where the weights come from; without it they differ from run to run.
    dtype : dtype
        float64 for exactness, float32 for speed.
    initializer : callable
        See `tinynet.initializers`.

    >>> layer = Linear(3, 2, rng=0)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        rng: Any = None,
        dtype: Any = np.float64,
        *,
        initializer: initializers.Initializer = initializers.he_uniform,
    ) -> None:
        check_widths("Linear", in_features, out_features)
        if not isinstance(bias, (bool, np.bool_)):
            raise ValueError(f"Linear: bias must be True or False, not {bias!r}; a seed is rng=0")
        weight = initializer((in_features, out_features), rng, dtype)
        self.weight = Tensor(weight, requires_grad=True, name="weight")  # (in, out)
        self.bias = Tensor(np.zeros(out_features, dtype), requires_grad=bias, name="bias")  # (out,)

    def forward(self, x: Any) -> Any:
        try:
            x = as_input(x, self.weight.dtype)
            return functional.linear(x, self.weight, self.bias)
        except (TypeError, ValueError) as error:  # asked only now, since a layer runs often
            problem = _misfit(x, *self.weight.shape)
            if problem is None:
                raise
            raise ValueError(f"{self.describe()} {problem}") from error

    def output_shape(self, shape: tuple) -> tuple:
        return (*shape[:-1], self.weight.shape[1])

    def describe(self) -> str:
        return "Linear({}, {})".format(*self.weight.shape)


def linear_layers(module: Module) -> list[Linear]:
    """Every Linear in the module, in order."""
    return [part for part in modules(module) if isinstance(part, Linear)]


def _misfit(x: Any, width: int, out: int) -> str | None:
    """What is wrong with the input of a Linear, and one way to fix it."""
    if not isinstance(getattr(x, "dtype", None), np.dtype):  # it is no array, and this was said
        return None
    if x.dtype.kind not in "fiub":
        return f"takes numbers, but its input holds {x.dtype}"
    shape, fix = x.shape, f"give it {width} columns"
    if shape[-1:] == (width,):
        return None
    if shape == ():
        fix = "does the layer before it return its result?"
    elif len(shape) == 1 and shape[0] % width == 0:
        fix = f"one row per sample is x.reshape(-1, {width})"
    elif len(shape) > 2 and math.prod(shape[1:]) == width:
        fix = "put layers.Flatten() in front"
    elif len(shape) == 2:
        fix += " (x.T has)" if shape[0] == width else f", or make it Linear({shape[1]}, {out})"
    return f"takes {width} columns, but its input has shape {shape}: {fix}"


class Flatten(Module):
    """All axes but the first become one: (N, 8, 8) → (N, 64)."""

    def forward(self, x: Any) -> Any:
        return np.reshape(x, (x.shape[0], -1))

    def output_shape(self, shape: tuple) -> tuple:
        return (shape[0], "?" if "?" in shape else math.prod(shape[1:]))
