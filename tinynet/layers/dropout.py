"""Dropout: in training some units are left out, so that none relies on another."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import functional
from .base import Module


class Dropout(Module):
    """In training, zero each element with probability `rate`; see `functional.dropout`.

    Raises ValueError for a rate outside 0 ≤ rate < 1.
    """

    def __init__(self, rate: float = 0.5, rng: Any = None) -> None:
        if not (isinstance(rate, (int, float, np.floating)) and 0 <= rate < 1):
            raise ValueError(f"Dropout: the rate must be at least 0 and below 1, not {rate!r}")
        self.rate, self.rng = rate, np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.rate, self.rng) if self.training and self.rate else x

    def describe(self) -> str:
        return f"Dropout({self.rate:g})"
