"""A graph as a still picture: the boxes and arrows of the page, as an SVG without a script.

It has the page's own style and places, so that it is what the page would show at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np

from .. import web
from ..graph import Box, Graph, layout
from ..graph.page import arrows, frames, shortened
from ..numerals import rounded
from .markup import image, paragraph

MOST = 80  # boxes; a picture of more is not read
MARGIN = 16  # pixels
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" \
viewBox="{left} {top} {width} {height}"><style>{style}</style>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="12" markerHeight="12" \
markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1 10 5 0 9z" class="tip"/></marker></defs>
<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="var(--surface)"/>
<g class="sheet">{parts}</g></svg>"""


def html(graph: Graph) -> str:
    """The picture, of the graph with its layers closed where it is large; or why there is none."""
    small = graph if len(graph) <= MOST else graph.collapse()
    if len(small) > MOST:
        return paragraph(f"The graph has {len(graph)} nodes: too many for a picture.")
    text, width = svg(small)
    said = f"the graph of {graph.output.name}, {len(small)} boxes"
    return image(text.encode("utf-8"), "svg+xml", said, width)


def svg(graph: Graph) -> tuple[str, int]:
    """The drawing, and its width in pixels."""
    places = {node: i for i, node in enumerate(graph)}
    at = frames(layout(graph))
    boxes = [box for box in at if box.node]
    right = max(at[box]["x"] + at[box]["width"] for box in boxes) + MARGIN
    below = max(at[box]["y"] + at[box]["height"] for box in boxes) + MARGIN
    lowest = min(at[box]["y"] for box in boxes) - MARGIN
    width, height = round(right + MARGIN), round(below - lowest)
    lines = (_arrow(arrow["points"]) for arrow in arrows(at, places))
    drawn = "".join([*lines, *(piece for box in boxes for piece in _box(box, at[box]))])
    style = escape(web.style("stepper/step.css"), quote=False)
    edges = {"left": -MARGIN, "top": lowest, "width": width, "height": height}
    return _SVG.format(style=style, parts=drawn, **edges), width


def _arrow(points: Sequence[Sequence[float]]) -> str:
    """Curves between the columns, straight where the arrow passes one."""
    path = "M{} {}".format(*points[0])
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        middle = (x1 + x2) / 2
        path += f"C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path class="arrow" d="{path}" marker-end="url(#tip)"/>'


def _box(box: Box, frame: dict[str, float]) -> Iterator[str]:
    """The frame of a box; in it its label, its value or shape, and the size of its gradient."""
    x, y, width, height = (frame[key] for key in ("x", "y", "width", "height"))
    node, middle = box.node, x + width / 2
    gradient = "" if node is None or node.gradient is None else f"grad {_size(node.gradient)}"
    yield (
        f'<g class="box {box.kind}"><rect class="frame" x="{x}" y="{y}" width="{width}"'
        f' height="{height}" rx="8"/>'
    )
    for down, kind, text in (
        (20, "label", shortened(box.label or box.kind)),
        (38, "value", box.detail),
        (56, "received", gradient),
    ):
        yield f'<text class="{kind}" x="{middle}" y="{y + down}">{escape(text)}</text>'
    yield "</g>"


def _size(array: Any) -> str:
    """A number itself, or how long an array is."""
    return rounded(array) if np.size(array) == 1 else f"‖{rounded(np.linalg.norm(array))}‖"
