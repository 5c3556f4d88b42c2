"""The graph of a computation, as boxes and arrows; the layout says where each box stands."""

from __future__ import annotations

import sys
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path as Curve

from ...engine.tensor import Tensor
from ..colors import LIGHT
from ..graph import Box, Graph, layout
from .figures import INK, new_axes

# colour and line style of a box; its height, the steps from row to row and between columns (inches)
_LOOKS = {
    "layer": (LIGHT["layer"], "-"),
    "operation": (LIGHT["operation"], "-"),
    "parameter": (LIGHT["parameter"], "-"),
    "data": (LIGHT["data"], "--"),
}
_HEIGHT, _ROW, _GAP = 0.5, 0.75, 0.45


def graph(tensor: Tensor | Graph, ax: Axes | None = None) -> Axes:
    """Draw how a Tensor was computed, from left to right.

    A box is an operation (blue), a parameter, which gets a gradient (yellow), data (white,
    dashed), or, in a Graph with closed layers, a layer (green). Below its name stands the shape of
    its value, or the value if it is a single number.
    """
    if not isinstance(tensor, Graph):
        tensor = Graph(tensor, variables=sys._getframe(1).f_locals)
    columns = layout(tensor)
    boxes = [box for column in columns for box in column]
    box_width = 0.3 + 0.082 * max(len(text) for box in boxes for text in (box.label, box.detail))
    heights, step = [_ROW * box.y for box in boxes], box_width + _GAP
    width, height = len(columns) * step, max(heights) - min(heights) + 1.0
    ax = new_axes(ax, width, height + 0.35)
    ax.set(xlim=(step / 2 - width, step / 2), ylim=(min(heights) - 0.5, max(heights) + 0.5))
    ax.set(aspect="equal")
    ax.set_axis_off()
    kinds = [kind for kind in _LOOKS if kind in {box.kind for box in boxes}]
    handles = [Patch(fc=_LOOKS[k][0], ls=_LOOKS[k][1], ec=INK, label=k) for k in kinds]
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
        ax.add_patch(FancyArrowPatch(path=curve, arrowstyle=arrow, mutation_scale=size, color=INK))
    if box.kind == "bend":
        ax.plot([x - width / 2, x + width / 2], [y, y], color=INK, lw=1)
        return
    fill, style = _LOOKS[box.kind]
    corner, shape = (x - width / 2, y - _HEIGHT / 2), "round,pad=0,rounding_size=0.08"
    ax.add_patch(FancyBboxPatch(corner, width, _HEIGHT, shape, fc=fill, ec=INK, ls=style))
    ax.text(x, y + 0.1, box.label or box.kind, ha="center", va="center", size=size, weight="bold")
    ax.text(x, y - 0.11, box.detail, ha="center", va="center", size=0.9 * size)
