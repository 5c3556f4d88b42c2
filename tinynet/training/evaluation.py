"""Evaluation: what a model answers, and how good its answers are."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.dataset import Dataset, check_names
from ..engine.grad_mode import evaluating, no_grad
from ..engine.methods import raw
from ..layers import Module, dtype_of
from .arguments import check_columns, check_model, name_of, pair, refuse_broadcasting
from .stream import Stream, is_stream
from .units import in_units
from .weighting import check_takes


def predict(model: Module, x: Any) -> np.ndarray:
    """The model's output for x as a plain array, in evaluation mode and without a graph."""
    check_model(model)
    with evaluating(), no_grad():
        return raw(model(_read_only(x)))


def evaluate(
    model: Module, loss: Callable | None, data: Any, metrics: Sequence[Callable] = ()
) -> dict[str, float]:
    """The loss (unless None) and metrics of a model on a Dataset, a pair (x, y), or all batches.

    Batches are those of a function, as `fit` takes them; the loss follows their sample weights.
    ValueError where the columns or classes of a Dataset are not those the model was trained on.
    """
    check_model(model)
    if loss is None and not metrics:
        return {}
    check_columns(metrics)
    if isinstance(data, Dataset):
        check_trained_on(model, data)
    elif not isinstance(data, Stream) and is_stream(data, "data"):
        data = Stream(data, np.float64 if in_units(model) else dtype_of(model), "data")
    return _scores(loss, *_answers(model, data), metrics)


def scores(
    model: Module,
    loss: Callable,
    parts: dict[str, Any],
    metrics: Sequence[Callable],
    where: np.ndarray | None = None,
) -> dict[str, float]:
    """The metrics of every part, and the loss of those that are not trained on.

    `where` says which targets of the training part count; metrics get no others.
    """
    found: dict[str, float] = {}
    for prefix, part in parts.items():
        if not (prefix or metrics):
            continue
        y, y_pred, weights = _answers(model, part)
        if prefix or where is None:
            measured = _scores(loss if prefix else None, y, y_pred, weights, metrics)
        else:
            measured = {name_of(metric): _counted(metric, y, y_pred, where) for metric in metrics}
        found |= {prefix + name: score for name, score in measured.items()}
    return found


def _answers(model: Module, data: Any) -> tuple[Any, Any, dict[str, Any]]:
    """The targets, what the model predicts for them, and what of it counts how much in the loss."""
    if not isinstance(data, Stream):
        x, y = map(_read_only, pair(data, "data"))
        return y, _read_only(predict(model, x)), {}
    all_y, all_pred, options = zip(*((y, predict(model, x), o) for x, y, o in data), strict=True)
    weights = {}
    if any(options):
        if not all(options):
            raise ValueError(f"{data.which}: give sample weights with all of its batches, or none")
        weights = {name: np.concatenate([o[name] for o in options]) for name in options[0]}
    return _read_only(np.concatenate(all_y)), _read_only(np.concatenate(all_pred)), weights


def check_trained_on(model: Module, data: Dataset) -> None:
    """Are these the columns, and the classes, that the model was trained on, as far as it knows?"""
    if model.feature_names is not None:
        check_names("the model", "features", model.feature_names, data.name, data.feature_names)
    if model.target_names is not None:
        check_names("the model", "targets", model.target_names, data.name, data.target_names)


def _read_only(value: Any) -> Any:
    """An array that a model or a metric may look at, but not write to."""
    if isinstance(value, np.ndarray):
        value = value.view()
        value.flags.writeable = False
    return value


def _scores(
    loss: Callable | None,
    y: Any,
    y_pred: Any,
    weights: dict[str, Any],
    metrics: Sequence[Callable],
) -> dict[str, float]:
    found = {}
    if loss is not None:
        check_takes(loss, weights)
        found = {"loss": _score(functools.partial(loss, **weights) if weights else loss, y, y_pred)}
    return found | {name_of(metric): _score(metric, y, y_pred) for metric in metrics}


def _score(metric: Callable, y: Any, y_pred: Any) -> float:
    refuse_broadcasting(metric, y, y_pred)
    score = raw(metric(y, y_pred))
    if np.shape(score) != ():
        name = name_of(metric)
        raise ValueError(
            f"{name} gave an array of shape {np.shape(score)}, but a metric is one number for the"
            " history: end it with np.mean, or look at the array after the run:"
            f" {name}(y, tn.training.predict(model, x))"
        )
    return float(score)


def _counted(metric: Callable, y: Any, y_pred: Any, where: np.ndarray) -> float:
    """A metric of the rows, or of the targets, that count.

    Of one that looks at each column by itself, as r2 does, it is the mean of the columns.
    """
    if where.size == len(where):
        where = where.ravel()
    if where.ndim > 1:
        known = np.where(where, y, y_pred)
        in_one = _score(metric, known.ravel(), np.ravel(y_pred))
        if not math.isclose(_score(metric, known, y_pred), in_one, rel_tol=1e-6):
            columns = zip(y.T, y_pred.T, where.T, strict=True)
            found = [_score(metric, t[rows], p[rows]) for t, p, rows in columns if rows.any()]
            return float(np.mean(found))
    return _score(metric, _read_only(y[where]), _read_only(y_pred[where]))
