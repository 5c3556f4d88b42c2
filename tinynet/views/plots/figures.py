"""Figures and their files: what every picture shares."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...data import Dataset
from ...engine.kinds import check_kinds
from ...training.files import atomic_write, check_can_write

# blue, orange, green, pink, sky blue, red, yellow, black
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
MARKERS, INK = "os^DvPX*", "#404040"


def check_path(path: str | os.PathLike) -> None:
    """Raise ValueError unless `path` has a known ending and can be written."""
    known = Figure().canvas.get_supported_filetypes()
    if Path(path).suffix[1:].lower() not in known:
        raise ValueError(
            f"cannot draw {str(path)!r}: the ending of the file gives the format, and must be one"
            f" of .{', .'.join(sorted(known))}"
        )
    check_can_write(path)


def save(figure: Any, path: str | os.PathLike) -> None:
    """Write a figure whole or not at all; the ending (.png, .svg, .pdf …) gives the format."""
    check_kinds("save", (figure, Figure), (path, os.PathLike))
    check_path(path)
    with atomic_write(path) as file:
        figure.savefig(file, format=Path(path).suffix[1:].lower(), dpi=120)


def literal(name: str) -> str:
    """A name as a text that Matplotlib shows as it is.

    Elsewhere `$` begins a formula, a label that begins with `_` is left out of the legend, and a
    control character is no glyph.
    """
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    hidden = "\N{ZERO WIDTH SPACE}" if shown.startswith("_") else ""
    return hidden + shown.replace("$", r"\$")


def labelled(dataset: Dataset) -> Dataset:
    """The dataset with its names as Matplotlib shows them."""
    return replace(
        dataset,
        name=literal(dataset.name),
        feature_names=tuple(map(literal, dataset.feature_names)),
        target_names=tuple(map(literal, dataset.target_names)),
    )


class Picture(Figure):
    """A figure that belongs to no window; a notebook shows it, although pyplot does not know it."""

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=120)
        return file.getvalue()


def finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """The last touches to a picture of curves."""
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    if ax.lines:
        ax.legend()
    return ax


def new_axes(ax: Axes | None, width: float = 5.4, height: float = 4.2) -> Axes:
    """The given Axes, or those of a new figure of so many inches."""
    return ax if ax else Picture((width, height), layout="constrained").subplots()
