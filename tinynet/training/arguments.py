"""What `fit` and `evaluate` are given: checked before the work starts."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.arrays import as_array
from ..engine.grad_mode import no_grad
from ..engine.methods import raw
from ..engine.tensor import Tensor
from ..layers import Module
from ..losses import Loss
from ..losses.checks import shapes_differ
from ..optimizers import Optimizer

_PER_ROW = ("sample_weight", "where")  # options of a loss that hold a number per row


def check_model(model: Any) -> None:
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, such as tn.layers.MLP([2, 16, 2]), not {model!r}")


def check_arguments(model: Any, optimizer: Any, loss: Any, metrics: Any, callbacks: Any) -> None:
    """Refuse at once what is not a model, not an optimizer or not a function that fit can use."""
    check_model(model)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer must be made of the model's parameters, as in"
            f" tn.optimizers.SGD(model.parameters(), lr=0.1), not {optimizer!r}"
        )
    examples = {
        "loss": "tn.losses.mse",
        "metrics": "[tn.metrics.accuracy]",
        "callbacks": "[tn.training.EarlyStopping()]",
    }
    functions = {"loss": [loss], "metrics": metrics, "callbacks": callbacks}
    for name, listed in functions.items():
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise TypeError(f"{name} must be a list of functions, not {listed!r}: put it in [ ]")
        for function in listed:
            fits = callable(function) or (name == "callbacks" and looks_on(function))
            if not fits or isinstance(function, type):
                raise TypeError(
                    f"{name}: {function!r} is not a function; pass the function itself, as in"
                    f" {examples[name]}"
                )
    check_columns(metrics)
    check_bound(loss)


HOOKS = ("on_train_begin", "on_batch_begin", "on_batch_end", "on_epoch_end", "on_train_end")


def looks_on(callback: Any) -> bool:
    """Whether it has any of the methods of a Callback, whatever it is."""
    return any(hasattr(callback, hook) for hook in HOOKS)


def check_counts(**counts: Any) -> None:
    for name, value in counts.items():
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")


def check_tracked(
    model: Module, optimizer: Optimizer, before: list[Tensor] | None = None
) -> list[Tensor]:
    """The parameters that the optimizer does not hold: left out on purpose, it seems.

    An error where they were not: a layer took the place of another one, or was made on the way.
    """
    own = {parameter: path for path, parameter in model.named_parameters()}
    held = set(optimizer.parameters)
    unknown = [parameter for parameter in own if parameter not in held]
    new = [p for p in unknown if before is None or p not in set(before)]
    if new and (before is not None or held - own.keys()):
        raise ValueError(
            f"the optimizer does not hold {', '.join(own[p] for p in new)} of this model, which"
            " would never train; was a layer made or replaced after it? Make the optimizer last"
        )
    return unknown


# --- the loss and the metrics ---------------------------------------------------------------


def name_of(function: Any) -> str:
    """The name of a loss or metric, also with options: functools.partial(accuracy, threshold=0)."""
    if isinstance(function, functools.partial) and "__name__" not in vars(function):
        return name_of(function.func)
    return str(getattr(function, "__name__", type(function).__name__))


def check_columns(metrics: Iterable[Callable]) -> None:
    """Each metric gets a column of the history, so two must not have one name."""
    counts = Counter(["loss", *map(name_of, metrics)])
    for name in (name for name, count in counts.items() if count > 1):
        raise ValueError(
            f"metrics: {name!r} would name two columns of the history: give each a name of its"
            " own, with def, or partial.__name__ = 'top3'"
        )


def unwrapped(loss: Any) -> tuple[Any, dict[str, Any]]:
    """A loss and the options that functools.partial gave it."""
    if isinstance(loss, functools.partial) and not loss.args:
        return loss.func, loss.keywords
    return loss, {}


def check_bound(loss: Any) -> None:
    """Batches are shuffled rows, which what was bound to the loss outside would not follow."""
    for option in unwrapped(loss)[1].keys() & set(_PER_ROW):
        raise ValueError(
            f"the loss {name_of(loss)} has {option}= bound to it, one number per row, but fit"
            " shuffles the rows: pass fit(…, sample_weight=…), where 0 leaves a row out"
        )


def row_by_row(function: Callable) -> Callable:
    """The function itself; its first call finds out whether it compares row with row."""
    if isinstance(unwrapped(function)[0], Loss):
        return function  # it refuses shapes that differ by itself
    called = False

    @functools.wraps(function)
    def compare(y_true: Any, y_pred: Any, **options: Any) -> Any:
        nonlocal called
        if not called:
            refuse_broadcasting(function, y_true, y_pred, **options)
        called = True
        return function(y_true, y_pred, **options)

    return compare


def refuse_broadcasting(function: Callable, y_true: Any, y_pred: Any, **options: Any) -> None:
    """An error where (N,) meets (N, 1) and NumPy compares every target with every prediction.

    The evidence: given equal shapes, whichever of the two is reshaped, it returns another number.
    """
    true, pred = np.shape(raw(y_true)), np.shape(raw(y_pred))
    if true == pred or math.prod(true) != math.prod(pred):
        return

    def value(y_true: Any, y_pred: Any) -> float:
        return float(raw(function(y_true, y_pred, **options)))

    try:
        with no_grad():
            found = value(y_true, y_pred)
            as_pred = value(np.reshape(y_true, pred), y_pred)
            as_true = value(y_true, np.reshape(y_pred, true))
    except Exception:  # it does not take other shapes, so it knows what it does with these
        return
    if math.isclose(as_pred, as_true, rel_tol=1e-4) and not math.isclose(
        found, as_pred, rel_tol=1e-4
    ):
        raise ValueError(shapes_differ(name_of(function), true, pred))


# --- the data -------------------------------------------------------------------------------


def pair(data: Any, which: str) -> tuple[Any, Any]:
    if isinstance(data, Dataset):
        return data.x, data.y
    if not (isinstance(data, (tuple, list)) and len(data) == 2):
        raise ValueError(
            f"{which} must be a Dataset or a pair (x, y), in parentheses, as one argument; or a"
            " function that gives the batches (x, y) of an epoch"
        )
    return data[0], data[1]


def arrays(data: Any, dtype: Any, which: str, where: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """x and y as arrays: checked, as far as they count, and floats in the dtype of the model."""
    x, y = (
        array_of_numbers(value, f"{which}: {name}")
        for name, value in zip("xy", pair(data, which), strict=True)
    )
    if len(x) != len(y):
        raise ValueError(f"{which}: x has {len(x)} rows but y has {len(y)}")
    if len(x) == 0:
        raise ValueError(f"{which}: the dataset is empty")
    counts = mask(where, y)
    rows = None if counts is None else rows_that_count(counts)
    x = _floats(x, dtype, f"{which}: x", rows)
    return x, _floats(y, dtype if y.dtype.kind == "f" else y.dtype, f"{which}: y", counts)


def array_of_numbers(value: Any, what: str) -> np.ndarray:
    """An array of numbers with rows, from anything that is one."""
    value = raw(value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{what} is a masked array: leave out its rows, or fill in the values")
    if hasattr(value, "toarray"):
        raise TypeError(f"{what} is a sparse matrix: give {what.split()[-1]}.toarray()")
    try:
        array = as_array(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{what} must be one array, not a list of batches: {error}") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{what} must hold numbers, not {array.dtype}")
    if array.ndim == 0:
        raise ValueError(f"{what} must have one row per sample, but is the number {array}")
    return array


def _floats(array: np.ndarray, dtype: Any, what: str, counts: np.ndarray | None) -> np.ndarray:
    """The array in this dtype, with every number that counts finite there, too."""
    with np.errstate(over="ignore"):
        cast = array.astype(dtype, copy=False)
    bad = ~np.isfinite(cast)
    if counts is not None:
        bad &= counts.reshape(counts.shape + (1,) * (bad.ndim - counts.ndim))
    if not bad.any():
        return cast
    rows = np.unique(np.argwhere(bad)[:, 0])
    listed = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
    if np.isfinite(array[bad]).all():
        raise ValueError(
            f"{what} holds {array[bad][0]:g}, too large for the model's {cast.dtype}, in"
            f" {len(rows)} rows ({listed}): scale the data, or make the model with dtype=float"
        )
    raise ValueError(
        f"{what} holds NaN or inf in {len(rows)} rows ({listed}): drop these rows or fill in the"
        " values"
    )


def mask(where: Any, y: np.ndarray) -> np.ndarray | None:
    """The mask of the rows of y, or of its entries, once it is known to fit."""
    if where is None:
        return None
    found = np.asarray(where)
    if found.dtype != bool:
        raise ValueError(
            f"where must hold True and False, not {found.dtype}: use where=mask.astype(bool), or"
            " sample_weight= for numbers"
        )
    if found.shape not in (y.shape[:1], y.shape):
        either = "" if y.ndim == 1 else f", or one per target, {y.shape}"
        raise ValueError(
            f"where has shape {found.shape}: give True or False for each row, {y.shape[:1]}{either}"
        )
    if not found.any():
        raise ValueError("where is False throughout, so nothing counts: True marks what does")
    return found


def rows_that_count(where: np.ndarray) -> np.ndarray:
    """True for each row of which anything counts: (N,)."""
    return np.any(where.reshape(len(where), -1), axis=1)
