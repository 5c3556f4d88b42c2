"""The surface of a loss as a map: contour lines, and the path of a run across it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ...layers import Module
from .. import explorer
from ..colors import LIGHT
from ..explorer import Snapshots
from ..numerals import number
from .figures import HIGHLIGHT, new_axes

LEVELS = 16


def surface(
    model: Module,
    loss: Callable,
    data: Any,
    path: Snapshots | None = None,
    ax: Axes | None = None,
    *,
    directions: str = "",
    rng: Any = 0,
) -> Axes:
    """Draw the loss over two directions in parameter space, with the path that training took.

    `path` is a callback that was given to `tn.fit`; see `tinynet.explorer.surface` for it and for
    the directions. Darker is a larger loss; contour lines lie closer together near the lowest.
    """
    return surface_map(
        explorer.surface(model, loss, data, path, directions=directions, rng=rng), ax
    )


def surface_map(surface: explorer.Surface, ax: Axes | None = None) -> Axes:
    """The picture of `surface`, from one that is there already."""
    ax = new_axes(ax, 6.4, 5.4)
    low, high = surface.values.min(), surface.values.max()
    levels = np.unique(low + (high - low) * np.linspace(0, 1, LEVELS) ** 2)
    grid = (surface.first, surface.second, surface.values.T)  # contours want rows along the second
    ax.contourf(*grid, levels, cmap="Greys", alpha=0.6)
    lines = ax.contour(*grid, levels, colors=LIGHT["faint"], linewidths=0.8)
    labels = ax.clabel(lines, levels[1::2], fmt=lambda level: number(level, 3), fontsize=8)
    if len(surface.path):
        _uncover(ax, _draw_path(ax, surface), labels)
    ax.set(xlabel=surface.labels[0], ylabel=surface.labels[1], title="Loss surface")
    return ax


def _draw_path(ax: Axes, surface: explorer.Surface) -> list[Any]:
    """A line with a dot per snapshot; its ends with their loss, which is returned."""
    notes = []
    edge: dict[str, Any] = {"path_effects": [withStroke(linewidth=4, foreground="white")]}
    ax.plot(*surface.path.T, "-", color=HIGHLIGHT, lw=1.8, **edge)
    ax.plot(*surface.path.T, ".", color="black", ms=5)
    for place, height, word, marker, shift in (
        (surface.path[0], surface.heights[0], "start", "o", (9, 10)),
        (surface.path[-1], surface.heights[-1], "end", "*", (9, -18)),
    ):
        ax.plot(*place, marker, color="white", mec="black", ms=14 if marker == "*" else 9)
        box = {"fc": "white", "ec": "black", "lw": 0.6, "pad": 2}
        text = f"{word}: {number(height, 3)}"
        notes.append(ax.annotate(text, place, shift, textcoords="offset points", bbox=box))
    return notes


def _uncover(ax: Axes, notes: list[Any], labels: Any) -> None:
    """Remove the numbers of contour lines that a note would half cover."""
    figure: Any = ax.figure
    figure.draw_without_rendering()  # lays it out, so that the places of texts are known
    for label in list(labels or ()):
        if any(label.get_window_extent().overlaps(note.get_window_extent()) for note in notes):
            label.remove()
