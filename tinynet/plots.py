"""Plots: what a model learned, as pictures; the one file that needs Matplotlib.

The one idea: a function draws one picture into the Axes it is given, makes a figure of its own
where it is given none, and returns the Axes. Nothing here touches pyplot's global state, so the
pictures come out the same in a script, a notebook, a thread or on a server; `save` writes them.
Classes differ in colour (Okabe & Ito 2008, safe for the colour-blind) and in their marker, curves
also in their line style: every picture can be read in black and white.
"""

from __future__ import annotations

import inspect
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path as Curve
from matplotlib.ticker import MaxNLocator

from . import metrics
from .checkpoints import atomic_write
from .data import Dataset
from .functional import sigmoid
from .layers import Module
from .tensor import Tensor
from .training import History, predict

__all__ = [
    "check_path",
    "confusion_matrix",
    "dataset",
    "decision_boundary",
    "fitted_curve",
    "graph",
    "history",
    "predictions",
    "run",
    "save",
]

_COLORS = "#0072B2 #E69F00 #009E73 #CC79A7 #56B4E9 #D55E00 #F0E442 #000000".split()
_MARKERS = "os^DvPX*"


# --- files and figures ----------------------------------------------------------------------


def check_path(path: str | os.PathLike) -> None:
    """Raise ValueError unless `path` has a known ending and lies in a folder that exists."""
    path, known = Path(path), Figure().canvas.get_supported_filetypes()
    if path.suffix[1:].lower() not in known:
        raise ValueError(
            f"cannot draw {str(path)!r}: the ending of the file gives the format, and must be one"
            f" of .{', .'.join(sorted(known))}"
        )
    if not path.parent.is_dir():
        raise ValueError(f"cannot write {str(path)!r}: there is no folder {str(path.parent)!r}")


def save(figure: Figure, path: str | os.PathLike) -> None:
    """Write a figure; the ending gives the format (.png, .svg, .pdf …).

    The file appears only when it is complete. Raises ValueError as `check_path` does.
    """
    check_path(path)
    with atomic_write(path) as file:
        figure.savefig(file, format=Path(path).suffix[1:].lower(), dpi=120)


def _axes(ax: Axes | None, width: float = 5.4, height: float = 4.2) -> Axes:
    """The given Axes, or those of a new figure of so many inches."""
    return ax if ax else Figure((width, height), layout="constrained").subplots()


# --- training -------------------------------------------------------------------------------


def history(history: History, ax: Axes | None = None) -> Axes:
    """Draw the loss, and the validation loss where there is one, over the epochs."""
    ax = _axes(ax)
    curves = {"training": ("loss", "-"), "validation": ("val_loss", "--")}
    for (label, (name, style)), color in zip(curves.items(), _COLORS, strict=False):
        values = history.get(name, [])
        if values:
            marker = "o" if len(values) == 1 else None  # one point makes no line
            epochs = np.arange(1, len(values) + 1)
            ax.plot(epochs, values, style, color=color, marker=marker, label=label)
    ax.set(xlabel="epoch", ylabel="loss", title="Loss")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    if ax.lines:
        ax.legend()
    return ax


def run(model: Module, history: History, dataset: Dataset) -> Figure:
    """A figure of a whole run: the loss curves beside the picture that fits the data.

    That is the decision boundary (classes, 2 features), the fitted curve (regression, 1 feature),
    predictions against truth (regression, more features) or the confusion matrix (the rest).
    """
    figure = Figure((10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    history.plot(left)
    features = dataset.x.shape[1]
    if dataset.task == "regression":
        draw = fitted_curve if features == 1 else predictions
    else:
        draw = decision_boundary if features == 2 else confusion_matrix
    draw(model, dataset, right)
    return figure


# --- classes --------------------------------------------------------------------------------


def decision_boundary(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Colour the plane by the class the model answers, with the data on top (2 features)."""
    _check_features("decision_boundary", dataset, 2, "confusion_matrix")
    ax = _axes(ax)
    low, high = dataset.x.min(axis=0), dataset.x.max(axis=0)
    margin = 0.06 * (high - low) + 1e-9
    (left, bottom), (right, top) = low - margin, high + margin
    x1, x2 = np.meshgrid(np.linspace(left, right, 400), np.linspace(bottom, top, 400))
    ids = _class_ids(model, np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    pale = [tuple(1 - 0.3 * (1 - np.array(to_rgb(color)))) for color in _colors(dataset)]
    ax.imshow(
        ids,
        cmap=ListedColormap(pale),
        vmin=-0.5,
        vmax=len(pale) - 0.5,
        extent=(left, right, bottom, top),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    for class_id in np.unique(ids)[:-1]:
        ax.contour(x1, x2, ids == class_id, [0.5], colors="0.25", linewidths=1)
    _scatter_classes(ax, dataset.x, dataset)
    accuracy = np.mean(_class_ids(model, dataset.x) == dataset.y.ravel())
    ax.set(title=f"Decision boundary, accuracy {accuracy:.3f}")
    ax.set(xlabel=dataset.feature_names[0], ylabel=dataset.feature_names[1])
    return ax


def confusion_matrix(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Count how often each class is taken for each other: rows are true, columns predicted."""
    ax = _axes(ax)
    names = list(dataset.target_names)
    true, predicted = dataset.y.ravel().astype(int), _class_ids(model, dataset.x)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (true, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # of the true class
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black"
        ax.text(column, row, str(count), ha="center", va="center", color=color)
    ticks = range(len(names))
    slanted = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(ticks, names, **(slanted if max(map(len, names)) > 6 else {}))
    ax.set_yticks(ticks, names)
    accuracy = np.mean(true == predicted)
    ax.set(xlabel="predicted", ylabel="true", title=f"Confusion matrix, accuracy {accuracy:.3f}")
    return ax


def _class_ids(model: Module, x: np.ndarray) -> np.ndarray:
    """The class the model answers for each row: (N,)."""
    y_pred = predict(model, x)
    if y_pred.ndim == 2 and y_pred.shape[1] > 1:  # (N, C): the largest column
        return np.argmax(y_pred, axis=1)
    last = getattr(model(x[:1]), "node", None)  # one column: a probability or a logit?
    threshold = 0.5 if last and last.operation is sigmoid else 0.0
    return (y_pred.ravel() > threshold).astype(int)


def _colors(dataset: Dataset) -> list[str]:
    return list(itertools.islice(itertools.cycle(_COLORS), len(dataset.target_names)))


def _scatter_classes(ax: Axes, points: np.ndarray, dataset: Dataset) -> None:
    """Points (N, 2), each class with a colour and a marker, and the legend beside them."""
    looks = zip(dataset.target_names, _colors(dataset), itertools.cycle(_MARKERS), strict=False)
    for class_id, (name, color, marker) in enumerate(looks):
        own = points[dataset.y.ravel() == class_id]
        ax.scatter(
            *own.T, s=26, color=color, marker=marker, edgecolor="white", linewidth=0.5, label=name
        )
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, handletextpad=0.2)


# --- regression -----------------------------------------------------------------------------


def fitted_curve(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the model as a curve through the data (regression, 1 feature)."""
    _check_features("fitted_curve", dataset, 1, "predictions")
    ax = _axes(ax)
    x = np.linspace(dataset.x.min(), dataset.x.max(), 400)[:, None]  # (400, 1)
    ax.plot(dataset.x.ravel(), dataset.y.ravel(), "o", color=_COLORS[4], ms=4, label="data")
    ax.plot(x.ravel(), predict(model, x).ravel(), color="black", lw=2, label="model")
    ax.set(xlabel=dataset.feature_names[0], ylabel=dataset.target_names[0])
    ax.set(title=f"Fitted curve, {_regression_scores(model, dataset)}")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def predictions(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw predicted against true values: a perfect model puts all points on the diagonal."""
    ax = _axes(ax)
    true, predicted = dataset.y.ravel(), predict(model, dataset.x).ravel()
    ax.plot(true, predicted, "o", color=_COLORS[0], ms=4, alpha=0.7)
    middle = (true.min() + true.max()) / 2
    ax.axline((middle, middle), slope=1, color="black", ls="--", lw=1, label="predicted = true")
    name = dataset.target_names[0]
    ax.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
    ax.set(title=f"Predictions, {_regression_scores(model, dataset)}")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def _regression_scores(model: Module, dataset: Dataset) -> str:
    pair = dataset.y.ravel(), predict(model, dataset.x).ravel()
    return f"rmse {metrics.rmse(*pair):.3g}, R² {metrics.r2(*pair):.3f}"


def _check_features(name: str, dataset: Dataset, wanted: int, instead: str) -> None:
    features = dataset.x.shape[1]
    if features != wanted:
        raise ValueError(
            f"{name} draws data with {wanted} feature{'s'[: wanted - 1]}, but {dataset.name} has"
            f" {features}: use {instead}"
        )


# --- data -----------------------------------------------------------------------------------


def dataset(dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the data itself: images as images, anything else as points.

    Up to two features are drawn as they are. More are projected on their first two principal
    components (Pearson 1901): the plane, through the standardized data, with the widest spread.
    """
    ax = _axes(ax)
    ax.set_title(f"{dataset.name}: {len(dataset.x)} rows, {dataset.x.shape[1]} features")
    if all(name.startswith("pixel") for name in dataset.feature_names):
        return _draw_images(dataset, ax)
    points, labels = _plane(dataset)
    if dataset.task != "regression":
        _scatter_classes(ax, points, dataset)
    elif dataset.x.shape[1] == 1:
        ax.plot(*points.T, "o", color=_COLORS[0], ms=4)
    else:
        dots = ax.scatter(*points.T, c=dataset.y.ravel(), s=20, cmap="viridis")
        ax.figure.colorbar(dots, ax=ax, label=dataset.target_names[0])
    ax.set(xlabel=labels[0], ylabel=labels[1])
    return ax


def _plane(dataset: Dataset) -> tuple[np.ndarray, list[str]]:
    """Where each row is drawn, (N, 2), and what the two axes are."""
    x, names = dataset.x, list(dataset.feature_names)
    if x.shape[1] == 1:
        target = dataset.target_names[0] if dataset.task == "regression" else "class"
        return np.column_stack([x, dataset.y.ravel()]), [names[0], target]
    if x.shape[1] == 2:
        return x, names
    spread = x.std(axis=0)
    z = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)
    u, s, _ = np.linalg.svd(z, full_matrices=False)
    shares = s**2 / max(np.sum(s**2), 1e-300)
    labels = [f"principal component {i + 1} ({shares[i]:.0%} of variance)" for i in range(2)]
    return u[:, :2] * s[:2], labels


def _draw_images(dataset: Dataset, ax: Axes, rows: int = 6) -> Axes:
    """The first images of each class, one column per class, as one large picture."""
    side = int(np.sqrt(dataset.x.shape[1]))
    columns = [dataset.x[dataset.y.ravel() == i][:rows] for i in range(len(dataset.target_names))]
    tiles = [[np.pad(image.reshape(side, side), 1) for image in column] for column in columns]
    ax.imshow(np.hstack([np.vstack(column) for column in tiles]), cmap="gray_r")
    middles = (side + 2) * (np.arange(len(columns)) + 0.5) - 0.5
    ax.set_xticks(middles, dataset.target_names)
    ax.set(yticks=[], xlabel="class")
    ax.tick_params(length=0)
    return ax


# --- the graph of a computation -------------------------------------------------------------

_FILLS = {"operation": "#CFE6F5", "parameter": "#FBE3B3", "data": "#FFFFFF"}
_STYLES = {"operation": "-", "parameter": "-", "data": "--"}
_HEIGHT, _GAP = 0.46, 0.5  # of a box, and between columns, in inches


@dataclass(eq=False)
class _Box:
    """One box of the drawing, or a bend where an arrow passes a column."""

    kind: str
    label: str = ""
    detail: str = ""
    arguments: list[_Box] = field(default_factory=list)
    level: int = 0  # the longest path from here to the output: its column from the right
    y: float = 0.0


def graph(tensor: Tensor, ax: Axes | None = None) -> Axes:
    """Draw how a Tensor was computed: from the data and parameters on the left to it, right.

    A box is an operation (blue), a parameter, which gets a gradient (yellow), or data (white,
    dashed); below its name stands the shape of its value, or the value itself if it is one number.
    """
    columns = _arrange(_boxes(tensor))
    boxes = [box for column in columns for box in column]
    width = 0.25 + 0.08 * max(len(text) for box in boxes for text in (box.label, box.detail))
    heights = [box.y for box in boxes]
    span = len(columns) * (width + _GAP), max(heights) - min(heights) + 1.1
    ax = _axes(ax, span[0], span[1] + 0.35)
    ax.set(xlim=(width / 2 + _GAP / 2 - span[0], (width + _GAP) / 2))
    ax.set(ylim=(min(heights) - 0.55, max(heights) + 0.55), aspect="equal")
    ax.set_axis_off()
    return ax
