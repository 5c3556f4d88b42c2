"""Tasks: two small data sets for each setting, and a short training run on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ... import datasets, layers, metrics, optimizers, training
from .bench import stopping
from .settings import Setting


@dataclass(frozen=True)
class Task:
    """A data set, with targets as the setting wants them, and how well a model does on it."""

    name: str
    x: np.ndarray
    y: np.ndarray
    sizes: list[int]
    link: Callable  # from the outputs of the model to y_pred
    metric: str
    score: Callable[[np.ndarray, np.ndarray], float]


def tasks(setting: Setting) -> list[Task]:
    """Two small tasks that fit the setting."""
    if setting.kind == "regression":
        line = datasets.make_outliers(120, share=0, rng=0)
        sine = datasets.make_sine(120, rng=0)
        return [
            _number_task(setting, "line", line, [1, 1]),
            _number_task(setting, "sine", sine, [1, 24, 1]),
        ]
    task = _binary_task if setting.kind == "binary" else _class_task
    sets = {"moons": datasets.make_moons(160, rng=0), "iris": datasets.load_iris()}
    return [task(setting, name, data.standardize()) for name, data in sets.items()]


def _number_task(setting: Setting, name: str, data: Any, sizes: list[int]) -> Task:
    link = setting.link
    return Task(name, data.x, link(data.y), sizes, link, "rmse", metrics.rmse)


def _binary_task(setting: Setting, name: str, data: Any) -> Task:
    """Class 0 or not, of which 0 is the second truth."""
    y = np.where(data.y.reshape(-1, 1) > 0, *setting.truths)  # (N, 1)

    def score(y_true: np.ndarray, y_pred: np.ndarray) -> float:
        return float(np.mean((y_pred > setting.middle) == (y_true > 0)))

    return Task(name, data.x, y, [data.x.shape[1], 16, 1], setting.link, "accuracy", score)


def _class_task(setting: Setting, name: str, data: Any) -> Task:
    ids = data.y.ravel().astype(int)
    one_hot = setting.at(0, np.zeros(1))[0].ndim == 2
    classes = int(ids.max()) + 1
    y = np.eye(classes)[ids] if one_hot else ids
    sizes = [data.x.shape[1], 16, classes]
    score = partial(metrics.accuracy, kind="scores")
    return Task(name, data.x, y, sizes, setting.link, "accuracy", score)


def trained(task: Task, loss: Callable, seed: int, epochs: int = 40) -> float:
    """The score on its own data of a small model after a short run; NaN where the loss blew up."""
    model = layers.MLP(task.sizes, layers.Tanh, rng=seed)
    optimizer = optimizers.Adam(model.parameters(), lr=0.03)

    def of_outputs(y_true: Any, outputs: Any) -> Any:
        return np.mean(loss(y_true, task.link(outputs)))

    options: dict[str, Any] = {"progress": False, "replay": False, "rng": seed}
    options |= {"epochs": epochs, "batch_size": 32}
    with stopping():
        try:
            training.fit(model, of_outputs, optimizer, (task.x, task.y), **options)
        except training.NonFiniteLoss:
            return float("nan")
    return task.score(task.y, task.link(training.predict(model, task.x)))
