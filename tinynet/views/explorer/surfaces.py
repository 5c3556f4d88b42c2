"""Surface: the loss over a plane through the parameters, and the path that training took in it.

A model has too many parameters to draw, but a plane through its present place has
two. Either the two directions in which the training moved most (the principal components of its
path: Lorch 2016), or two random ones, scaled so that each column of weights moves in proportion
to its own size (filter normalization: Li et al. 2018, Visualizing the Loss Landscape of Neural
Nets).

Three lines show a run:

>>> import tinynet as tn
>>> data, model = tn.datasets.make_moons(n=50), tn.layers.MLP([2, 4, 2], rng=0)
>>> steps = Snapshots(model)
>>> _ = tn.fit(model, tn.losses.cross_entropy, tn.optimizers.Adam(model.parameters(), lr=0.1),
...            data, epochs=5, batch_size=10, callbacks=[steps], progress=False)
>>> drawn = surface(model, tn.losses.cross_entropy, data, steps)     # tn.plots.surface draws it
>>> drawn.values.shape, drawn.path.shape
((31, 31), (6, 2))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...layers import Module
from ...training import Callback, evaluate

POINTS = 31  # an odd number: the middle is a point of the grid
MARGIN = 0.3  # around the path, as a fraction of its extent


class Snapshots(Callback, list):
    """A callback for `tn.fit` that keeps the parameters, as one vector, after each epoch.

    The first is taken when it is made, before the training.
    """

    def __init__(self, model: Module) -> None:
        super().__init__([flat(model)])

    def on_epoch_end(self, history: Any, model: Module) -> None:
        self.append(flat(model))


@dataclass(frozen=True)
class Surface:
    """The loss on a grid: values[i, j] is the loss at center + first[i] · d₁ + second[j] · d₂.

    `path` (steps, 2) holds the same coordinates of each snapshot, projected on the plane, and
    `heights` (steps,) its true loss: that of the plane only where the plane meets the path.
    """

    labels: tuple[str, str]
    first: np.ndarray
    second: np.ndarray
    values: np.ndarray
    path: np.ndarray
    heights: np.ndarray


def surface(
    model: Module,
    loss: Callable,
    data: Any,
    path: Sequence[np.ndarray] | None = None,
    *,
    directions: Any = "",
    points: int = POINTS,
    rng: Any = 0,
) -> Surface:
    """Evaluate the loss on a plane through the model's parameters, which stay as they are.

    Parameters
    ----------
    data : Dataset or pair (x, y)
    path : Snapshots, optional
        The training to draw; a list of parameter vectors will do.
    directions : {"path", "random"} or array of shape (2, parameters)
        As a default "path" where there is a path, else "random". In an array, a row for each
        direction, such as the unit vector of one weight.
    points : int
        The grid has points × points places.

    ValueError for a path of another model, or one that is too short to have two directions.
    """
    center, steps = flat(model), [np.asarray(step) for step in path or []]
    named = isinstance(directions, str)
    chosen = (directions or ("path" if steps else "random")) if named else ""
    _check(chosen, center, steps)
    if chosen == "path":
        plane, labels = principal(np.array(steps), center)
    elif chosen == "random":
        plane, labels = random(model, rng), ("random direction 1", "random direction 2")
    else:
        plane, labels = _given(directions, center), ("direction 1", "direction 2")
    offsets = np.reshape(steps, (-1, len(center))) - center  # (steps, P)
    places = np.linalg.lstsq(plane.T, offsets.T, rcond=None)[0].T  # (steps, 2)
    least = 0.0 if chosen == "path" else 1.0
    first, second = (_range(places[:, i], points, least) for i in (0, 1))
    grid = center + first[:, None, None] * plane[0] + second[:, None] * plane[1]
    rows = np.concatenate([grid.reshape(-1, len(center)), center + offsets])
    heights = _losses(model, loss, data, rows)
    values = heights[: points * points].reshape(points, points)
    return Surface(labels, first, second, values, places, heights[points * points :])


def flat(model: Module) -> np.ndarray:
    """A copy of all parameters as one vector."""
    return np.concatenate([parameter.data.ravel() for parameter in model.parameters()])


def principal(steps: np.ndarray, center: np.ndarray) -> tuple[np.ndarray, tuple[str, str]]:
    """The two directions, of length 1, in which the steps spread most, and their labels."""
    _, s, directions = np.linalg.svd(steps - center, full_matrices=False)
    shares = s**2 / max(np.sum(s**2), 1e-300)
    labels = [f"direction {i + 1} of the path ({shares[i]:.0%} of its movement)" for i in (0, 1)]
    return directions[:2], (labels[0], labels[1])


def random(model: Module, rng: Any) -> np.ndarray:
    """Two Gaussian directions in which each column has the length of the column it moves: (2, P).

    A column holds the weights of one neuron; the biases of a layer count as one column.
    """
    rng = np.random.default_rng(rng)
    directions = []
    for _ in range(2):
        pieces = []
        for parameter in model.parameters():
            d = rng.normal(size=parameter.shape)
            length = np.linalg.norm(parameter.data, axis=0) / np.linalg.norm(d, axis=0)
            pieces.append((d * length).ravel())
        directions.append(np.concatenate(pieces))
    return np.array(directions)


def _given(directions: Any, center: np.ndarray) -> np.ndarray:
    """Two directions as an array (2, P), checked."""
    plane = np.asarray(directions, dtype=float)
    if plane.shape != (2, len(center)):
        raise ValueError(
            f"two directions for this model have shape (2, {len(center)}), not {plane.shape}"
        )
    if np.linalg.matrix_rank(plane) < 2:
        raise ValueError("the two directions span no plane: they are the same, or one is 0")
    return plane


def _check(directions: str, center: np.ndarray, steps: list[np.ndarray]) -> None:
    if directions not in ("path", "random", ""):
        raise ValueError(f'directions must be "path" or "random", not {directions!r}')
    for step in steps:
        if step.shape != center.shape:
            raise ValueError(
                f"the path has snapshots of shape {step.shape}, but the model has {len(center)}"
                " parameters: make the Snapshots of this model"
            )
    if len(center) < 2:
        raise ValueError("a surface needs two directions, and the model has a single parameter")
    if directions == "path" and len(steps) < 3:
        raise ValueError(
            f"the path has {len(steps)} snapshots, and two directions need at least 3: train for"
            ' longer, or ask for directions="random"'
        )


def _range(places: np.ndarray, points: int, least: float) -> np.ndarray:
    """Evenly spaced coordinates that take in the whole path, and ± least."""
    low, high = places.min(initial=-least), places.max(initial=least)
    margin = MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, points)


@np.errstate(all="ignore")
def _losses(model: Module, loss: Callable, data: Any, rows: np.ndarray) -> np.ndarray:
    """The loss with each row as parameters; the model gets its own back."""
    parameters, before = model.parameters(), flat(model)
    ends = np.cumsum([parameter.size for parameter in parameters])[:-1]

    def put(row: np.ndarray) -> None:
        for parameter, piece in zip(parameters, np.split(row, ends), strict=True):
            parameter.data[...] = piece.reshape(parameter.shape)

    try:
        heights = []
        for row in rows:
            put(row)
            heights.append(evaluate(model, loss, data)["loss"])
        return np.array(heights)
    finally:
        put(before)
