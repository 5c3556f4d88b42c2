"""Units: training wants numbers of about 1, people want the units of their data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import Dataset, Standardizer
from ..engine.arrays import as_array
from ..engine.kinds import check_kinds
from ..engine.tables import table
from ..engine.tensor import Tensor
from ..layers import Module, dtype_of, modules


@dataclass(frozen=True)
class Units:
    """The units of a dataset: removed from the numbers to train with; InUnits gives them back."""

    x: Standardizer
    y: Standardizer | None  # None for classes

    @classmethod
    def of(cls, train: Dataset, weights: np.ndarray | None = None) -> Units:
        """Those of the training part, to be removed from every part.

        `weights`, above 0, say how often each row counts.
        """
        numbers = train.task == "regression"
        x = Standardizer.of(train.x, weights)
        return cls(x, Standardizer.of(train.y, weights) if numbers else None)

    @classmethod
    def own(cls, train: Dataset) -> Units:
        """None to be removed: the numbers are trained with as they are."""
        x, y = (Standardizer.neutral(array.shape[-1]) for array in (train.x, train.y))
        return cls(x, y if train.task == "regression" else None)

    def remove(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x and y to train with."""
        return self.x.transform(x), y if self.y is None else self.y.transform(y)


class InUnits(Module):
    """A trained model that takes and gives numbers in the units of the data.

    model((x − x_center) / x_scale), and for regression times y_scale plus y_center. The scaling is
    part of the state, in float64: folded into float32 weights, the milliseconds since 1970 and
    their mean would cancel to nothing.

    Parameters
    ----------
    model : Module
        Trained on what `units.remove` gives.
    units : Units

    ValueError for an input that has not as many columns as the data had.

    >>> from tinynet.layers import Linear
    >>> units = Units.of(Dataset("sums", [[1], [3]], [10, 30], ("a",), ("b",), "regression"))
    >>> model = InUnits(Linear(1, 1, rng=0), units)
    >>> model.model.load_state_dict({"weight": [[1]], "bias": [0]})
    >>> model([[5]]).data
    array([[50.]])
    """

    def __init__(self, model: Module, units: Units) -> None:
        check_kinds("InUnits", (model, Module), (units, Units))
        self.model = model
        self.x_center, self.x_scale = _buffers(units.x)  # (columns,)
        if units.y is not None:
            self.y_center, self.y_scale = _buffers(units.y)  # (1,)

    def forward(self, x: Any) -> Any:
        x = x if hasattr(x, "__array_function__") else as_array(x, np.float64)
        center = self.x_center.data
        if x.shape[-1:] != center.shape:
            raise ValueError(
                f"the model takes {center.size} columns, but its input has shape {x.shape}: give it"
                f" rows of shape (N, {center.size})"
            )
        x = (x - center) / self.x_scale.data
        y = self.model(x.astype(dtype_of(self.model)))
        return y * self.y_scale.data + self.y_center.data if hasattr(self, "y_scale") else y

    def figures(self, features: Sequence[str] = (), targets: Sequence[str] = ()) -> str:
        """What is done to each feature, and to what the bare model gives, as a table."""
        rows = [
            (name, f"({name} {_signed(-center)}) / {scale:.6g}")
            for name, center, scale in _figures(features, self.x_center, self.x_scale)
        ]
        if hasattr(self, "y_scale"):
            rows += [
                (name, f"output · {scale:.6g} {_signed(center)}")
                for name, center, scale in _figures(targets, self.y_center, self.y_scale)
            ]
        return table([("in units of the data", "what is done"), *rows], right=())


def in_units(model: Module) -> bool:
    """Whether it takes the units of the data, which may lose digits in its own dtype."""
    return any(isinstance(part, InUnits) for part in modules(model))


def _figures(
    names: Sequence[str], center: Tensor, scale: Tensor
) -> Iterator[tuple[str, float, float]]:
    """The name of each column, its center and its scale."""
    given = dict(enumerate(names))
    for i, (middle, size) in enumerate(zip(center.data.flat, scale.data.flat, strict=True)):
        yield given.get(i, f"column {i}"), middle, size


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.6g}"


def _buffers(scaler: Standardizer) -> tuple[Tensor, Tensor]:
    return Tensor(np.array(scaler.center, float)), Tensor(np.array(scaler.scale, float))
