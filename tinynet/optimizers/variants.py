"""More update rules, a paper each: AMSGrad, Nadam and RAdam, which vary Adam, and Lion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .base import Optimizer
from .rules import Adam, AdamW


@dataclass(eq=False, repr=False)
class AMSGrad(Adam):
    """Adam whose rates never rise again: in place of s stands the largest s so far.

    It is PyTorch's ``Adam(amsgrad=True)``; a class here, so that Adam remains what its paper says.

    Source: Reddi, Kale & Kumar 2018, algorithm 2, with Adam's bias correction as in PyTorch.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.largest = np.zeros_like(self.vector)

    def denominator(self) -> np.ndarray:
        np.maximum(self.largest, self.second_moment, out=self.largest)
        correction = self.per_weight((1 - self.betas[1] ** self.steps) ** 0.5)
        return np.sqrt(self.largest) / correction + self.epsilon


@dataclass(eq=False, repr=False)
class Nadam(Adam):
    """Adam with Nesterov's look ahead: m as it will be, of which this gradient is a part already.

    w ← w − lr · (μₜ₊₁ m / (1 − Πμ · μₜ₊₁) + (1 − μₜ) g / (1 − Πμ)) / (√ŝ + ε), where
    μₜ = β₁ (1 − ½ · 0.96^(ψ t)) warms the momentum up, and Πμ is the product of μ₁ to μₜ.

    Source: Dozat 2016; ψ as in PyTorch, where it is `momentum_decay`.
    """

    lr: float = 0.002
    momentum_decay: float = 0.004  # ψ

    def __post_init__(self) -> None:
        super().__post_init__()
        self.product: Any = 1.0  # Πμ; one for each parameter as soon as one missed a step

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        self.remember(g)
        mu, ahead = self._momentum(self.steps), self._momentum(self.steps + 1)
        self.product = self.product * mu
        of_g = self.per_weight(self.lr * (1 - mu) / (1 - self.product))
        of_m = self.per_weight(self.lr * ahead / (1 - self.product * ahead))
        w -= (of_g * g + of_m * self.first_moment) / self.denominator()

    def _momentum(self, t: Any) -> Any:
        return self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))


@dataclass(eq=False, repr=False)
class RAdam(Adam):
    """Adam that warms up by itself: it divides by √ŝ only as far as that is known.

    ρ∞ = 2 / (1 − β₂) − 1 and ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ) say how many squares ŝ is a mean of.
    While ρ ≤ 5: w ← w − lr · m̂; then w ← w − lr · r · m̂ / √ŝ, with
    r² = (ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ). As in PyTorch, ε is added to √s, not to √ŝ.

    Source: Liu et al. 2020, algorithm 2.
    """

    def denominator(self) -> np.ndarray:
        root = np.sqrt(self.second_moment) + self.epsilon
        if not isinstance(self.steps, np.ndarray):
            factor = self._factor(self.steps)
            return root / factor if factor else np.ones_like(root)
        factors = self.per_weight(np.array([self._factor(t) for t in self.steps.tolist()]))
        return np.where(factors > 0, root / np.where(factors > 0, factors, 1), 1)

    def _factor(self, t: int) -> float:
        """r · √(1 − β₂ᵗ), or 0 while ρ ≤ 5."""
        beta2, decayed = self.betas[1], self.betas[1] ** t
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * t * decayed / (1 - decayed) if t else 0
        if length <= 5:
            return 0.0
        share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        return (share * (1 - decayed)) ** 0.5


@dataclass(eq=False, repr=False)
class Lion(Optimizer):
    """Every weight takes a step of the same size, lr, in the direction of an average.

    w ← w − lr · (sign(β₁ m + (1 − β₁) g) + λ w), m ← β₂ m + (1 − β₂) g. The decay λ stands beside
    the gradient, as in AdamW. A good lr is a third to a tenth of Adam's, λ as much larger.

    Source: Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2.
    """

    lr: float = 0.0001
    betas: tuple[float, float] = (0.9, 0.99)  # β₁, β₂

    def __post_init__(self) -> None:
        super().__post_init__()
        self.first_moment = np.zeros_like(self.vector)  # m

    decayed = AdamW.decayed

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        (beta1, beta2), m = self.betas, self.first_moment
        w -= self.lr * np.sign(beta1 * m + (1 - beta1) * g)
        m += (1 - beta2) * (g - m)
