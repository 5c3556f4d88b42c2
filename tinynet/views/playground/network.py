"""The network as it is drawn: what each unit sees over the plane, and the weights between them.

A unit is shown by its output on a coarse grid over the two features, or along the one feature.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ...engine.grad_mode import no_grad
from ...engine.methods import raw
from ...layers import Linear, Sequential, linear_layers
from ..predictions import Answer, Regions, grid
from ..web.assemble import packed

MOST, CELLS, POINTS = 8, 16, 40  # units of a layer that are drawn; of a thumbnail


class NetworkPicture:
    """Draws a model: all its inputs and outputs, and of each hidden layer the first few units."""

    def __init__(self, model: Sequential, answer: Answer) -> None:
        low, high = np.array(answer.box)
        self.shape: tuple[int, ...] = (CELLS, CELLS)
        self.inputs = grid(low, high, CELLS)
        if not isinstance(answer, Regions):
            self.shape, self.inputs = (POINTS,), np.linspace(low[0], high[0], POINTS)[:, None]
        self.model, self.linear = model, linear_layers(model)

    def now(self) -> dict[str, Any]:
        """The picture at this moment, layer by layer from the inputs on.

        `units` says how many there are, `seen` what each one shown answers: (units, rows, columns)
        or (units, points). `weights` lead from one layer to the next: (units, units of the next).
        """
        seen = self._seen()
        shown = [len(values) for values in seen]
        layers = list(zip(self.linear, itertools.pairwise(shown), strict=True))
        return {
            "units": [layer.weight.shape[0] for layer in self.linear] + shown[-1:],
            "seen": [packed(values.astype(np.float32)) for values in seen],
            "weights": [packed(layer.weight.data[:a, :b]) for layer, (a, b) in layers],
            "biases": [packed(layer.bias.data[:b]) for layer, (_, b) in layers],
        }

    def _seen(self) -> list[np.ndarray]:
        """The outputs of each layer after its activation, the units first."""
        layers, values, x = self.model.layers, [self.inputs], self.inputs
        with no_grad():
            for layer, following in itertools.zip_longest(layers, layers[1:]):
                x = raw(layer(x))
                if following is None or isinstance(following, Linear):
                    values.append(x)
        hidden = [v[:, :MOST] for v in values[1:-1]]
        chosen = [values[0], *hidden, values[-1]]
        return [v.T.reshape(-1, *self.shape) for v in chosen]
