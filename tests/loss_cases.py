"""A case of a loss: arguments, and formulas that are independent of tinynet to hold it against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tinynet.losses import Loss


@dataclass(frozen=True, kw_only=True)
class Case:
    """One loss with one choice of options, away from its kinks."""

    loss: Loss
    arrays: tuple[np.ndarray, ...]  # the arguments, in order, in float64 (class ids: integers)
    formula: Callable  # of the arguments: the values per element, in plain NumPy
    options: dict = field(default_factory=dict)
    torch: Callable | None = None  # of torch.nn.functional, the arguments, and reduction=
    inside: dict[int, Callable] = field(default_factory=dict)  # keeps an argument in its domain
    counts: Callable | None = None  # of the arguments: what each loss counts for in the mean
    smooth: bool = True  # does it have a second derivative at these arguments?

    def __str__(self) -> str:
        options = ",".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.loss.__name__}({options})"

    def call(self, *arrays, **options):
        """The loss of these arguments; those that leave their domain are brought back first."""
        kept = [self.inside.get(i, lambda x: x)(x) for i, x in enumerate(arrays)]
        return self.loss(*kept, **self.options, **options)


@dataclass(frozen=True, kw_only=True)
class Extreme:
    """Arguments at the far end of what a loss takes: value and gradients must stay finite."""

    loss: Loss
    arrays: tuple
    options: dict = field(default_factory=dict)
    values: list | None = None  # per element, where one can say them
    dtypes: tuple = (np.float64, np.float32)
