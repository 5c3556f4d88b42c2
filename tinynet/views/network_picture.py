"""The network as it is drawn: what each unit sees, and the weights between the units.

What a unit sees depends on the data: its output over the plane of two features, or along one; of
more features, its mean output for each class, or for low to high targets. Where the features are
the pixels of an image, units of the first layer show their weights as such an image.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..engine.grad_mode import evaluating, no_grad
from ..engine.methods import raw
from ..layers import Dropout, Linear, Module, Sequential, linear_layers
from . import web
from .predictions import Answer, Curve, Predictions, Regions, grid

MOST = 8  # units of a hidden layer that are drawn, and inputs
CELLS, POINTS, BANDS = 16, 40, 8  # of a thumbnail: on a side, along a curve, of targets


class Drawn(NamedTuple):
    """A network at one moment; each array is of the units that are drawn.

    Attributes
    ----------
    seen : list of ndarray
        What the units of each column show, the inputs first: int8 of shape (units, rows, columns)
        or (units, points), see `thumbnails`.
    weights, biases : list of ndarray
        Those that lead into each column but the first. From an image no weights are listed, (0,
        units): they are the pictures of its units.
    """

    seen: list[np.ndarray]
    weights: list[np.ndarray]
    biases: list[np.ndarray]

    def packed(self) -> dict[str, Any]:
        """The arrays as a page reads them."""
        return {name: [web.packed(a) for a in arrays] for name, arrays in self._asdict().items()}


class NetworkPicture:
    """Draws a model: all its outputs, and the first few of its inputs and of each hidden layer.

    The answer, what is drawn of the model's predictions, knows the data and the names. Where the
    model's inputs are made of the features, `made` does it, and `answer.features` names them.
    """

    def __init__(
        self, model: Module, answer: Answer, made: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> None:
        self.parts, self.linear = _parts(model), linear_layers(model)
        self.answer, self.image = answer, answer.image_shape
        self.shape, asked = _asked(answer)
        self.inputs = made(asked) if made else asked
        self.means = None if self.shape else groups(answer)
        sizes = [layer.weight.shape[0] for layer in self.linear]
        self.units = [*sizes, self.linear[-1].weight.shape[1]]
        self.shown = [*np.minimum(self.units[:-1], MOST).tolist(), self.units[-1]]

    def about(self) -> dict[str, Any]:
        """What does not change: how many units there are, and what all is called.

        `functions` has the names of what follows each Linear, such as ["tanh"].
        """
        answer = self.answer
        bands = [f"eighth {i} of the targets, from the lowest" for i in range(1, BANDS + 1)]
        return {
            "units": self.units,
            "inputs": answer.features[: self.shown[0]],
            "outputs": _outputs(answer, self.units[-1]),
            "functions": [_functions(segment) for segment in self._segments()],
            "image": self.image,
            "groups": None if self.means is None else answer.classes or bands,
        }

    def now(self) -> Drawn:
        """The picture at this moment, layer by layer from the inputs on."""
        pairs = zip(self.linear, itertools.pairwise(self.shown), strict=True)
        weights = [layer.weight.data[:a, :b].copy() for layer, (a, b) in pairs]
        counts = zip(self.linear, self.shown[1:], strict=True)
        biases = [layer.bias.data[:count].copy() for layer, count in counts]
        values = self._values()
        if self.means is not None:  # of an input, how far each group is from the mean of all
            values[0] = values[0] - values[0].mean(axis=0)
        columns = zip(values, self.shown, strict=True)
        seen = [self._view(column[:, :count]) for column, count in columns]
        if self.image:
            first = self.linear[0].weight.data[:, : self.shown[1]]
            seen[0] = self.inputs.mean(axis=0).reshape(1, *self.image)
            seen[1] = first.T.reshape(-1, *self.image)
            weights[0] = weights[0][:0]
        return Drawn([thumbnails(views) for views in seen], weights, biases)

    def _segments(self) -> list[list[Module]]:
        """What stands behind each Linear and before the next."""
        starts = [i for i, part in enumerate(self.parts) if isinstance(part, Linear)]
        ends = [*starts[1:], len(self.parts)]
        return [self.parts[a + 1 : b] for a, b in zip(starts, ends, strict=True)]

    def _values(self) -> list[np.ndarray]:
        """The inputs, and what comes out behind each Linear and its functions: (rows, units)."""
        values, x = [self.inputs], self.inputs
        with no_grad(), evaluating():
            for layer, segment in zip(self.linear, self._segments(), strict=True):
                for part in (layer, *segment):
                    x = raw(part(x))
                values.append(x)
        return values

    def _view(self, values: np.ndarray) -> np.ndarray:
        """What is shown of the outputs (rows, units): the units first."""
        if self.means is None:
            return values.T.reshape(-1, *self.shape)
        return (self.means @ values).T

    def fits(self) -> bool:
        """Whether what stands behind each Linear leaves one number for each of its units."""
        pairs = zip(self._values(), self.units, strict=True)
        return all(values.shape == (len(self.inputs), count) for values, count in pairs)


def picture_of(model: Module, answer: Answer) -> NetworkPicture | None:
    """The picture of Linear layers in a row with functions behind them; None of other models."""
    parts = _parts(model)
    linear = [part for part in parts if isinstance(part, Linear)]
    if not linear or parts[0] is not linear[0] or len(linear) < len(linear_layers(model)):
        return None
    picture = NetworkPicture(model, answer)
    return picture if picture.fits() else None


def _parts(model: Module) -> list[Module]:
    if isinstance(model, Linear):
        return [model]
    if isinstance(model, Sequential) and type(model).forward is Sequential.forward:
        return model.layers
    return []


def _asked(answer: Answer) -> tuple[tuple[int, ...], np.ndarray]:
    """The shape of what a unit shows, empty for means of groups, and what it is asked for."""
    if isinstance(answer, Regions):
        low, high = answer.box
        return (CELLS, CELLS), grid(low, high, CELLS).astype(answer.points.dtype)
    if isinstance(answer, Curve):
        low, high = answer.box
        return (POINTS,), np.linspace(low[0], high[0], POINTS, dtype=answer.points.dtype)[:, None]
    return (), answer.points


def groups(answer: Answer) -> np.ndarray:
    """A row for each group of points, which takes the mean over them: (groups, points).

    Groups are the classes; of numbers, equally many points each, from low targets to high ones.
    """
    if isinstance(answer, Predictions):
        y = answer.targets.reshape(len(answer.points), -1)[:, 0]
        ids, count = np.argsort(np.argsort(y, kind="stable")) * BANDS // len(y), BANDS
    else:
        count = len(answer.classes)
        ids = np.minimum(answer.targets, count - 1)
    member = ids == np.arange(count)[:, None]
    return member / np.maximum(member.sum(axis=1, keepdims=True), 1)


def thumbnails(views: np.ndarray) -> np.ndarray:
    """A byte for each number of each unit's view: 127 stands for the largest size in that view.

    >>> thumbnails(np.array([[0.0, 2.0, -4.0], [0.0, 0.0, 0.0]])).tolist()
    [[0, 64, -127], [0, 0, 0]]
    """
    known = np.where(np.isfinite(views), views, 0)
    peak = np.max(np.abs(known), axis=tuple(range(1, views.ndim)), keepdims=True)
    return np.round(127 * (known / np.where(peak > 0, peak, 1))).astype(np.int8)


def _outputs(answer: Answer, count: int) -> list[str]:
    """One output for each class, one that decides between two of them, or numbers."""
    names = list(answer.classes) or [answer.axes[-1]]
    if len(names) == count:
        return names
    return names[-1:] if count == 1 else [f"output {i}" for i in range(1, count + 1)]


def _functions(parts: list[Module]) -> list[str]:
    """Layers as the functions of a formula; in evaluation mode a Dropout is none."""
    return [p.describe().partition("(")[0].lower() for p in parts if not isinstance(p, Dropout)]
