"""How much each row counts: sample weights, class weights and a mask, as options of the loss."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..losses import Loss
from .arguments import array_of_numbers, name_of, unwrapped


def row_options(
    y: np.ndarray,
    sample_weight: Any,
    class_weight: Any,
    names: tuple[str, ...] = (),
    whole: bool = True,
) -> dict[str, np.ndarray]:
    """The options of the loss with a number per row: its weight, that of its class included.

    Of a batch, which is not the `whole` of the data, some classes may be missing.
    """
    weights = _sample_weights(sample_weight, len(y))
    if class_weight is not None:
        by_class = class_weights(y, class_weight, names, whole)
        weights = by_class if weights is None else (weights.T * by_class).T
    return {} if weights is None else {"sample_weight": weights}


def _sample_weights(sample_weight: Any, size: int) -> np.ndarray | None:
    if sample_weight is None:
        return None
    weights = array_of_numbers(sample_weight, "sample_weight")
    if len(weights) != size:
        raise ValueError(f"sample_weight has {len(weights)} rows, but x has {size}")
    if not (np.min(weights) >= 0 and np.isfinite(weights).all()):
        raise ValueError("sample_weight must be finite and at least 0")
    return weights


# --- classes --------------------------------------------------------------------------------


def class_weights(
    y: np.ndarray, class_weight: Mapping | str, names: tuple[str, ...] = (), whole: bool = True
) -> np.ndarray:
    """The weight of each row's class: (N,).

    ``"balanced"`` gives a class N / (classes · its rows), so that all have the same sum, as
    scikit-learn does.

    >>> class_weights(np.array([0, 0, 0, 1]), "balanced")
    array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    >>> class_weights(np.array([0, 0, 0, 1]), {"yes": 3.0}, ("no", "yes"))
    array([1., 1., 1., 3.])
    """
    classes, places, counts = np.unique(_classes(y), return_inverse=True, return_counts=True)
    if isinstance(class_weight, str) and class_weight == "balanced":
        return (len(y) / (len(classes) * counts))[places]
    if not isinstance(class_weight, Mapping):
        raise TypeError(
            'class_weight must be "balanced", or a dict from a class to its weight such as'
            f" {{{classes[-1]}: 2.0}}, not {class_weight!r}"
        )
    given = _by_class(class_weight, names)
    if whole:
        _check_present(given, classes.tolist())
    return np.array([given.get(each, 1.0) for each in classes.tolist()])[places]


def _classes(y: np.ndarray) -> np.ndarray:
    """The class of each row: (N,), from ids, a column of yes and no, or one-hot rows."""
    if y.ndim == 2 and y.shape[1] > 1:
        if not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
            raise ValueError(
                f"class_weight: y of shape {y.shape} must be one-hot, with a single 1 in each row;"
                " weigh other targets with sample_weight="
            )
        return np.argmax(y, axis=1)
    if y.size != len(y):
        raise ValueError(f"class_weight: y must hold a class for each row, not {y.shape[1:]} of it")
    y = y.ravel()
    if broken := [value for value in y[:1000].tolist() if value != math.floor(value)]:
        raise ValueError(
            f"class_weight is for classes, but y holds {broken[0]:g}: weigh rows of numbers with"
            " sample_weight="
        )
    return y.astype(np.int64)


def _by_class(class_weight: Mapping, names: tuple[str, ...]) -> dict:
    """The weights by class id; an error for a name that is none, or a weight that is none."""
    ids: dict[Any, int] = {name: number for number, name in enumerate(names)}
    unnamed = [key for key in class_weight if isinstance(key, str) and key not in ids]
    if unnamed:
        known = f"the classes are {', '.join(names)}" if names else "only a Dataset has names"
        raise ValueError(f"class_weight: there is no class {unnamed[0]!r}: {known}")
    given = {ids.get(key, key): weight for key, weight in class_weight.items()}
    for key, weight in given.items():
        if not (isinstance(weight, (int, float, np.number)) and 0 <= weight < math.inf):
            raise ValueError(
                f"class_weight: the weight of class {key} must be a number of at least 0, not"
                f" {weight!r}"
            )
    return given


def _check_present(given: dict, classes: list[int]) -> None:
    """An error where a weight is, or seems to be, of a class that is none."""
    strange = [key for key in given if key not in classes]
    if strange and any(each not in given for each in classes):
        listed = ", ".join(map(str, classes[:10]))
        raise ValueError(f"class_weight: no row is of class {strange[0]!r}; y holds {listed}")


# --- the loss -------------------------------------------------------------------------------


def check_takes(loss: Any, options: Mapping[str, Any]) -> None:
    """An error where a loss of one's own has no place for the weights or the mask."""
    function = unwrapped(loss)[0]
    if isinstance(function, Loss) or not options:
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # written in C
        return
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return
    for option in options.keys() - parameters.keys():
        raise TypeError(
            f"the loss {name_of(loss)} takes no {option}=, so it cannot weigh the rows: write it as"
            f" {name_of(loss)}(y_true, y_pred, *, {option}=None), or take one of tn.losses"
        )


def counts_rows(loss: Any, options: Mapping[str, Any]) -> bool:
    """Whether the mean of a batch is one over its rows, all of which count the same."""
    function, bound = unwrapped(loss)
    return not options and not (isinstance(function, Loss) and bound)


def divisor(loss: Callable, y: Any, y_pred: Any, options: Mapping[str, Any]) -> np.ndarray | None:
    """What each row adds to that by which the loss divides its sum, (N,); None for a plain sum.

    A loss of tinynet knows it. One of one's own is asked: of what it could have divided by, it was
    that with which the losses of two parts make that of the whole.
    """
    function, bound = unwrapped(loss)
    if isinstance(function, Loss):
        if bound.get("reduction") == "sum":
            return None
        weights = function.row_weights(y, y_pred, **bound, **options)
        return np.ones(len(y)) if weights is None else weights

    def value(rows: Any) -> float:
        return float(loss(y[rows], y_pred[rows], **{k: v[rows] for k, v in options.items()}))

    order = np.random.default_rng(0).permutation(len(y))
    parts = [rows for rows in np.split(order, [len(y) // 3]) if any_counts(options, rows)]
    whole, *values = map(value, [slice(None), *parts])
    for divisor in _divisors(y, options):
        made = sum(v * divisor[rows].sum() for v, rows in zip(values, parts, strict=True))
        if math.isclose(whole * divisor.sum(), made, rel_tol=1e-6):
            return divisor
    return np.ones(len(y))


def any_counts(options: Mapping[str, np.ndarray], rows: Any) -> bool:
    """Whether any of these rows counts; a loss of none is an error."""
    return all(np.any(given[rows]) for given in options.values())


def _divisors(y: np.ndarray, options: Mapping[str, np.ndarray]) -> Iterator[np.ndarray]:
    """What a mean could divide by: all weights, some of them, or the number of rows."""
    given = [w.reshape(w.shape + (1,) * (y.ndim - w.ndim)) for w in options.values()]
    for some in ([*given], *([w] for w in given), []):
        product = functools.reduce(np.multiply, some, np.ones(y.shape))
        yield product.reshape(len(y), -1).sum(axis=1)
