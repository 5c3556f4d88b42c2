"""Models: how training went, and what a model predicts, in the picture that fits the task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from ... import metrics
from ...data import Dataset
from ...engine.grad_mode import evaluating
from ...engine.kinds import check_kinds
from ...layers import Module
from ...training import History, predict
from .. import predictions as predicted
from ..colors import LIGHT, SERIES
from ..numerals import typeset
from .figures import INK, finish, labelled, new_axes, new_picture
from .points import scatter_classes

CELLS = 400  # of a decision boundary, on a side
FEW = 200  # points that are still seen one by one
LONG = 1e5  # numbers from here on are written with k, M …


def history(history: History, ax: Axes | None = None) -> Axes:
    """Draw the loss, and the validation loss where there is one, over the epochs."""
    check_kinds("history", (history, dict))
    ax = new_axes(ax)
    curves = (("loss", "training", "-"), ("val_loss", "validation", "--"))
    for color, (name, label, style) in zip(SERIES, curves, strict=False):
        if losses := history.get(name):
            epochs = range(1, len(losses) + 1)
            marker = "o" if len(losses) == 1 else ""  # a single point makes no line
            ax.plot(epochs, losses, style, color=color, marker=marker, label=label)
    ticks = MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
    ax.xaxis.set_major_locator(ticks)
    return finish(ax, "Loss", "epoch", "loss")


def run(model: Module, history: History, dataset: Dataset) -> Figure:
    """A figure of a whole run: the loss curves next to the picture that fits the data."""
    check_kinds("run", (model, Module), (history, History), (dataset, Dataset))
    figure = new_picture(10, 4.2)
    left, right = figure.subplots(1, 2)
    history.plot(left)
    fitting(dataset)(model, dataset, right)
    return figure


def fitting(dataset: Dataset) -> Callable[..., Axes]:
    """The function that draws what a model predicts for such data."""
    features = dataset.x.shape[1]
    if dataset.task == "regression":
        return fitted_curve if features == 1 else predictions
    return decision_boundary if features == 2 else confusion_matrix


# --- classes --------------------------------------------------------------------------------


def decision_boundary(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Colour the plane by the class the model predicts, with the data on top (2 features)."""
    check_kinds("decision_boundary", (model, Module), (dataset, Dataset))
    _check_features("decision_boundary", dataset, 2, "confusion_matrix")
    ax, dataset = new_axes(ax), labelled(dataset)
    points = predicted.grid(*predicted.box_around(dataset.x), CELLS)
    x1, x2 = points.T.reshape(2, CELLS, CELLS)
    ids = _class_ids(model, points).reshape(CELLS, CELLS)
    count = len(SERIES)
    look: dict[str, Any] = {"cmap": ListedColormap(SERIES), "vmin": -0.5, "vmax": count - 0.5}
    ax.pcolormesh(x1, x2, ids % count, alpha=0.3, rasterized=True, **look)
    for class_id in np.unique(ids)[:-1]:
        ax.contour(x1, x2, 1.0 * (ids == class_id), [0.5], colors=INK, linewidths=1)
    scatter_classes(ax, dataset.x, dataset)
    accuracy = np.mean(_class_ids(model, dataset.x) == dataset.y.ravel())
    xlabel, ylabel = dataset.feature_names
    ax.set(xlabel=xlabel, ylabel=ylabel, title=f"Decision boundary, accuracy {accuracy:.3f}")
    return ax


def confusion_matrix(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Count how often each class is taken for each other: rows are true, columns predicted."""
    check_kinds("confusion_matrix", (model, Module), (dataset, Dataset))
    ax, dataset = new_axes(ax), labelled(dataset)
    names, ticks = list(dataset.target_names), range(len(dataset.target_names))
    true, ids = dataset.y.ravel().astype(int), _class_ids(model, dataset.x)
    counts = metrics.confusion(true, ids, kind="ids", classes=len(names))
    fractions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # of the true class
    ax.imshow(fractions, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        wrong = row != column and count > 0
        dark = fractions[row, column] > 0.5
        color = "white" if dark else LIGHT["none"] if wrong else "black"
        weight = "bold" if wrong else "normal"
        text = str(count) if count else "·"
        ax.text(column, row, text, ha="center", va="center", color=color, weight=weight)
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(ticks, names, **(slanted if max(map(len, names)) > 6 else {}))
    ax.set_yticks(ticks, names)
    right = int(np.sum(true == ids))
    told = (
        f"accuracy {right / len(ids):.3f}" if right < len(ids) else f"nothing wrong among {right}"
    )
    ax.set(xlabel="predicted", ylabel="true", title=f"Confusion matrix, {told}")
    return ax


def _class_ids(model: Module, x: np.ndarray) -> np.ndarray:
    """The class the model predicts for each row: (N,)."""
    with evaluating():
        operation = predicted.made_by(model(x[:1]))
    return predicted.class_ids(predict(model, x), operation)


# --- regression -----------------------------------------------------------------------------


def fitted_curve(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the model as a curve through the data (regression, 1 feature)."""
    check_kinds("fitted_curve", (model, Module), (dataset, Dataset))
    _check_features("fitted_curve", dataset, 1, "predictions")
    ax, dataset = new_axes(ax), labelled(dataset)
    x = np.linspace(dataset.x.min(), dataset.x.max(), 400)[:, None]  # (400, 1)
    look: dict[str, Any] = {"color": LIGHT["operation"], "mec": INK, "mew": 0.4, "ms": 4}
    ax.plot(dataset.x.ravel(), dataset.y.ravel(), "o", label="data", **look)
    ax.plot(x.ravel(), predict(model, x).ravel(), color="black", lw=2, label="model")
    _few_ticks(ax.yaxis, dataset.y)
    title = f"Fitted curve, {_regression_scores(model, dataset)}"
    return finish(ax, title, dataset.feature_names[0], dataset.target_names[0])


def predictions(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw predicted against true values: a perfect model puts all points on the diagonal.

    Both axes have the same scale. The more points, the smaller and paler each of them.
    """
    check_kinds("predictions", (model, Module), (dataset, Dataset))
    ax, dataset = new_axes(ax), labelled(dataset)
    true, y_pred = dataset.y.ravel(), predict(model, dataset.x).ravel()
    crowd = min(1.0, (FEW / max(len(true), 1)) ** 0.5)
    ax.plot(
        true, y_pred, "o", color=SERIES[0], ms=1.5 + 2.5 * crowd, mew=0, alpha=0.15 + 0.6 * crowd
    )
    middle = (true.min() + true.max()) / 2
    ax.axline((middle, middle), slope=1, color="black", ls="--", lw=1, label="predicted = true")
    ax.set_aspect("equal", adjustable="datalim")
    _few_ticks(ax.xaxis, true)
    _few_ticks(ax.yaxis, true)
    title = f"Predictions, {_regression_scores(model, dataset)}"
    target = dataset.target_names[0]
    return finish(ax, title, f"true {target}", f"predicted {target}")


def _few_ticks(axis: Axis, values: np.ndarray) -> None:
    """Labels that do not collide: about five, and 400 k instead of 400000."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    if np.max(np.abs(values)) >= LONG:
        axis.set_major_formatter(EngFormatter(sep=" "))


def _regression_scores(model: Module, dataset: Dataset) -> str:
    pair = dataset.y.ravel(), predict(model, dataset.x).ravel()
    return f"rmse {metrics.rmse(*pair):.3g}, R² {typeset(f'{metrics.r2(*pair):.3f}')}"


def _check_features(name: str, dataset: Dataset, expected: int, instead: str) -> None:
    if dataset.x.shape[1] != expected:
        raise ValueError(
            f"{name} takes data of {expected} feature(s), but {dataset.name} has"
            f" {dataset.x.shape[1]}: use {instead}"
        )
