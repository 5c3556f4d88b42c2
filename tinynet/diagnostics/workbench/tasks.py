"""Tasks: two small data sets for each setting, and a short training run on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import datasets, layers, metrics, optimizers, training
from .bench import stopping
from .settings import Arrays, Setting


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
    made = _binary_task if setting.kind == "binary" else _class_task
    moons, iris = datasets.make_moons(160, rng=0), datasets.load_iris()
    return [made(setting, "moons", moons), made(setting, "iris", iris)]


def _number_task(setting: Setting, name: str, data: Any, sizes: list[int]) -> Task:
    link = setting.link
    return Task(name, data.x, link(data.y), sizes, link, "rmse", metrics.rmse)


def _binary_task(setting: Setting, name: str, data: Any) -> Task:
    """Class 0 or not, of which 0 is the second truth."""
    x, ids = _standardized(data)
    y = np.array(setting.truths)[1 - (ids > 0)][:, None]  # (N, 1)
    middle = 0.0 if setting.unlimited else 0.5

    def score(y_true: np.ndarray, y_pred: np.ndarray) -> float:
        return float(np.mean((y_pred > middle) == (y_true > 0)))

    return Task(name, x, y, [x.shape[1], 16, 1], setting.link, "accuracy", score)


def _class_task(setting: Setting, name: str, data: Any) -> Task:
    x, ids = _standardized(data)
    one_hot = setting.at(0, np.zeros(1))[0].ndim == 2
    y = np.eye(int(ids.max()) + 1)[ids] if one_hot else ids
    sizes = [x.shape[1], 16, int(ids.max()) + 1]
    return Task(name, x, y, sizes, setting.link, "accuracy", metrics.accuracy)


def _standardized(data: Any) -> Arrays:
    return (data.x - data.x.mean(axis=0)) / data.x.std(axis=0), data.y.ravel().astype(int)


def trained(task: Task, loss: Callable, seed: int, epochs: int = 40) -> float:
    """The score on its own data of a small model after a short run; NaN where the loss blew up."""
    model = layers.MLP(task.sizes, layers.Tanh, rng=seed)
    optimizer = optimizers.Adam(model.parameters(), lr=0.03)

    def of_outputs(y_true: Any, outputs: Any) -> Any:
        return np.mean(loss(y_true, task.link(outputs)))

    options: dict[str, Any] = {"epochs": epochs, "batch_size": 32, "rng": seed}
    with stopping():
        try:
            data = (task.x, task.y)
            training.fit(
                model, of_outputs, optimizer, data, progress=False, replay=False, **options
            )
        except training.NonFiniteLoss:
            return float("nan")
    return task.score(task.y, task.link(training.predict(model, task.x)))
