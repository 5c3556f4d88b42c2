"""Evaluation: what a model answers, and how good its answers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..engine.grad_mode import evaluating, no_grad
from ..engine.methods import raw
from ..layers import Module
from .arguments import check_model, pair


def predict(model: Module, x: Any) -> np.ndarray:
    """The model's output for x as a plain array, in evaluation mode and without a graph."""
    check_model(model)
    with evaluating(), no_grad():
        return raw(model(x))


def evaluate(
    model: Module, loss: Callable | None, data: Any, metrics: Sequence[Callable] = ()
) -> dict[str, float]:
    """The loss (unless None) and metrics of a model on a Dataset or a pair (x, y)."""
    if loss is None and not metrics:
        return {}
    x, y = pair(data, "data")
    y_pred = predict(model, x)
    scores = {} if loss is None else {"loss": float(loss(y, y_pred))}
    return scores | {_name(metric): _score(metric, y, y_pred) for metric in metrics}


def scores(
    model: Module, loss: Callable, parts: dict[str, tuple], metrics: Sequence[Callable]
) -> dict[str, float]:
    """The metrics of every part, and the loss of those that are not trained on."""
    return {
        prefix + name: score
        for prefix, pair in parts.items()
        for name, score in evaluate(model, loss if prefix else None, pair, metrics).items()
    }


def _score(metric: Callable, y: Any, y_pred: Any) -> float:
    score = raw(metric(y, y_pred))
    if np.shape(score) != ():
        raise ValueError(
            f"{_name(metric)} gave an array of shape {np.shape(score)}, but a metric is one number:"
            " end it with np.mean"
        )
    return float(score)


def _name(metric: Any) -> str:
    """The name of a metric, also of one with options: functools.partial(accuracy, threshold=0)."""
    if hasattr(metric, "func"):
        return _name(metric.func)
    return getattr(metric, "__name__", type(metric).__name__)
