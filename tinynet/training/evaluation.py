"""Evaluation: what a model answers, and how good its answers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.dataset import Dataset, check_names
from ..engine.grad_mode import evaluating, no_grad
from ..engine.methods import raw
from ..layers import Module
from .arguments import check_columns, check_model, name_of, pair, refuse_broadcasting


def predict(model: Module, x: Any) -> np.ndarray:
    """The model's output for x as a plain array, in evaluation mode and without a graph."""
    check_model(model)
    with evaluating(), no_grad():
        return raw(model(_read_only(x)))


def evaluate(
    model: Module, loss: Callable | None, data: Any, metrics: Sequence[Callable] = ()
) -> dict[str, float]:
    """The loss (unless None) and metrics of a model on a Dataset or a pair (x, y).

    ValueError where the columns or classes of a Dataset are not those the model was trained on.
    """
    check_model(model)
    if loss is None and not metrics:
        return {}
    check_columns(metrics)
    if isinstance(data, Dataset):
        check_trained_on(model, data)
    x, y = map(_read_only, pair(data, "data"))
    y_pred = _read_only(predict(model, x))
    scores = {} if loss is None else {"loss": _score(loss, y, y_pred)}
    return scores | {name_of(metric): _score(metric, y, y_pred) for metric in metrics}


def scores(
    model: Module, loss: Callable, parts: dict[str, tuple], metrics: Sequence[Callable]
) -> dict[str, float]:
    """The metrics of every part, and the loss of those that are not trained on."""
    return {
        prefix + name: score
        for prefix, pair in parts.items()
        for name, score in evaluate(model, loss if prefix else None, pair, metrics).items()
    }


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


def _score(metric: Callable, y: Any, y_pred: Any) -> float:
    refuse_broadcasting(metric, y, y_pred)
    score = raw(metric(y, y_pred))
    if np.shape(score) != ():
        raise ValueError(
            f"{name_of(metric)} gave an array of shape {np.shape(score)}, but a metric is one"
            " number: end it with np.mean"
        )
    return float(score)
