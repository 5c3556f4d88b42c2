"""Plots: what a model learned, as pictures; the one file that needs Matplotlib.

The one idea: a function draws one picture into the Axes it is given, makes a figure of its own
where it is given none, and returns the Axes. Nothing here touches pyplot's global state, so the
pictures come out the same in a script, a thread or on a server. Colours are those of Okabe & Ito
(2008), safe for the colour-blind; markers and line styles differ too, for black and white.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path as Curve
from matplotlib.ticker import MaxNLocator

from . import metrics
from .checkpoints import atomic_write
from .data import Dataset
from .functional import sigmoid
from .graph import Box, layout
from .layers import Module
from .tensor import Tensor
from .training import History, predict

# blue, orange, green, pink, sky blue, red, yellow, black
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
_MARKERS, _INK = "os^DvPX*", "#404040"


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


def save(figure: Any, path: str | os.PathLike) -> None:
    """Write a figure whole or not at all; the ending (.png, .svg, .pdf …) gives the format."""
    check_path(path)
    with atomic_write(path) as file:
        figure.savefig(file, format=Path(path).suffix[1:].lower(), dpi=120)


class Picture(Figure):
    """A figure that a notebook shows, although pyplot does not know of it."""

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=120)
        return file.getvalue()


def _finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """The last touches to a picture of curves."""
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    if ax.lines:
        ax.legend()
    return ax


def _axes(ax: Axes | None, width: float = 5.4, height: float = 4.2) -> Axes:
    """The given Axes, or those of a new figure of so many inches."""
    return ax if ax else Picture((width, height), layout="constrained").subplots()


def history(history: History, ax: Axes | None = None) -> Axes:
    """Draw the loss, and the validation loss where there is one, over the epochs."""
    ax = _axes(ax)
    curves = (("loss", "training", "-"), ("val_loss", "validation", "--"))
    for color, (name, label, style) in zip(_COLORS, curves, strict=False):
        if losses := history.get(name):
            epochs = range(1, len(losses) + 1)
            marker = "o" if len(losses) == 1 else ""  # a single point makes no line
            ax.plot(epochs, losses, style, color=color, marker=marker, label=label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    return _finish(ax, "Loss", "epoch", "loss")


def run(model: Module, history: History, dataset: Dataset) -> Figure:
    """A figure of a whole run: the loss curves beside the picture that fits the data."""
    figure = Picture((10, 4.2), layout="constrained")
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
    margin = np.where(high > low, 0.06 * (high - low), 1.0)
    x1, x2 = np.meshgrid(*np.linspace(low - margin, high + margin, 400).T)
    ids = _class_ids(model, np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    cmap = ListedColormap(_COLORS)
    ax.pcolormesh(x1, x2, ids % 8, cmap=cmap, vmin=-0.5, vmax=7.5, alpha=0.3, rasterized=True)
    for class_id in np.unique(ids)[:-1]:
        ax.contour(x1, x2, 1.0 * (ids == class_id), [0.5], colors=_INK, linewidths=1)
    _scatter_classes(ax, dataset.x, dataset)
    accuracy = np.mean(_class_ids(model, dataset.x) == dataset.y.ravel())
    xlabel, ylabel = dataset.feature_names
    ax.set(xlabel=xlabel, ylabel=ylabel, title=f"Decision boundary, accuracy {accuracy:.3f}")
    return ax


def confusion_matrix(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Count how often each class is taken for each other: rows are true, columns predicted."""
    ax = _axes(ax)
    names, ticks = list(dataset.target_names), range(len(dataset.target_names))
    true, predicted = dataset.y.ravel().astype(int), _class_ids(model, dataset.x)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (true, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # of the true class
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black"
        ax.text(column, row, str(count), ha="center", va="center", color=color)
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(ticks, names, **(slanted if max(map(len, names)) > 6 else {}))
    ax.set_yticks(ticks, names)
    title = f"Confusion matrix, accuracy {np.mean(true == predicted):.3f}"
    ax.set(xlabel="predicted", ylabel="true", title=title)
    return ax


def _class_ids(model: Module, x: np.ndarray) -> np.ndarray:
    """The class the model answers for each row: (N,)."""
    y_pred = predict(model, x)
    if y_pred.ndim == 2 and y_pred.shape[1] > 1:  # (N, C): the largest column
        return np.argmax(y_pred, axis=1)
    last = getattr(model(x[:1]), "node", None)  # one column: a probability or a logit?
    threshold = 0.5 if last and last.operation is sigmoid else 0.0
    return (y_pred.ravel() > threshold).astype(int)


def _scatter_classes(ax: Axes, points: np.ndarray, dataset: Dataset) -> None:
    """Points (N, 2), each class with a colour and a marker, and the legend beside them."""
    for class_id, name in enumerate(dataset.target_names):
        x, y = points[dataset.y.ravel() == class_id].T
        color, marker = _COLORS[class_id % 8], _MARKERS[(class_id + class_id // 8) % 8]
        ax.scatter(x, y, s=28, c=color, marker=marker, edgecolor="white", lw=0.5, label=name)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, handletextpad=0.2)


# --- regression -----------------------------------------------------------------------------


def fitted_curve(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the model as a curve through the data (regression, 1 feature)."""
    _check_features("fitted_curve", dataset, 1, "predictions")
    ax = _axes(ax)
    x = np.linspace(dataset.x.min(), dataset.x.max(), 400)[:, None]  # (400, 1)
    ax.plot(dataset.x.ravel(), dataset.y.ravel(), "o", color=_COLORS[4], ms=4, label="data")
    ax.plot(x.ravel(), predict(model, x).ravel(), color="black", lw=2, label="model")
    title = f"Fitted curve, {_regression_scores(model, dataset)}"
    return _finish(ax, title, dataset.feature_names[0], dataset.target_names[0])


def predictions(model: Module, dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw predicted against true values: a perfect model puts all points on the diagonal."""
    ax = _axes(ax)
    true, predicted = dataset.y.ravel(), predict(model, dataset.x).ravel()
    ax.plot(true, predicted, "o", color=_COLORS[0], ms=4, alpha=0.7)
    middle = (true.min() + true.max()) / 2
    ax.axline((middle, middle), slope=1, color="black", ls="--", lw=1, label="predicted = true")
    title = f"Predictions, {_regression_scores(model, dataset)}"
    target = dataset.target_names[0]
    return _finish(ax, title, f"true {target}", f"predicted {target}")


def _regression_scores(model: Module, dataset: Dataset) -> str:
    pair = dataset.y.ravel(), predict(model, dataset.x).ravel()
    return f"rmse {metrics.rmse(*pair):.3g}, R² {metrics.r2(*pair):.3f}"


def _check_features(name: str, dataset: Dataset, wanted: int, instead: str) -> None:
    if dataset.x.shape[1] != wanted:
        raise ValueError(
            f"{name} takes data of {wanted} feature(s), but {dataset.name} has"
            f" {dataset.x.shape[1]}: use {instead}"
        )


# --- data -----------------------------------------------------------------------------------


def dataset(dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the data itself: images as images, anything else as points.

    Up to two features are drawn as they are. More are projected on their first two principal
    components (Pearson 1901): the plane, through the standardized data, with the widest spread.
    """
    ax = _axes(ax)
    ax.set_title(f"{dataset.name}: {len(dataset.x)} rows")
    if all(name.startswith("pixel") for name in dataset.feature_names):
        return _draw_images(dataset, ax)
    points, labels = _plane(dataset)
    if dataset.task != "regression":
        _scatter_classes(ax, points, dataset)
    elif dataset.x.shape[1] == 1:
        ax.plot(*points.T, "o", color=_COLORS[0], ms=4)
    else:
        dots = ax.scatter(points[:, 0], points[:, 1], 20, dataset.y.ravel(), cmap="viridis")
        ax.figure.colorbar(dots, ax=ax, label=dataset.target_names[0])
    ax.set(xlabel=labels[0], ylabel=labels[1])
    return ax


def _plane(dataset: Dataset) -> tuple[np.ndarray, list[str]]:
    """Where each row is drawn, (N, 2), and what the two axes are."""
    x, names = dataset.x, list(dataset.feature_names)
    if x.shape[1] == 1:
        names.append(dataset.target_names[0] if dataset.task == "regression" else "class")
        return np.column_stack([x, dataset.y.ravel()]), names
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
    return ax


# --- the graph of a computation -------------------------------------------------------------

# colour and line style of a box; its height, the steps from row to row and between columns (inches)
_LOOKS = {"operation": ("#CFE6F5", "-"), "parameter": ("#FBE3B3", "-"), "data": ("white", "--")}
_HEIGHT, _ROW, _GAP = 0.5, 0.75, 0.45


def graph(tensor: Tensor, ax: Axes | None = None) -> Axes:
    """Draw how a Tensor was computed, from left to right.

    A box is an operation (blue), a parameter, which gets a gradient (yellow), or data (white,
    dashed). Below its name stands the shape of its value, or the value if it is a single number.
    """
    columns = layout(tensor)
    boxes = [box for column in columns for box in column]
    box_width = 0.3 + 0.082 * max(len(text) for box in boxes for text in (box.label, box.detail))
    heights, step = [_ROW * box.y for box in boxes], box_width + _GAP
    width, height = len(columns) * step, max(heights) - min(heights) + 1.0
    ax = _axes(ax, width, height + 0.35)
    ax.set(xlim=(step / 2 - width, step / 2), ylim=(min(heights) - 0.5, max(heights) + 0.5))
    ax.set(aspect="equal")
    ax.set_axis_off()
    kinds = [kind for kind in _LOOKS if kind in {box.kind for box in boxes}]
    handles = [Patch(fc=_LOOKS[k][0], ls=_LOOKS[k][1], ec=_INK, label=k) for k in kinds]
    below: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0)}
    ax.legend(handles=handles, ncols=len(kinds), frameon=False, **below)
    figure: Any = ax.figure
    figure.draw_without_rendering()  # lays it out, so that the room for text is known
    scale = min(1.0, ax.get_window_extent().width / figure.dpi / width)
    for box in boxes:
        _draw_box(ax, box, step, box_width, 9.5 * scale)
    return ax


def _draw_box(ax: Axes, box: Box, step: float, width: float, size: float) -> None:
    """One box, `size` being that of its text, and the arrows that enter it."""
    x, y = -step * box.level, _ROW * box.y
    for argument in box.arguments:
        start, end = (x - step + width / 2, _ROW * argument.y), (x - width / 2, y)
        middle = (start[0] + end[0]) / 2
        curve = Curve([start, (middle, start[1]), (middle, y), end], [1, 4, 4, 4])
        arrow = "-" if box.kind == "bend" else "-|>"
        ax.add_patch(FancyArrowPatch(path=curve, arrowstyle=arrow, mutation_scale=size, color=_INK))
    if box.kind == "bend":
        ax.plot([x - width / 2, x + width / 2], [y, y], color=_INK, lw=1)
        return
    fill, style = _LOOKS[box.kind]
    corner, shape = (x - width / 2, y - _HEIGHT / 2), "round,pad=0,rounding_size=0.08"
    ax.add_patch(FancyBboxPatch(corner, width, _HEIGHT, shape, fc=fill, ec=_INK, ls=style))
    ax.text(x, y + 0.1, box.label or box.kind, ha="center", va="center", size=size, weight="bold")
    ax.text(x, y - 0.11, box.detail, ha="center", va="center", size=0.9 * size)
