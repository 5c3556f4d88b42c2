"""What all losses share: reduction, sample weights, and the check that shapes are equal.

The one idea: every reduction is a weighted sum. "mean" gives each loss the weight 1/N, sample
weights replace the ones; so the derivative of any loss is: g · weight · slope.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..methods import raw
from ..tensor import Primitive, Tensor


class Loss(Primitive):
    """A loss: a primitive of ``(y_true, y_pred)`` with reduction, sample weights and checks.

    Every loss takes, beside its own options:

    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of losses, or by the sum of the sample weights.
    sample_weight : array_like, optional
        One weight per sample, (N,), or one per loss; at least 0.

    Shapes, labels, weights and options that do not fit are a ValueError that says which.
    """

    def __init__(self, values: Callable, prepare: Callable, saves: bool = False) -> None:
        super().__init__(values, saves)
        self.values, self.prepare, self.forward = values, prepare, self._forward
        own = inspect.signature(values).parameters.values()
        common = inspect.signature(_common_options).parameters.values()
        self.__signature__ = inspect.Signature([*own, *common])
        self.own_options = {p.name for p in own if p.kind is p.KEYWORD_ONLY}

    def defslope(self, slope: Callable, target_slope: Callable | None = None) -> None:
        """Give the derivative of a value in y_pred, and in y_true where it is not its negative."""
        self.defvjp(self._rule(target_slope or _negative(slope)), self._rule(slope))

    def _rule(self, slope: Callable) -> Callable:
        """The VJP that goes with a slope: times the gradient and the weight of each loss."""

        @np.errstate(under="ignore")  # tiny times tiny is 0, and that is right
        def vjp(g, y, y_true, y_pred, reduction="mean", weights=1.0, **options):
            saved = y[1:] if self.saves else ()
            d, g = slope(y_true, y_pred, *saved, **options), g * weights
            return (np.expand_dims(g, -1) if 0 < g.ndim < d.ndim else g) * d

        return vjp

    def __call__(
        self,
        y_true: Any,
        y_pred: Any,
        *others: Any,
        reduction: str = "mean",
        sample_weight: Any = None,
        **options: Any,
    ) -> Any:
        if others:
            raise TypeError(
                f"{self.__name__}: options are given by name, as in"
                f" {self.__name__}(y_true, y_pred, {min(self.own_options, default='reduction')}=…)"
            )
        y_true, y_pred = _as_array(y_true), _as_array(y_pred)
        if _requires_grad(y_true) and not _requires_grad(y_pred):
            raise ValueError(
                f"{self.__name__}: y_true carries a gradient and y_pred does not, so they seem to"
                f" be swapped: the order is {self.__name__}(y_true, y_pred)"
            )
        if y_pred.dtype.kind != "f":
            y_pred = _numbers(self.__name__, "y_pred", y_pred).astype(np.float64)
        for unknown in options and options.keys() - self.own_options:
            raise TypeError(
                f"{self.__name__} has no option {unknown!r}: see help(losses.{self.__name__})"
            )
        y_true, shape = self.prepare(self.__name__, y_true, y_pred, **options)
        weights = self.weights(reduction, sample_weight, shape, y_pred.dtype)
        return super().__call__(y_true, y_pred, reduction=reduction, weights=weights, **options)

    @np.errstate(under="ignore")
    def _forward(self, y_true, y_pred, reduction="mean", weights=1.0, **options):
        """Values per element, weighted, and added up unless reduction="none"."""
        values = self.values(y_true, y_pred, **options)
        values, *saved = values if self.saves else (values,)
        total = values * weights if reduction == "none" else (values * weights).sum()
        return (total, *saved) if self.saves else total

    def weights(self, reduction: str, sample_weight: Any, shape: tuple, dtype: Any) -> Any:
        """What each loss is multiplied with, chosen such that the mean, too, is only a sum."""
        count = math.prod(shape)
        if count == 0:
            raise ValueError(f"{self.__name__}: the batch is empty (shape {shape})")
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(
                f'{self.__name__}: reduction must be "mean", "sum" or "none", not {reduction!r}'
            )
        if sample_weight is None:
            return 1 / count if reduction == "mean" else 1.0
        if _requires_grad(sample_weight):
            raise ValueError(
                f"{self.__name__}: sample_weight gets no gradient; pass its .data, or multiply"
                ' with it yourself after reduction="none"'
            )
        weights = np.asarray(raw(sample_weight))
        weights = _numbers(self.__name__, "sample_weight", weights).astype(dtype, copy=False)
        if weights.shape == shape[:1]:  # one per sample
            weights = weights.reshape(shape[:1] + (1,) * len(shape[1:]))
        elif weights.shape != shape:
            raise ValueError(
                f"{self.__name__}: sample_weight has shape {weights.shape}, but there are losses"
                f" of shape {shape}: give one weight per sample, {shape[:1]}, or one per loss"
            )
        if not (np.min(weights) >= 0 and np.max(weights) > 0):
            raise ValueError(
                f"{self.__name__}: sample weights must be at least 0, and not all of them 0"
            )
        weights = np.broadcast_to(weights, shape)
        return weights / np.sum(weights) if reduction == "mean" else weights


def _common_options(*, reduction: str = "mean", sample_weight: Any = None) -> None:
    """The options of every loss, for its signature."""


def _negative(slope: Callable) -> Callable:
    return lambda *args, **options: -slope(*args, **options)


def _as_array(value: Any) -> Any:
    """Arrays and Tensors as they are; lists and numbers as arrays."""
    if value is None:
        raise TypeError("a loss needs arrays, but got None: does forward() return its result?")
    return value if hasattr(value, "__array_function__") else np.asarray(value)


def _requires_grad(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


# --- checks ---------------------------------------------------------------------------------


def same_shape(name: str, y_true: Any, y_pred: Any, **options: Any) -> tuple[Any, tuple]:
    """Targets and predictions element for element; NumPy's broadcasting is never wanted here."""
    if y_true.shape != y_pred.shape:
        raise ValueError(_shapes_differ(name, y_true.shape, y_pred.shape))
    if y_true.dtype != y_pred.dtype:
        y_true = _numbers(name, "y_true", y_true).astype(y_pred.dtype)
    return y_true, y_pred.shape


def _numbers(name: str, which: str, value: Any) -> Any:
    """The value, which must hold numbers: None in an array of objects would become NaN."""
    if value.dtype.kind not in "fiub":
        raise ValueError(
            f"{name}: {which} must hold numbers, but holds {value.dtype}; where each is a number,"
            f" {which}.astype(float) makes it so"
        )
    return value


def _shapes_differ(name: str, true: tuple, pred: tuple) -> str:
    message = f"{name}: y_true has shape {true} but y_pred has shape {pred}"
    try:
        met = np.broadcast_shapes(true, pred)
    except ValueError:
        columns = true == pred[:-1]
        hint = (
            ": for class ids use cross_entropy, else give the model one output" if columns else ""
        )
        return f"{message}; they must be equal{hint}"
    message += f"; NumPy would broadcast them to {met} and compare every target with many"
    if math.prod(true) == math.prod(pred):
        return f"{message} predictions. Use y_true.reshape{pred}"
    return f"{message} predictions. They must be equal"


def loss(prepare: Callable = same_shape, saves: bool = False) -> Callable[[Callable], Loss]:
    """Make a Loss from the function that gives its values; `prepare` checks the arguments."""
    return lambda values: Loss(values, prepare, saves)
