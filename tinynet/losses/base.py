"""What a loss is: values, their derivatives, and the derivative of the whole.

Every reduction is a weighted sum (reduction.py), so the derivative of any loss is
g · weight · derivative of its value, and a loss is declared by its values and their derivatives.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..engine.arrays import as_array
from ..engine.methods import raw
from ..engine.tensor import Primitive, Tensor
from ..engine.transforms import vjp as vjp_of
from ..engine.upstairs import Displayed
from ..engine.zeros import Kind
from .cards import Card
from .checks import Range, numbers, same_shape
from .reduction import given_weights, kept, requires_grad, weights

_BY_NAME = (inspect.Parameter.KEYWORD_ONLY,)


class Loss(Displayed, Primitive):
    """A loss: a primitive of ``(y_true, y_pred)`` with reduction, sample weights and checks.

    Every loss takes, next to its own options:

    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of losses, or by the sum of the sample weights.
    sample_weight : array_like, optional
        One weight per sample, (N,), or one per loss; at least 0.
    where : array_like of bool, optional
        False where a sample, or a single loss, does not count: it adds neither value nor
        gradient, even if it holds NaN.
    axis : int
        Where the classes stand, if not last; for losses of rows only.

    Shapes, labels, weights and options that do not fit are a ValueError that says which.
    """

    def __init__(
        self,
        values: Callable,
        prepare: Callable,
        ranges: dict[str, Range],
        rows: bool,
        shared: tuple[str, ...],
        saves: bool,
    ) -> None:
        super().__init__(values, saves)
        self.kind = Kind.MIXED
        self.values, self.prepare, self.forward = values, prepare, self._forward
        self.ranges, self.rows, self.shared = ranges, rows, shared
        parameters = _parameters(values).values()
        self.arrays = tuple(p.name for p in parameters if p.kind not in _BY_NAME)
        self.defaults = {p.name: p.default for p in parameters if p.kind in _BY_NAME}
        self.own_options = {*self.defaults, *_parameters(prepare, *_BY_NAME)} - {"where"}
        self.labelled = self.arrays[0] == "y_true"
        self.gradients: dict[int, Callable] = {}  # position of the argument -> of Σ g · value
        self.card = None  # all of the catalogue get one
        self.defvjp(*(self._rule(position) for position in range(len(self.arrays))))

    @property
    def card(self) -> Any:
        """What is known about the loss; help() shows it."""
        return self._card

    @card.setter
    def card(self, card: Card | None) -> None:
        self._card = card
        self.__doc__ = f"{self.values.__doc__ or ''}{card.text if card else ''}"

    @property
    def __signature__(self) -> inspect.Signature:
        common = _parameters(Loss.__call__, *_BY_NAME)
        if not self.rows:
            del common["axis"]
        merged = _parameters(self.values) | _parameters(self.prepare, *_BY_NAME) | common
        return inspect.Signature(list(merged.values()))

    def defderivative(self, *derivatives: Callable) -> Loss:
        """Give the derivative of a value in each prediction, as a function of all arguments.

        A prediction is any array but y_true. What is left out comes from differentiating the
        values, like the derivative in y_true.
        """
        return self.defgradient(*map(_times, derivatives))

    defslope = defderivative  # its name in earlier versions

    def defgradient(self, *gradients: Callable) -> Loss:
        """As `defderivative`, where a value depends on more than its row.

        Each is the gradient of Σ g · value, ``gradient(g, *arguments, **options)``.
        """
        self.gradients.update(enumerate(gradients, len(self.arrays) - len(gradients)))
        return self

    def _rule(self, position: int) -> Callable:
        """The VJP in one argument: the gradient, given g times the weight of each loss."""

        def vjp(g, y, *args, reduction="mean", weights=1.0, **options):
            if position in self.gradients:
                saved = y[1:] if self.saves else ()
                return self.gradients[position](g * weights, *args, *saved, **options)

            def values(x):
                result = self.values(*args[:position], x, *args[position + 1 :], **options)
                return result[0] if self.saves else result

            value, pull = vjp_of(values, args[position])
            return pull(np.broadcast_to(g * weights, value.shape))[0]

        return vjp

    def __call__(
        self,
        *arrays: Any,
        reduction: str = "mean",
        sample_weight: Any = None,
        where: Any = None,
        axis: int = -1,
        **options: Any,
    ) -> Any:
        arrays, counts, options = self._counted(arrays, options, sample_weight, where, axis)
        w = weights(self.__name__, reduction, self.shape(arrays), arrays[1].dtype, *counts)
        return super().__call__(*arrays, reduction=reduction, weights=w, **options)

    def row_weights(
        self,
        *arrays: Any,
        reduction: str = "mean",
        sample_weight: Any = None,
        where: Any = None,
        axis: int = -1,
        **options: Any,
    ) -> Any:
        """What each row adds to the divisor of the mean, (N,); None where all add the same."""
        arrays, (total, counts), _ = self._counted(arrays, options, sample_weight, where, axis)
        if counts is None and total is None:
            return None
        per_loss = (1.0 if counts is None else raw(counts)) * (1.0 if total is None else total)
        shape = self.shape(arrays)
        return np.broadcast_to(per_loss, shape).reshape(shape[0], -1).sum(axis=1)

    def _counted(
        self, arrays: tuple, options: dict[str, Any], sample_weight: Any, where: Any, axis: int
    ) -> tuple[tuple, tuple, dict[str, Any]]:
        """The arguments in order and checked; the weight of each loss, and what it counts for."""
        if len(arrays) != len(self.arrays):
            arrays = self._by_name(arrays, options)
        arrays = self._checked(arrays)
        if axis != -1:
            arrays = self._last(arrays, axis)
        if where is not None or "ignore_index" in options:
            ignored = options.get("ignore_index")
            where = kept(self.__name__, where, self.shape(arrays), arrays[0], ignored)
        if where is not None:
            arrays = self._masked(arrays, where)
        arrays, counts, options = self.arrange(*arrays, where=where, **options)
        total = None
        if sample_weight is not None or where is not None:
            shape, dtype = self.shape(arrays), arrays[1].dtype
            total = given_weights(self.__name__, shape, dtype, sample_weight, where)
        return arrays, (total, counts), options

    def arrange(self, *arrays: Any, where: Any = None, **options: Any) -> tuple:
        """The arguments checked and ready for `values`, what each counts for, and its options."""
        for name in options:
            if name not in self.own_options:
                raise TypeError(
                    f"{self.__name__} has no option {name!r}: see help(losses.{self.__name__})"
                )
            if name in self.ranges:
                self.ranges[name].check(f"{self.__name__}: {name}", options[name])
        if self.rows and arrays[1].ndim == 0:
            raise ValueError(
                f"{self.__name__} takes rows, but {self.arrays[1]} is a single number: give it one"
                " row per sample"
            )
        arrays, counts = self.prepare(self.__name__, *arrays, where=where, **options)
        options = self.defaults | {k: v for k, v in options.items() if k in self.defaults}
        return arrays, counts, options

    def shape(self, arrays: tuple) -> tuple:
        """The shape of the losses: one per row, or one per element."""
        return arrays[1].shape[:-1] if self.rows else arrays[1].shape

    @np.errstate(under="ignore")
    def _forward(self, *arrays, reduction="mean", weights=1.0, **options):
        """Values per element, weighted, and added up unless reduction="none"."""
        values = self.values(*arrays, **options)
        values, *saved = values if self.saves else (values,)
        if values.shape != self.shape(arrays):
            raise ValueError(
                f"its values have shape {values.shape}, not {self.shape(arrays)}: a loss returns"
                f" one value per {'row' if self.rows else 'element'}, and the reduction comes"
                " afterwards"
            )
        total = values * weights if reduction == "none" else (values * weights).sum()
        return (total, *saved) if self.saves else total

    def _masked(self, arrays: tuple, where: Any) -> tuple:
        """The arrays with 1, which every loss can take, in the place of what does not count."""

        def masked(which: str, array: Any) -> Any:
            if which in self.shared or array.shape[: where.ndim] != where.shape:
                return array
            inner = array.ndim - where.ndim
            fill = 1 / array.shape[-1] if self.rows and inner else 1  # a row sums to 1
            return np.where(np.expand_dims(where, tuple(range(-inner, 0))), array, fill)

        return tuple(map(masked, self.arrays, arrays))

    def _last(self, arrays: tuple, axis: int) -> tuple:
        """The arrays with their axis of classes moved to the end."""
        if not self.rows:
            raise TypeError(f"{self.__name__} has no axis: it compares element with element")
        full = max(array.ndim for array in arrays)
        if not -full <= axis < full:
            raise ValueError(f"{self.__name__}: axis={axis}, but the arrays have {full} axes")
        return tuple(np.moveaxis(a, axis, -1) if a.ndim == full else a for a in arrays)

    def _by_name(self, arrays: tuple, options: dict[str, Any]) -> tuple:
        """The arrays in order, where some are given by name."""
        if len(arrays) > len(self.arrays):
            raise TypeError(
                f"{self.__name__}: options are given by name, as in {self.__name__}"
                f"({', '.join(self.arrays)}, {min(self.own_options, default='reduction')}=…)"
            )
        for name in self.arrays[len(arrays) :]:
            if name not in options:
                raise TypeError(
                    f"{self.__name__} takes {', '.join(self.arrays)}: {name} is missing"
                )
            arrays = (*arrays, options.pop(name))
        return arrays

    def _checked(self, arrays: tuple) -> tuple:
        """Arrays or Tensors, predictions of floats, and the targets in front."""
        checked = []
        for which, array in zip(self.arrays, arrays, strict=True):
            if not isinstance(array, Tensor):
                array = _as_array(array)
            if which != "y_true" and array.dtype.kind != "f":
                array = numbers(self.__name__, which, array).astype(float)
            checked.append(array)
        if self.labelled and requires_grad(checked[0]) and not any(map(requires_grad, checked[1:])):
            raise ValueError(
                f"{self.__name__}: y_true carries a gradient and y_pred does not, so they seem to"
                f" be swapped: the order is {self.__name__}({', '.join(self.arrays)})"
            )
        return tuple(checked)


def loss(
    values: Callable | None = None,
    *,
    prepare: Callable = same_shape,
    ranges: dict[str, Range] | None = None,
    rows: bool = False,
    shared: tuple[str, ...] = (),
    saves: bool = False,
) -> Any:
    """Make a `Loss` from the function that gives its values; a decorator, with or without options.

    Parameters
    ----------
    values : callable
        ``f(y_true, y_pred, *, options…)`` in NumPy: one value per element, or with ``rows=True``
        per row of the last axis. With ``saves=True`` a tuple: the values, then arrays that the
        derivatives get after the arguments.
    shared : tuple of str
        Arguments that are the same for all samples, so that a mask does not touch them.
    prepare : callable
        Checks the arguments, see `tinynet.losses.checks`; the default wants equal shapes.
    ranges : dict
        For options, the `Range` in which they must lie.

    The derivative comes from differentiating `values`; to write it yourself, use `defderivative`.

    >>> @loss
    ... def quartic(y_true, y_pred):
    ...     return (y_pred - y_true) ** 4
    >>> quartic.defderivative(lambda y_true, y_pred: 4 * (y_pred - y_true) ** 3)
    <primitive quartic>
    >>> float(quartic([1.0, 2.0], [2.0, 4.0], where=[True, False]))
    1.0
    """

    def made(values: Callable) -> Loss:
        return Loss(values, prepare, ranges or {}, rows, shared, saves)

    return made(values) if values else made


def _times(derivative: Callable) -> Callable:
    """From the derivative of each value, the gradient of Σ g · value."""

    def gradient(g: Any, *args: Any, **options: Any) -> Any:
        d = derivative(*args, **options)
        return (np.expand_dims(g, -1) if 0 < g.ndim < d.ndim else g) * d

    return gradient


@functools.cache
def _signature(function: Callable) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def _parameters(function: Callable, *kinds: Any) -> dict[str, inspect.Parameter]:
    """The named parameters of a function, all of them or those of some kinds."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, *_BY_NAME)
    return {n: p for n, p in _signature(function).items() if p.kind in (kinds or named)}


def _as_array(value: Any) -> Any:
    """The array itself; a list, a number or what looks like an array as one."""
    if value is None:
        raise TypeError("a loss needs arrays, but got None: does forward() return its result?")
    return as_array(value)


# --- a loss and its card ----------------------------------------------------------------------


def called(loss: Loss, options: Mapping[str, Any]) -> str:
    """The name of a loss with its options.

    >>> from tinynet.losses import huber
    >>> called(huber, {"delta": 2.0})
    'huber(delta=2)'
    """
    assigned = ", ".join(
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in options.items()
    )
    return f"{loss.__name__}({assigned})" if assigned else loss.__name__


def card_of(loss: Loss) -> Card:
    """The card of a loss; an error where it has none, since the axis stands there."""
    if not isinstance(loss, Loss):
        raise TypeError(f"this takes a loss, such as tn.losses.huber, not {loss!r}")
    if loss.card is None:
        raise ValueError(f"{loss.__name__} has no card, so there is no axis to draw it along")
    return loss.card
