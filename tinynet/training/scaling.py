"""In which units a model is trained, and what its loss and answers mean in those of the data."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data import Dataset, Standardizer
from ..layers import Module, Sequential
from .history import History
from .suited import inverse_link, target_units
from .units import InUnits, Units


@dataclass(frozen=True)
class Scaling:
    """What the bare model is trained with, and what is said about the model between its units.

    Made of what pickle knows, so that training can go on elsewhere.
    """

    units: Units  # of x, and of what the model predicts
    encode: Callable  # targets as the loss takes them
    trained: Callable  # the loss of what `pair` gives and what the bare model predicts
    reported: Callable  # the loss of y and what the model between its units predicts
    of: str = ""  # what the reported loss is computed from
    factor: float = 1.0  # reported / trained
    y: Standardizer | None = None  # what is done to the targets
    answer: Callable = np.positive  # from a prediction to numbers like y: exp, where it is log y

    def pair(self, part: Dataset) -> tuple[np.ndarray, np.ndarray]:
        """x and y to train with."""
        y = self.encode(part.y)
        return self.units.x.transform(part.x), self.y.transform(y) if self.y else y

    def between(self, bare: Module) -> InUnits:
        """The model between its units: it takes and predicts what stands in the data."""
        return InUnits(bare, self.units)

    def answering(self, model: Module) -> Module:
        """The model, giving numbers like y."""
        return model if self.answer is np.positive else Sequential(model, self.answer)

    def told(self, history: History) -> History:
        """The history with its losses as they are reported."""
        for name in history.keys() & {"loss", "val_loss"}:
            history[name] = [self.factor * value for value in history[name]]
        return history


def unscaled(loss: Callable, encode: Callable, train: Dataset) -> Scaling:
    """Everything as it stands in the data."""
    own = Scaling(Units.own(train), encode, loss, loss)
    if own.units.y is None:
        return own
    return replace(own, of=_named(train), answer=inverse_link(loss))


def scaled(
    loss: Callable, encode: Callable, train: Dataset, weights: np.ndarray | None = None
) -> Scaling:
    """How a loss is trained on the training part, whose rows may have weights.

    A loss of differences gets standardized targets. Any other means something in the units of y,
    such as a relative error or a count: it gets y as it is, and predictions likewise.
    """
    units = Units.of(train, weights)
    if units.y is None:
        return Scaling(units, encode, loss, loss)
    as_it_is = Scaling(units, encode, loss, loss, of=_named(train))
    if target_units(loss) == "standardized":
        return _standardized(as_it_is, units.y)
    if inverse_link(loss) is not np.exp:
        return replace(as_it_is, trained=_moved(loss, units.y))
    mean = np.maximum(units.y.center, np.finfo(float).tiny)
    y = Standardizer(np.log(mean), np.ones(len(mean)))
    of = f"{as_it_is.of}, whose logarithm is predicted"
    return Scaling(Units(units.x, y), encode, _moved(loss, y), loss, of, answer=np.exp)


def _named(train: Dataset) -> str:
    """What is predicted."""
    columns = train.y.shape[1]
    return train.target_names[0] if columns == 1 else f"{columns} columns"


def _standardized(scaling: Scaling, y: Standardizer) -> Scaling:
    """The loss of standardized targets; told in units of y, where it only differs by a factor."""
    loss, one = scaling.trained, y.scale.size == 1
    factor = _factor(loss, y.scale.item()) if one else None  # several have units of their own
    if factor:
        return replace(scaling, y=y, factor=factor)
    of = f"standardized, {scaling.of}"
    if one:
        center, scale = y.center.item(), y.scale.item()
        sign = "+" if center < 0 else "−"
        of = f"({scaling.of} {sign} {abs(center):.5g}) / {scale:.5g}"
    return replace(scaling, y=y, reported=functools.partial(_of_standardized, loss, y), of=of)


def _of_standardized(
    loss: Callable, y: Standardizer, y_true: Any, y_pred: Any, **options: Any
) -> Any:
    """The loss of numbers in the units of y, for a loss of standardized ones."""
    return loss(y.transform(y_true), y.transform(y_pred), **options)


def _moved(loss: Callable, y: Standardizer) -> Callable:
    """The loss of y as it is, for a bare model."""
    return functools.partial(_of_moved, loss, y)


def _of_moved(loss: Callable, y: Standardizer, y_true: Any, y_pred: Any, **options: Any) -> Any:
    center, scale = (array.astype(y_pred.dtype) for array in (y.center, y.scale))
    return loss(y_true, y_pred * scale + center, **options)


def _factor(loss: Callable, scale: float) -> float | None:
    """How much larger the loss is where all numbers are; None where their size decides that."""
    y_true, y_pred = np.array([[1.0], [2.0], [4.0]]), np.array([[3.0], [1.0], [4.5]])
    with np.errstate(all="ignore"):  # at 1e200, where e² is too large
        large, small = (
            [float(loss(size * unit * y_true, size * unit * y_pred)) for size in (0.1, 1, 10)]
            for unit in (scale, 1.0)
        )
        ratios = np.divide(large, small)
    follows = np.isfinite(ratios).all() and np.allclose(ratios, ratios[0])
    return float(ratios[0]) if follows else None
