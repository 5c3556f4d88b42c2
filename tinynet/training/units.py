"""Units: training wants numbers of about 1, people want the units of their data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data import Dataset, Standardizer
from ..layers import Module, linear_layers


@dataclass(frozen=True)
class Units:
    """The units of a dataset: removed from the numbers to train with, given back to the model."""

    x: Standardizer
    y: Standardizer | None  # None for classes

    @classmethod
    def of(cls, train: Dataset) -> Units:
        """Those of the training part, to be removed from every part."""
        regression = train.task == "regression"
        return cls(Standardizer.of(train.x), Standardizer.of(train.y) if regression else None)

    def remove(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x and y to train with."""
        return self.x.transform(x), y if self.y is None else self.y.transform(y)

    def restore(self, model: Module) -> None:
        """Let a model that begins and ends with a Linear take and give the units of the data.

        W ← W / scale, b ← b − center W in its first Linear; the reverse in its last one.
        """
        linear = linear_layers(model)
        weight, bias = linear[0].weight.data, linear[0].bias.data
        weight /= self.x.scale[:, None]
        bias -= self.x.center @ weight
        if self.y is not None:
            weight, bias = linear[-1].weight.data, linear[-1].bias.data
            weight *= self.y.scale
            bias[...] = bias * self.y.scale + self.y.center
