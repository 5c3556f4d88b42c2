"""The landscape that a run walks through: its loss around where it stands, and its path there.

Two directions are drawn, all else is held fixed; a sentence says which and what.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..explorer.surfaces import Surface, flat, surface
from ..predictions import sample
from ..web.assemble import packed

if TYPE_CHECKING:
    from .session import Run

CELLS = 25  # of the picture, on a side
ROWS = 400  # of the data: a sample of more
KEPT = 120  # places of a path; beyond that every second one is left out
DIRECTIONS = ("path", "random", "weights")


class Path(list):
    """The parameters of a model, as one vector each, wherever it was looked at."""

    def add(self, place: np.ndarray) -> None:
        """Add a place, unless the model is still there or has left all numbers."""
        if np.isfinite(place).all() and not (self and np.array_equal(place, self[-1])):
            self.append(place)
        while len(self) > KEPT:
            del self[1:-1:2]


def landscape(run: Run, directions: str, weights: Sequence[Any]) -> dict[str, Any]:
    """The surface as a page draws it; `weights` are the places of two where they are asked for."""
    if directions not in DIRECTIONS:
        raise ValueError(f"directions must be one of {', '.join(DIRECTIONS)}, not {directions!r}")
    here = flat(run.model)
    if not np.isfinite(here).all():
        raise ValueError("some weights are no numbers any more, so nothing is around them")
    way = Path(run.path)
    way.add(here)
    rows = sample(len(run.x), ROWS)
    found = surface(
        run.model,
        run.scaling.trained,
        (run.x[rows], run.y[rows]),
        way,
        directions=_units(run, weights) if directions == "weights" else directions,
        points=CELLS,
    )
    if directions == "weights":
        found = _named(run, found, weights)
    return {
        "axes": found.labels,
        "box": [[found.first[0], found.second[0]], [found.first[-1], found.second[-1]]],
        "values": packed(found.values),
        "path": packed(found.path),
        "heights": packed(found.heights),
        "held": _held(directions, len(here), len(rows), len(run.x)),
    }


def _units(run: Run, weights: Sequence[Any]) -> np.ndarray:
    """The direction of each weight: 1 at its place, else 0."""
    if len(weights) != 2:
        raise ValueError(f"two weights make a surface, not {len(weights)}")
    size = len(flat(run.model))
    return np.array([np.eye(1, size, _offset(run, place))[0] for place in weights])


def _offset(run: Run, place: Any) -> int:
    """Where among all parameters in a row a weight stands."""
    array, index = run.weight(place)
    sizes = [(parameter.data, parameter.size) for parameter in run.model.parameters()]
    before = itertools.takewhile(lambda each: each[0] is not array, sizes)
    return sum(size for _, size in before) + int(np.ravel_multi_index(index, array.shape))


def _named(run: Run, found: Surface, weights: Sequence[Any]) -> Surface:
    """With the values of the weights on the axes, not how far they are from where they are."""
    values = [array[index] for array, index in map(run.weight, weights)]
    return replace(
        found,
        labels=(run.called(weights[0]), run.called(weights[1])),
        first=found.first + values[0],
        second=found.second + values[1],
        path=found.path + values,
    )


def _held(directions: str, count: int, rows: int, of: int) -> str:
    """What is held fixed, in a sentence."""
    points = f"all {of} points" if rows == of else f"{rows} of the {of} points, the same all over"
    what = {
        "weights": f"the other {count - 2} weights and biases stay as they are now",
        "path": f"the {count} weights and biases move together along two directions, those in which"
        " the path spreads most, and stay as they are now in all others; so where the path leaves"
        " this plane, you see its shadow",
        "random": f"the {count} weights and biases move together along two random directions, and"
        " stay as they are now in all others; the path is the shadow it casts on this plane",
    }[directions]
    return f"Held fixed: {what}. The height is the loss on {points}, without L1 and L2."
