"""The update rules, a paper each: SGD, Adagrad, RMSprop, Adam, AdamW; more in variants.py."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from .base import Optimizer


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Stochastic gradient descent: w ← w − lr · g.

    With momentum μ: v ← μ v + g, w ← w − lr · v; with Nesterov's: w ← w − lr · (g + μ v).
    PyTorch's convention: lr multiplies the whole velocity (Sutskever et al. 2013 keep it inside v).

    Source: Robbins & Monro 1951; Polyak 1964; Nesterov 1983.
    """

    lr: float = 0.01
    momentum: float = 0.0  # μ
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not self.momentum:
            raise ValueError("SGD: nesterov=True needs a momentum above 0, for example 0.9")
        self.velocity = np.zeros_like(self.vector)  # v

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        if self.momentum:
            v = self.velocity
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        w -= self.lr * g

    def denominator(self) -> float:
        return 1.0


@dataclass(eq=False, repr=False)
class Adagrad(Optimizer):
    """Each weight has its own rate, which falls with the gradients it has seen.

    s ← s + g², w ← w − lr · g / (√s + ε).

    Source: Duchi, Hazan & Singer 2011. ε is added outside the root, as in PyTorch.
    """

    lr: float = 0.01
    epsilon: float = 1e-10  # ε

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.sum_of_squares = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        s = self.sum_of_squares
        s += g * g
        w -= self.lr * g / self.denominator()

    def denominator(self) -> np.ndarray:
        return np.sqrt(self.sum_of_squares) + self.epsilon


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    """As Adagrad, but the squares are a running mean, so the rate does not die out.

    s ← α s + (1 − α) g², w ← w − lr · g / (√s + ε). With momentum μ: v ← μ v + g / (√s + ε),
    w ← w − lr · v. Centered: the root is of s − m², the variance, m being a running mean of g.

    Source: Tieleman & Hinton 2012, lecture 6.5; Graves 2013; all constants as in PyTorch.
    """

    lr: float = 0.01
    alpha: float = 0.99  # α
    epsilon: float = 1e-8  # ε
    momentum: float = 0.0  # μ
    centered: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.mean_square = np.zeros_like(self.vector)  # s
        self.mean, self.velocity = np.zeros_like(self.vector), np.zeros_like(self.vector)  # m, v

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        s, v = self.mean_square, self.velocity
        s *= self.alpha  # in two steps: where g² overflows, s becomes inf and never NaN
        s += (1 - self.alpha) * g * g
        if self.centered:
            self.mean += (1 - self.alpha) * (g - self.mean)
        if self.momentum:
            v *= self.momentum
            v += g / self.denominator()
            w -= self.lr * v
        else:
            w -= self.lr * g / self.denominator()

    def denominator(self) -> np.ndarray:
        s = self.mean_square
        variance = np.maximum(s - self.mean**2, 0) if self.centered else s  # rounded, not below 0
        return np.sqrt(variance) + self.epsilon


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """A running mean of the gradient, divided by the root of a running mean of its square.

    m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g²; both start at 0, so step t divides them by
    1 − β₁ᵗ and 1 − β₂ᵗ. Then w ← w − lr · m̂ / (√ŝ + ε). Weight decay is added to g.

    Source: Kingma & Ba 2015, algorithm 1.
    """

    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)  # β₁, β₂
    epsilon: float = 1e-8  # ε

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.steps: Any = 0  # t; one for each parameter as soon as one missed a step
        self.first_moment = np.zeros_like(self.vector)  # m
        self.second_moment = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        self.remember(g)
        rate = self.per_weight(self.lr / (1 - self.betas[0] ** self.steps))
        w -= rate * self.first_moment / self.denominator()

    def remember(self, g: np.ndarray) -> None:
        """Count the step, and move the running means."""
        (beta1, beta2), m, s = self.betas, self.first_moment, self.second_moment
        self.steps += 1
        m += (1 - beta1) * (g - m)
        s *= beta2  # in two steps: where g² overflows, s becomes inf and never NaN
        s += (1 - beta2) * g * g

    def denominator(self) -> np.ndarray:
        root = np.sqrt(self.second_moment)
        root /= self.per_weight((1 - self.betas[1] ** self.steps) ** 0.5)
        root += self.epsilon
        return root


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay: w ← w − lr · λ · w next to the step of Adam.

    So a weight decays at the same speed whatever the size of its gradients.

    Source: Loshchilov & Hutter 2019; lr multiplies λ, as in PyTorch.
    """

    _: KW_ONLY
    weight_decay: float = 0.01

    def decayed(self, g: np.ndarray) -> np.ndarray:
        """The weights decay by themselves; the gradient stays as it is."""
        self.vector *= 1 - self.lr * self.weight_decay
        return g
