"""The stepper as a web page, or in a notebook: all steps of a graph in one HTML file.

A reader may open and close boxes, and a Graph never changes; so the page holds several graphs, the
views, and for each box the view that opening or closing it leads to. Every number and sentence is
computed here; the script only shows them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import web
from .drawing import Box, layout
from .formulas import local
from .node import GraphNode
from .steps import Backward, Forward, Update

if TYPE_CHECKING:
    from ...optimizers import Optimizer
    from .graph import Graph

MOST = 1000  # boxes of one view
_ROOM = 4000  # boxes of all views together; what would need more cannot be opened
_HEIGHT, _ROW, _GAP, _LETTER, _LONGEST = 64, 92, 66, 7.4, 30  # pixels, but the last: letters
_NUMBERS_HELD = 700_000  # numbers of all arrays of a page; the largest are cut to their first rows
FILES = (
    *("stepper/step.css", "stepper/heat_map.js", "player.js", "stepper/predict.js"),
    *("stepper/graph.js", "stepper/overview.js", "stepper/step.js"),
)
_NUMBERS = {  # the arrays of a step
    Forward: (),
    Backward: ("incoming", "local", "product", "contribution", "before", "after"),
    Update: ("before", "after"),
}


def html(
    graph: Graph,
    optimizer: Optimizer | None = None,
    files: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> str:
    """The page as text; see `Graph.save_html`. With files and data of those who add to it."""
    data = content(graph, optimizer) | dict(more or {})
    return web.page(data["title"], (*FILES, *files), data, repr(graph))


def content(graph: Graph, optimizer: Optimizer | None = None) -> dict[str, Any]:
    """What the page shows, as plain data."""
    if len(graph) > MOST:
        raise ValueError(
            f"the graph has {len(graph)} nodes, and a page shows at most {MOST}: close its layers"
            " with graph.collapse(), or make the Graph of an earlier result"
        )
    arrays = Arrays()
    views = [_drawn(view, arrays, optimizer) for view in _views(graph)]
    return {"title": title(graph), "views": views, "arrays": arrays.packed}


def title(graph: Graph) -> str:
    """What the page of a graph is called."""
    return f"Step by step: {graph.output.name}"


def save(graph: Graph, path: str | os.PathLike, optimizer: Optimizer | None = None) -> None:
    """Write the page to a file, whole or not at all."""
    web.save(html(graph, optimizer), path)


class Arrays:
    """The arrays of a page; one that occurs again is stored once."""

    def __init__(self) -> None:
        self._arrays: list[np.ndarray] = []
        self._places: dict[tuple, int] = {}

    def add(self, array: Any) -> int | None:
        """The place of the array in the list; None for None."""
        if array is None:
            return None
        array = np.asarray(array)
        key = (array.shape, array.dtype.str, array.tobytes())
        if key not in self._places:
            self._places[key] = len(self._arrays)
            self._arrays.append(array)
        return self._places[key]

    @property
    def packed(self) -> list[dict]:
        """All of them, each with as many numbers as there is room for."""
        most = room_for_each([array.size for array in self._arrays], _NUMBERS_HELD)
        return [web.packed(array, most) for array in self._arrays]


def room_for_each(sizes: Sequence[int], room: int) -> int:
    """How many numbers an array may keep, so that all together keep no more than `room`.

    >>> room_for_each([2, 9, 9], 12)
    5
    """
    left = sorted(sizes)
    for i, size in enumerate(left):
        share = room // (len(left) - i)
        if size > share:
            return share
        room -= size
    return max(sizes, default=0)


# --- the views ------------------------------------------------------------------------------


@dataclass
class View:
    """A graph, and where the reader can go from it: from nodes, or buttons, to places of views."""

    graph: Graph
    opens: dict[tuple[str, str], int] = field(default_factory=dict)  # from name and label
    closes: dict[str, int] = field(default_factory=dict)  # from the name
    all_layers: dict[str, int] = field(default_factory=dict)  # "Open layers", "Close layers"


def _views(graph: Graph) -> list[View]:
    """The graph itself, first; it with all layers closed, all open; each with one box opened."""
    opened, closed = _layers_open(graph), graph.collapse()
    views = [View(graph)]
    views += [View(g) for g in (closed, opened) if _names(g) != _names(graph)]
    bases = list(views)
    for base, view in enumerate(bases):
        for node, inner in _openings(view.graph, views):
            view.opens[node.name, node.label] = len(views)
            within = {n for n in _names(inner) if n == node.name or n not in _names(view.graph)}
            views.append(View(inner, closes=dict.fromkeys(within, base)))
    everything = {key: place for view in reversed(bases) for key, place in view.opens.items()}
    names = [_names(view.graph) for view in bases]
    all_closed, all_open = names.index(_names(closed)), names.index(_names(opened))
    for place, view in enumerate(views):
        view.opens = everything | view.opens
        if all_closed != all_open:
            view.all_layers = {"Close layers": all_closed, "Open layers": all_open}
        if place == all_open != all_closed:
            view.closes |= {node.name: all_closed for node in view.graph if node.layer}
    return views


def _openings(graph: Graph, views: list[View]) -> Iterator[tuple[GraphNode, Graph]]:
    """The boxes that can be opened, each with the graph in which it is, while there is room."""
    for node in graph:
        try:
            inner = graph.open(node)
        except ValueError:  # a single operation, or data
            continue
        if sum(len(view.graph) for view in views) + len(inner) <= _ROOM:
            yield node, inner


def _layers_open(graph: Graph) -> Graph:
    for name in [node.name for node in graph if node.inside]:
        graph = graph.open(name)
    return graph


def _names(graph: Graph) -> list[str]:
    return [node.name for node in graph]


# --- a view as plain data -------------------------------------------------------------------


def _drawn(view: View, arrays: Arrays, optimizer: Optimizer | None) -> dict[str, Any]:
    """Boxes, arrows and steps; a node is its place in the order of the computation."""
    graph = view.graph
    places = {node: i for i, node in enumerate(graph)}
    shown = places | {n: i for node, i in places.items() for n in node.inside}
    columns = layout(graph)
    at = frames(columns)
    nodes = {box.node: at[box] | _looks(box) for box in at if box.node}
    try:
        steps, note = list(graph.steps(optimizer)), ""
    except ValueError as error:  # without the gradient of the output there is no backward pass
        steps, note = [Forward(node) for node in graph], f"Forward only: {error}."
    return {
        "boxes": [
            nodes[node]
            | _node(node, arrays)
            | {"inputs": [places[argument] for _, argument in node.inputs]}
            | {"opens": view.opens.get((node.name, node.label))}
            | {"closes": view.closes.get(node.name)}
            for node in graph
        ],
        "arrows": list(arrows(at, places)),
        "steps": [_step(step, shown, arrays) for step in steps],
        "layers": view.all_layers,
        "note": note,
    }


def _node(node: GraphNode, arrays: Arrays) -> dict[str, Any]:
    return {
        "name": node.name,
        "kind": node.kind,
        "operation": node.label,
        "shape": str(node.shape),
        "dtype": str(node.dtype),
        "layer": node.layer,
        "source": node.source,
        "value": arrays.add(node.value),
        "gradient": arrays.add(node.gradient),
    }


def _step(step: Forward | Backward | Update, shown: dict, arrays: Arrays) -> dict[str, Any]:
    """A step: its words, and the places of its nodes and arrays."""
    kind, numbers = type(step).__name__.lower(), _NUMBERS[type(step)]
    data = {"kind": kind, "node": shown[step.node], "sentence": step.sentence}
    if isinstance(step, Backward):
        data |= {"input": shown[step.input], "formula": step.formula, "rule": local(step.formula)}
        data["terms"] = step.terms
    return data | {name: arrays.add(getattr(step, name)) for name in numbers}


# --- places in pixels -----------------------------------------------------------------------


def _looks(box: Box) -> dict[str, str]:
    return {"label": shortened(box.label or box.kind), "detail": box.detail}


def shortened(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def _letters(box: Box) -> int:
    """The length of the longest line in a box; the last is its gradient."""
    return max(len(shortened(box.label)), len(f"grad {box.detail.removeprefix('= ')}"), 12)


def frames(columns: list[list[Box]]) -> dict[Box, dict[str, float]]:
    """Left, top, width and height of each box and bend, the inputs at the left."""
    top = max(box.y for column in columns for box in column)
    found, left = {}, 0.0
    for column in reversed(columns):
        width = round(28 + _LETTER * max(_letters(box) for box in column))
        for box in column:
            y = round(_ROW * (top - box.y))
            found[box] = {"x": left, "y": y, "width": width, "height": _HEIGHT}
        left += width + _GAP
    return found


def arrows(frames: dict[Box, dict[str, float]], places: dict) -> Iterator[dict[str, Any]]:
    """From each box to its users: the points through which the arrow goes, over the bends."""
    for user in frames:
        if not user.node:
            continue
        for argument in user.arguments:
            path = [user, argument]
            while not path[-1].node:
                path.append(path[-1].arguments[0])
            ends = [frames[box] for box in reversed(path)]
            points = [
                [f["x"] + side * f["width"], f["y"] + _HEIGHT / 2] for f in ends for side in (0, 1)
            ]
            yield {"from": places[path[-1].node], "to": places[user.node], "points": points[1:-1]}
