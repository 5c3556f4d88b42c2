"""Data: a dataset as it is, before any model has seen it; a row is a point, or an image."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...data import Dataset
from ..colors import SERIES
from .figures import MARKERS, labelled, new_axes


def dataset(dataset: Dataset, ax: Axes | None = None) -> Axes:
    """Draw the data itself: images as images, anything else as points.

    Up to two features are drawn as they are. More are projected on their first two principal
    components (Pearson 1901): the plane, through the standardized data, with the widest spread.
    """
    ax, dataset = new_axes(ax), labelled(dataset)
    ax.set_title(f"{dataset.name}: {len(dataset.x)} rows")
    if dataset.image_shape:
        return _draw_images(dataset, dataset.image_shape, ax)
    points, labels = _plane(dataset)
    if dataset.task != "regression":
        scatter_classes(ax, points, dataset)
    elif dataset.x.shape[1] == 1:
        ax.plot(*points.T, "o", color=SERIES[0], ms=4)
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
    explained = s**2 / max(np.sum(s**2), 1e-300)
    labels = [f"principal component {i + 1} ({explained[i]:.0%} of variance)" for i in range(2)]
    return u[:, :2] * s[:2], labels


def _draw_images(dataset: Dataset, shape: tuple[int, int], ax: Axes, rows: int = 6) -> Axes:
    """The first images of each class, one column per class, as one large picture."""
    columns = [dataset.x[dataset.y.ravel() == i][:rows] for i in range(len(dataset.target_names))]
    tiles = [[np.pad(image.reshape(shape), 1) for image in column] for column in columns]
    ax.imshow(np.hstack([np.vstack(column) for column in tiles]), cmap="gray_r")
    middles = (shape[1] + 2) * (np.arange(len(columns)) + 0.5) - 0.5
    ax.set_xticks(middles, dataset.target_names)
    ax.set(yticks=[], xlabel="class")
    return ax


def scatter_classes(ax: Axes, points: np.ndarray, dataset: Dataset) -> None:
    """Points (N, 2), each class with a colour and a marker, and the legend next to them."""
    for class_id, name in enumerate(dataset.target_names):
        x, y = points[dataset.y.ravel() == class_id].T
        color, marker = SERIES[class_id % len(SERIES)], MARKERS[class_id % len(MARKERS)]
        ax.scatter(x, y, s=28, c=color, marker=marker, edgecolor="white", lw=0.5, label=name)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, handletextpad=0.2)
