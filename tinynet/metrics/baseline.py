"""The baseline: what a model must beat that looks at its input."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .answers import LIMITS, array_of
from .classes import accuracy, f1, precision, recall
from .numbers import mae, r2, rmse
from .ranks import auc

_OF_NUMBERS = (mae, rmse, r2)
_OF_CLASSES = (accuracy, precision, recall, f1)


def baseline(metric: Callable, y_true: Any, y_train: Any = None) -> float:
    """The score of the best constant answer: one that looks at nothing.

    Parameters
    ----------
    metric : callable
        One of this module, perhaps with options, as in ``partial(f1, kind="logits")``.
    y_true : array_like
        What the answer is compared with: numbers, class ids (N,), or a column of yes and no.
    y_train : array_like, optional
        What the answer is chosen on, if not on y_true: the honest way, since a model does not see
        the test part either.

    For numbers the answer is the mean or the median of each column, for classes one of them, for a
    yes or no one of the two: that which scores best on y_train. `auc` of a constant is 1/2.

    >>> baseline(accuracy, [0, 1, 1, 1])
    0.75
    >>> baseline(rmse, [1.0, 3.0])
    1.0
    """
    function, options = metric, {}
    if isinstance(metric, functools.partial):
        function, options = metric.func, dict(metric.keywords)
    true = array_of(y_true)
    train = true if y_train is None else array_of(y_train)
    if function is auc:
        return 0.5
    if function in _OF_NUMBERS:
        constants = [np.mean(train, axis=0), np.median(train, axis=0)]
    elif function in _OF_CLASSES:
        true, train = _one_class_each(true), _one_class_each(train)
        constants = _classes(train, options)
    else:
        raise TypeError(
            f"baseline takes a metric of tn.metrics that is one number, not {metric!r}: compare"
            " yours with its value for np.full_like(y, np.mean(y))"
        )

    def score(constant: Any, y: np.ndarray) -> float:
        return function(y, np.broadcast_to(constant, y.shape), **options)

    best = min if function in (mae, rmse) else max
    return score(best(constants, key=lambda constant: score(constant, train)), true)


def _one_class_each(y: np.ndarray) -> np.ndarray:
    """The class of each row, in the shape of y, from one-hot rows (N, C), too."""
    if y.ndim == 2 and y.shape[1] > 1 and np.all(np.sum(y, axis=1) == 1):
        return np.argmax(y, axis=1)
    if y.size != len(y):
        raise ValueError(f"baseline: y must hold one class for each row, but has shape {y.shape}")
    return y


def _classes(train: np.ndarray, options: dict[str, Any]) -> list[Any]:
    """Each answer that is always the same, as the kind of the metric wants it."""
    if (kind := options.get("kind")) in LIMITS:
        limit = options.get("threshold", LIMITS[kind])
        return [0.0, 1.0] if kind == "probabilities" else [limit - 1, limit + 1]
    options["kind"] = "ids"  # of scores, too, the largest is one
    return np.unique(train).tolist()
