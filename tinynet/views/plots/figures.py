"""Figures and their files: what every picture shares."""

from __future__ import annotations

import io
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...data import Dataset
from ...engine.kinds import check_kinds
from ...training.files import atomic_write, check_can_write
from ..colors import LIGHT

INK, HIGHLIGHT = LIGHT["ink"], LIGHT["highlight"]
MARKERS = "os^DXvP"  # seven, for six colours: no two of 42 classes look alike
FILES_ONLY = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}  # backends without a screen


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


class Shown:
    """What a notebook shows, once, as the picture that it is or is part of."""

    figure: Any

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.figure.savefig(file, format="png", dpi=120)
        return file.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, bytes]:
        """Asked for before all else; the notebook need not show it again below the cell."""
        pyplot = _pyplot()
        if pyplot and "inline" in pyplot.get_backend():
            pyplot.close(self.figure)
        return {"image/png": self._repr_png_()}


class Panel(Shown, Axes):
    """The Axes of a Picture: as the last line of a cell they show all of it."""


class Picture(Shown, Figure):
    """A figure that a notebook shows, although it belongs to no window."""

    def add_subplot(self, *args: Any, **options: Any) -> Axes:
        return super().add_subplot(*args, **{"axes_class": Panel} | options)


def new_picture(width: float, height: float, layout: Any = "constrained") -> Picture:
    """A new figure of so many inches; `plt.show()` shows it, too, where there is a screen."""
    size = (width, height)
    pyplot = _pyplot()
    if pyplot:
        return pyplot.figure(FigureClass=Picture, figsize=size, layout=layout)
    return Picture(size, layout=layout)


def _pyplot() -> Any:
    """pyplot, where the program or the notebook uses it and it has a screen; else None.

    So a script that writes files, a thread, and a server are left alone.
    """
    notebook = sys.modules.get("IPython")
    used = "matplotlib.pyplot" in sys.modules or (notebook and notebook.get_ipython())
    if not used or threading.current_thread() is not threading.main_thread():
        return None
    import matplotlib.pyplot

    return matplotlib.pyplot if matplotlib.get_backend().lower() not in FILES_ONLY else None


def finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """The last touches to a picture of curves."""
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    if ax.lines:
        ax.legend()
    return ax


def new_axes(ax: Axes | None, width: float = 5.4, height: float = 4.2) -> Axes:
    """The given Axes, or those of a new figure of so many inches."""
    return ax if ax else new_picture(width, height).subplots()
