"""What a loss compares: the checks of shapes and values that stand in front of every loss.

A mistake in the data is found here, before any arithmetic, and said in terms of the
data. A function for `prepare=` gets the loss's name, its arrays and options; it returns the arrays
as `values` wants them, and how much each loss counts in the mean (None: all the same).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.arrays import as_array, like
from ..engine.frames import stacklevel
from ..engine.methods import raw
from ..engine.tensor import Primitive
from ..functional import sigmoid, softmax


@dataclass(frozen=True, eq=False)
class Range:
    """Numbers from low to high; with ``open=True`` the ends themselves, if finite, are out.

    With ``optional=True`` an option may be None, too.

    >>> print(POSITIVE, NON_NEGATIVE, SHARE, FRACTION, sep=", ")
    above 0, at least 0, from 0 to 1, between 0 and 1
    """

    low: float = -math.inf
    high: float = math.inf
    open: bool = False
    optional: bool = False

    def __str__(self) -> str:
        if self.high == math.inf:
            return f"{'above' if self.open else 'at least'} {_plain(self.low)}"
        if self.low == -math.inf:
            return f"{'below' if self.open else 'at most'} {_plain(self.high)}"
        words = ("between", "and") if self.open else ("from", "to")
        return f"{words[0]} {_plain(self.low)} {words[1]} {_plain(self.high)}"

    def holds(self, values: Any, slack: float = 0.0) -> bool:
        """Are all the values inside? NaN is not."""
        low, high = np.min(values), np.max(values)
        if self.open:
            inside = (low > self.low) & ((high < self.high) | (self.high == math.inf))
        else:
            inside = (low >= self.low - slack) & (high <= self.high + slack)
        return bool(inside)

    def check(self, what: str, value: Any) -> None:
        """Refuse an option outside: a number, or several."""
        if value is None and self.optional:
            return
        try:
            inside = np.size(value) > 0 and self.holds(as_array(value, float))
        except (TypeError, ValueError):
            raise TypeError(f"{what} must be a number {self}, not {value!r}") from None
        if not inside:
            raise ValueError(f"{what} must be {self}, not {value}")


def _plain(number: float) -> str:
    """As one writes it, with all its digits where they are not too many.

    >>> _plain(2**32 - 1), _plain(0.000001), _plain(1e-30)
    ('4,294,967,295', '0.000001', '1e-30')
    """
    if abs(number) < 1e15 and number == round(number):
        return f"{number:,.0f}"
    return np.format_float_positional(number) if 1e-6 <= abs(number) < 1 else f"{number:g}"


POSITIVE, NON_NEGATIVE = Range(0, open=True), Range(0)
SHARE, FRACTION = Range(0, 1), Range(0, 1, open=True)


# --- numbers --------------------------------------------------------------------------------


def numbers(name: str, which: str, value: Any) -> Any:
    """The value, which must hold numbers: None in an array of objects would become NaN."""
    if value.dtype.kind not in "fiub":
        raise ValueError(
            f"{name}: {which} must hold numbers, but holds {value.dtype}; where each is a number,"
            f" {which}.astype(float) makes it so"
        )
    return value


def same_shape(name: str, y_true: Any, y_pred: Any, **options: Any) -> tuple[tuple, None]:
    """Targets and predictions element for element; NumPy's broadcasting is never wanted here."""
    if y_true.shape != y_pred.shape:
        raise ValueError(shapes_differ(name, y_true.shape, y_pred.shape))
    if y_true.dtype != y_pred.dtype:
        y_true = numbers(name, "y_true", y_true).astype(y_pred.dtype)
    return (y_true, y_pred), None


def shapes_differ(name: str, true: tuple, pred: tuple) -> str:
    """The message where targets and predictions do not fit element for element."""
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


def check_range(
    name: str, which: str, values: Any, allowed: Range, fix: str, noun: str = ""
) -> None:
    """Every value lies in the range, or within rounding of it."""
    values = raw(values)
    if values.size == 0 or allowed.holds(values, slack=4 * np.finfo(values.dtype).eps):
        return
    if np.isnan(values).any():
        fix = "it holds NaN: look into the data, or let tn.debug() find the first one"
    raise ValueError(
        f"{name}: {which} must be {noun}{allowed}, but ranges from {np.min(values):.6g} to"
        f" {np.max(values):.6g}: {fix}"
    )


def in_range(
    y_true: Range | None, y_pred: Range | None = None, fix: str = "look into the data"
) -> Callable:
    """Make a `prepare` for numbers of equal shape that lie in these ranges."""

    def prepare(name: str, targets: Any, predictions: Any, **options: Any) -> tuple[tuple, None]:
        (targets, predictions), _ = same_shape(name, targets, predictions)
        if y_true:
            check_range(name, "y_true", targets, y_true, fix)
        if y_pred:
            check_range(name, "y_pred", predictions, y_pred, fix)
        return (targets, predictions), None

    return prepare


# --- probabilities --------------------------------------------------------------------------


def _check_probabilities(name: str, which: str, p: Any, fix: str) -> None:
    check_range(name, which, p, SHARE, fix, noun="probabilities ")


def binary_targets(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    **options: Any,
) -> tuple[tuple, None]:
    """Targets 0, 1 or between, moved towards ½ by smoothing; predictions too, unless logits."""
    (y_true, y_pred), _ = same_shape(name, y_true, y_pred)
    _check_probabilities(name, "y_true", y_true, "use 0 for no and 1 for yes")
    if from_logits:
        warn_if_applied(name, sigmoid, y_pred)
    else:
        _check_probabilities(
            name,
            "y_pred",
            y_pred,
            "if these are logits, pass from_logits=True (better than a sigmoid in front)",
        )
    if label_smoothing:
        y_true = y_true * (1 - label_smoothing) + label_smoothing / 2
    return (y_true, y_pred), None


def sign_targets(name: str, y_true: Any, y_pred: Any, **options: Any) -> tuple[tuple, None]:
    """Targets −1 and 1, for losses of the margin y_true · y_pred."""
    (y_true, y_pred), _ = same_shape(name, y_true, y_pred)
    check_signs(name, y_true)
    return (y_true, y_pred), None


def check_signs(name: str, y_true: Any) -> None:
    """Labels are −1 and 1."""
    labels = raw(y_true)
    if not np.all(np.abs(labels) == 1):
        other = labels[np.abs(labels) != 1].flat[0]
        hint = ": from 0 and 1, 2 * y_true - 1 makes them" if other == 0 else ""
        raise ValueError(f"{name}: y_true must hold −1 and 1, but holds {other:g}{hint}")


# --- classes --------------------------------------------------------------------------------


def class_targets(
    name: str, y_true: Any, y_pred: Any, *, from_logits: bool = True, **options: Any
) -> tuple[tuple, None]:
    """Class ids (N,) become rows with a single 1; rows of probabilities (N, C) stay."""
    y_true = class_rows(name, y_true, y_pred)
    if from_logits:
        warn_if_applied(name, softmax, y_pred)
    else:
        check_rows(name, "y_pred", y_pred, "for logits, pass from_logits=True")
    return (y_true, y_pred), None


def class_rows(name: str, y_true: Any, y_pred: Any) -> Any:
    """The targets as rows of probabilities, one column per class like y_pred, which may be any."""
    shape = y_pred.shape
    classes = shape[-1] if shape else 1
    if classes < 2:
        raise ValueError(
            f"{name}: y_pred has shape {shape}, but needs one column per class, at least 2;"
            " for a single yes/no output use log_loss"
        )
    if y_true.shape == shape[:-1]:
        return one_hot(name, raw(y_true), classes, y_pred.dtype)
    if y_true.shape != shape:
        raise ValueError(_misshapen_ids(name, y_true.shape, shape))
    (y_true, _), _ = same_shape(name, y_true, y_pred)
    one_row = "; for one yes/no output per sample use log_loss" if len(shape) == 1 else ""
    check_rows(name, "y_true", y_true, f"give class ids or rows of probabilities{one_row}")
    return y_true


def smoothed_class_targets(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    from_logits: bool = True,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,  # has become a part of `where`
    **options: Any,
) -> tuple[tuple, None]:
    """As `class_targets`, with rows moved towards 1/C by smoothing."""
    if ignore_index is not None and y_true.ndim == y_pred.ndim:
        raise ValueError(f"{name}: ignore_index is for class ids; for rows use where=")
    (y_true, y_pred), _ = class_targets(name, y_true, y_pred, from_logits=from_logits)
    if label_smoothing:
        y_true = y_true * (1 - label_smoothing) + label_smoothing / y_true.shape[-1]
    return (y_true, y_pred), None


def weighted_class_targets(
    name: str,
    y_true: Any,
    y_pred: Any,
    *,
    from_logits: bool = True,
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    **options: Any,
) -> tuple[tuple, Any]:
    """As `smoothed_class_targets`, and for ids a mean divides by the weights of their classes.

    Rows of probabilities each count once.
    """
    arrays, counts = smoothed_class_targets(
        name,
        *(y_true, y_pred),
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
    )
    if class_weight is not None:
        weights = class_weights(name, "class_weight", class_weight, y_pred.shape[-1])
        if y_true.ndim < y_pred.ndim:
            counts = weights.astype(y_pred.dtype)[raw(y_true).astype(int)]
    return arrays, counts


def class_weights(name: str, which: str, given: Any, classes: int) -> Any:
    """One number for each class, at least 0."""
    weights = numbers(name, which, as_array(raw(given)))
    if weights.shape != (classes,):
        raise ValueError(
            f"{name}: {which} has shape {weights.shape}, but there are {classes} classes: give"
            " one weight for each"
        )
    NON_NEGATIVE.check(f"{name}: {which}", weights)
    return weights


def _misshapen_ids(name: str, true: tuple, pred: tuple) -> str:
    message = f"{name}: y_true has shape {true} but y_pred has shape {pred}: "
    if true[:-1] == pred:
        return f"{message}they seem to be swapped, the order is {name}(y_true, y_pred)"
    here = ", here y_true[..., 0]," if true == (*pred[:-1], 1) else ","
    return f"{message}give class ids of shape {pred[:-1]}{here} or probabilities of shape {pred}"


def one_hot(name: str, ids: Any, classes: int, dtype: Any) -> Any:
    """One row per id with a 1 at that class: (N,) → (N, C). An id that is not a class has none."""
    if ids.dtype.kind == "i" and hasattr(ids, "one_hot"):
        return ids.one_hot(classes, dtype)  # of training/tape.py, which needs it often
    rows = ids[..., None] == np.arange(classes, like=like(ids))
    if np.count_nonzero(rows) != ids.size:
        if ids.dtype.kind not in "iufb":
            raise ValueError(
                f"{name}: class ids must be whole numbers, but y_true holds {ids.dtype}: number the"
                " classes with names, ids = np.unique(y_true, return_inverse=True)"
            )
        position = tuple(int(i) for i in np.argwhere(~rows.any(axis=-1))[0])
        raise ValueError(
            f"{name}: class ids must be whole numbers from 0 to {classes - 1} (y_pred has"
            f" {classes} columns), but y_true[{', '.join(map(str, position))}] is"
            f" {ids[position]:g}"
            + ("; subtract 1?" if ids.min() == 1 and ids.max() == classes else "")
        )
    return rows.astype(dtype)


def check_rows(name: str, which: str, p: Any, fix: str) -> None:
    """Each row is a distribution: from 0 to 1, with a sum of 1."""
    _check_probabilities(name, which, p, fix)
    off = np.abs(np.sum(raw(p), axis=-1) - 1)
    if p.size and np.max(off) > np.sqrt(np.finfo(p.dtype).eps):
        row = int(np.argmax(off))
        raise ValueError(
            f"{name}: the rows of {which} must sum to 1, but row {row} sums to"
            f" {np.sum(raw(p), axis=-1).flat[row]:.6g}: {fix}"
        )


def warn_if_applied(name: str, activation: Primitive, y_pred: Any) -> None:
    """Report a softmax or sigmoid in front of a loss that applies it itself."""
    node = getattr(y_pred, "node", None)
    if node is None or node.operation is not activation:
        return
    classes = y_pred.shape[-1]
    floor = f"{np.log(np.e + classes - 1) - 1:.3f} for {classes} classes"
    if activation is sigmoid:
        floor = "0.313 where y_true is 1, and below 0.693 where it is 0"
    warnings.warn(
        f"{name} applies {activation.__name__} itself, but y_pred is the output of a"
        f" {activation.__name__}: the loss cannot fall below {floor}. Remove the"
        f" {activation.__name__}, or use a loss of probabilities, such as one with"
        " from_logits=False",
        stacklevel=stacklevel(),
    )
