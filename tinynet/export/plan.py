"""A plan: the layers of a model one after the other, each with a name for what is written.

The one idea: whatever is written, PyTorch, ONNX or NumPy, is a walk through this list. So it is
decided once, and here, which models can leave, and why another cannot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import layers
from ..engine.tensor import Tensor
from ..layers import Module, tensors, walk
from ..training.checkpoints.architecture import FUNCTIONS
from ..training.checkpoints.saved import SavedModel
from ..training.units import InUnits

NAMES: dict[type, str] = {
    layers.Linear: "linear",
    layers.Embedding: "embedding",
    layers.BatchNorm1d: "batch_norm",
    layers.LayerNorm: "layer_norm",
    layers.ReLU: "relu",
    layers.LeakyReLU: "leaky_relu",
    layers.ELU: "elu",
    layers.GELU: "gelu",
    layers.SiLU: "silu",
    layers.Sigmoid: "sigmoid",
    layers.Tanh: "tanh",
    layers.Softplus: "softplus",
    layers.Softmax: "softmax",
    layers.Dropout: "dropout",
    layers.Flatten: "flatten",
    layers.Function: "function",
    layers.Residual: "residual",
    InUnits: "units",
}
WITH_ARRAYS = (layers.Linear, layers.Embedding, layers.BatchNorm1d, layers.LayerNorm)


@dataclass(frozen=True)
class Part:
    """A layer of the model, with the parts inside it, if it is a Residual or an InUnits."""

    name: str  # such as linear2
    path: str  # of the layer in the model, such as layers.3
    layer: Any
    inside: list[Part] = field(default_factory=list)

    @property
    def kind(self) -> type:
        return type(self.layer)

    def arrays(self) -> dict[str, np.ndarray]:
        """Its own numbers, by their names; a bias that is not used is left out."""
        own = own_arrays(self.layer)
        if self.kind is layers.Linear and not uses_bias(self.layer):
            del own["bias"]
        return own


def own_arrays(layer: Module) -> dict[str, np.ndarray]:
    """The arrays of a layer itself, by their names."""
    return {name: t.data for name, t in vars(layer).items() if isinstance(t, Tensor)}


def uses_bias(layer: layers.Linear) -> bool:
    """Whether a Linear adds anything: one that was made with bias=False keeps zeros."""
    return layer.bias.requires_grad or bool(np.any(layer.bias.data))


def model_of(model: Any, to: str) -> Module:
    """The model itself, also where a `SavedModel` was given; TypeError for anything else."""
    model = model.model if isinstance(model, SavedModel) else model
    if not isinstance(model, Module):
        raise TypeError(
            f"export.{to} takes a model, such as tn.layers.MLP([2, 16, 2]), not {model!r}"
        )
    return model


def plan(model: Module, to: str) -> list[Part]:
    """The parts of a model, in order; ValueError names what cannot be written `to` …, and where."""
    _check_sharing(model, to)
    parts = _parts(model, "", to, Counter())
    within = [part.path or "the model" for part in flat(parts) if part.kind is InUnits]
    if len(within) > 1:
        raise ValueError(
            f"export.{to}: {' and '.join(within)} are both in units; one is known here"
        )
    return parts


def flat(parts: list[Part]) -> list[Part]:
    """All parts, also those inside others."""
    return [inner for part in parts for inner in (part, *flat(part.inside))]


def input_shape(parts: list[Part]) -> tuple:
    """(N, columns), as many as the first layer with numbers takes; "?" where any will do."""
    for part in flat(parts):
        if part.kind is InUnits:
            return ("N", part.layer.x_center.size)
        if part.kind in (layers.Linear, layers.BatchNorm1d, layers.LayerNorm):
            return ("N", part.layer.weight.shape[0])
        if part.kind is layers.Embedding:
            return ("N", _looked_up(parts))
    return ("N", "?")


def _looked_up(parts: list[Part]) -> int | str:
    """How many ids a row has: what an Embedding makes of them must fit the Linear behind it."""
    features = 0
    for part in flat(parts):
        if part.kind is layers.Embedding:
            features = part.layer.weight.shape[1]
        if part.kind is layers.Linear:
            flattened = any(other.kind is layers.Flatten for other in flat(parts))
            return part.layer.weight.shape[0] // features if flattened else "?"
    return "?"


def _parts(layer: Any, path: str, to: str, counts: Counter) -> list[Part]:
    _check(layer, path, to)
    if type(layer) in (layers.Sequential, layers.MLP):
        return _in_a_row(layer, path, to, counts)
    name = NAMES[type(layer)]
    counts[name] += 1
    name = f"{name}{counts[name]}"
    inside: list[Part] = []
    if isinstance(layer, layers.Residual):
        inside = _in_a_row(layer, path, to, counts)
    if isinstance(layer, InUnits):
        inside = _parts(layer.model, joined(path, "model"), to, counts)
    return [Part(name, path, layer, inside)]


def _in_a_row(layer: layers.Sequential, path: str, to: str, counts: Counter) -> list[Part]:
    paths = (joined(path, f"layers.{i}") for i in range(len(layer.layers)))
    rows = (_parts(x, p, to, counts) for x, p in zip(layer.layers, paths, strict=True))
    return [part for row in rows for part in row]


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _check(layer: Module, path: str, to: str) -> None:
    """ValueError unless it is a layer of tinynet's as it was made."""
    where = f"{path} is" if path else "the model is"
    listed = ", ".join(kind.__name__ for kind in (*NAMES, layers.Sequential, layers.MLP))
    if type(layer) not in (*NAMES, layers.Sequential, layers.MLP):
        raise ValueError(
            f"export.{to}: {where} a {type(layer).__name__}, whose forward is your own code; known"
            f" are {listed}"
        )
    if "forward" in vars(layer):
        raise ValueError(f"export.{to}: {where} a {type(layer).__name__} with another forward")
    if isinstance(layer, layers.Function) and layer.function not in FUNCTIONS.values():
        raise ValueError(
            f"export.{to}: {where} the function {layer.describe()}; known are"
            f" {', '.join(f'np.{name}' for name in FUNCTIONS)}"
        )


def _check_sharing(model: Module, to: str) -> None:
    """ValueError where two layers share an array: what is written has one of its own for each."""
    places: dict[Tensor, str] = {}
    tensors(model)
    for path, tensor in walk(model):
        if isinstance(tensor, Tensor) and places.setdefault(tensor, path) != path:
            raise ValueError(
                f"export.{to}: {places[tensor]} and {path} are one array, and layers that share"
                " theirs are not known here"
            )
