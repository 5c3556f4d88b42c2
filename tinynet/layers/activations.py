"""Activations: the bends between the linear layers, without which a model would be one of them."""

from __future__ import annotations

from typing import Any

from .. import functional
from .base import Module


class ReLU(Module):
    """max(x, 0), elementwise; see `functional.relu`."""

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class LeakyReLU(Module):
    """x, or slope · x where x is negative; see `functional.leaky_relu`."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope

    def forward(self, x: Any) -> Any:
        return functional.leaky_relu(x, slope=self.slope)


class ELU(Module):
    """x, or α (eˣ − 1) where x is negative; see `functional.elu`."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return functional.elu(x, alpha=self.alpha)


class GELU(Module):
    """x · Φ(x), by its tanh approximation; see `functional.gelu`."""

    def forward(self, x: Any) -> Any:
        return functional.gelu(x)


class SiLU(Module):
    """x · sigmoid(x), also called swish; see `functional.silu`."""

    def forward(self, x: Any) -> Any:
        return functional.silu(x)


class Softplus(Module):
    """log(1 + eˣ), a smooth relu that is never 0; see `functional.softplus`."""

    def forward(self, x: Any) -> Any:
        return functional.softplus(x)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), elementwise: numbers become probabilities."""

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """tanh(x), elementwise: numbers become −1 … 1."""

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)


class Softmax(Module):
    """Rows become probabilities. Not before `cross_entropy`, which applies it itself."""

    def forward(self, x: Any) -> Any:
        return functional.softmax(x)


RECTIFIERS = (ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus)  # close to x above 0, and flat below

ACTIVATIONS: dict[str, type[Module]] = {  # as one names them in a command or on a page
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "silu": SiLU,
    "softplus": Softplus,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
}
