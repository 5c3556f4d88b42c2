"""Architecture: the layers that a model is made of, as plain data for a file, and back.

The one idea: a file only names layers, and what it says is compared with what is known here; it
is never run. The sizes of a layer are not written down: its arrays have them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from ... import layers
from ...data import Standardizer
from ...engine.tensor import Tensor
from ...initializers import zeros
from ...layers import Module, tensors
from ..units import InUnits, Units

_BARE = (  # have nothing of their own
    *(layers.ReLU, layers.GELU, layers.SiLU, layers.Sigmoid, layers.Tanh, layers.Softplus),
    *(layers.Softmax, layers.Flatten),
)
_KNOWN: dict[type, set[str]] = {  # with what each holds besides arrays
    **{kind: set() for kind in (*_BARE, layers.Linear, layers.Embedding)},
    layers.LeakyReLU: {"slope"},
    layers.ELU: {"alpha"},
    layers.LayerNorm: {"eps"},
    layers.BatchNorm1d: {"eps", "momentum"},
    layers.Dropout: {"rate", "rng"},
    layers.Function: {"function"},
    **{kind: {"layers"} for kind in (layers.Sequential, layers.MLP, layers.Residual)},
    InUnits: {"model"},
}
_OF_ANY = {"_training", "feature_names", "target_names"}  # these may be set in every layer
_BY_NAME: dict[Any, Any] = {kind.__name__: kind for kind in _KNOWN}
FUNCTIONS: dict[str, np.ufunc] = {
    f.__name__: f for f in (np.exp, np.log, np.tanh, np.sin, np.cos, np.square)
}


class UnknownLayer(Exception):
    """A model that cannot be written down as plain data."""


def described(model: Module) -> dict[str, Any]:
    """The architecture as plain data; UnknownLayer where a model made of it would be another."""
    own = tensors(model)
    trained = [path for path, tensor in own.items() if tensor.requires_grad]
    architecture = {"model": _plain(model), "trained": trained}
    if len(set(own.values())) < len(own):
        raise UnknownLayer("layers share their arrays")
    with contextlib.suppress(ValueError):
        if _forms(made(architecture, own)) == _forms(model):
            return architecture
    raise UnknownLayer("a layer was changed after it was made")


def made(architecture: Any, state: Mapping[str, Any]) -> Module:
    """The model, with zeros in it: `state` has the shape and dtype of every array, by its path.

    ValueError for what is not an architecture.
    """
    try:
        model, trained = _layer(architecture["model"], state, ""), set(architecture["trained"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"its architecture does not go with its arrays: {error!r}") from error
    for path, tensor in tensors(model).items():
        tensor.requires_grad = path in trained
    return model


def _forms(model: Module) -> dict[str, tuple]:
    return {path: (t.shape, t.dtype, t.requires_grad) for path, t in tensors(model).items()}


def _plain(value: Any) -> Any:
    """A layer, or something that one holds, as plain data."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if type(value) in (int, float):
        return value
    if isinstance(value, np.ufunc) and FUNCTIONS.get(value.__name__) is value:
        return value.__name__
    held = {k: v for k, v in getattr(value, "__dict__", {}).items() if not isinstance(v, Tensor)}
    held = {name: inner for name, inner in held.items() if name not in _OF_ANY}
    if _KNOWN.get(type(value)) != held.keys():
        raise UnknownLayer(f"{type(value).__name__} is not known as one of tinynet's")
    held.pop("rng", None)  # dropped are others, then
    return {"layer": type(value).__name__} | {name: _plain(inner) for name, inner in held.items()}


def _layer(plain: dict[str, Any], state: Mapping[str, Any], path: str) -> Module:
    """The layer that `_plain` wrote down, whose arrays begin with `path` in the state."""
    match plain:
        case {"layer": "Linear" | "Embedding" as name}:
            weight = state[f"{path}weight"]
            rows, columns = weight.shape
            return _BY_NAME[name](rows, columns, dtype=weight.dtype, initializer=zeros)
        case {"layer": "LayerNorm" | "BatchNorm1d" as name, **options}:
            weight = state[f"{path}weight"]
            (features,) = weight.shape
            return _BY_NAME[name](features, dtype=weight.dtype, **_numbers(name, options))
        case {"layer": "LeakyReLU" | "ELU" | "Dropout" as name, **options}:
            return _BY_NAME[name](**_numbers(name, options))
        case {"layer": "Function", "function": name}:
            return layers.Function(FUNCTIONS[name])
        case {"layer": "Sequential" | "MLP" | "Residual" as name, "layers": list(inner)}:
            kind = _BY_NAME[name]
            model = kind.__new__(kind)  # an MLP, too, is no more than its layers
            parts = [_layer(p, state, f"{path}layers.{i}.") for i, p in enumerate(inner)]
            layers.Sequential.__init__(model, *parts)
            return model
        case {"layer": "InUnits", "model": inner}:
            return InUnits(_layer(inner, state, f"{path}model."), _units(state, path))
        case {"layer": str(name)} if _BY_NAME.get(name) in _BARE:
            return _BY_NAME[name]()
    raise ValueError(f"it has a layer that is not known here: {str(plain):.80}")


def _numbers(name: str, options: dict[str, Any]) -> dict[str, float]:
    """The options of a layer, if they are those it has, and numbers."""
    known = _KNOWN[_BY_NAME[name]] - {"rng"}
    if options.keys() == known and all(type(value) in (int, float) for value in options.values()):
        return options
    raise ValueError(f"the options of a {name} are not {', '.join(known)}: {str(options):.80}")


def _units(state: Mapping[str, Any], path: str) -> Units:
    """Units of the right number of columns; their numbers are in the state."""
    y = state.get(f"{path}y_center")
    return Units(_neutral(state[f"{path}x_center"]), None if y is None else _neutral(y))


def _neutral(like: Any) -> Standardizer:
    return Standardizer(np.zeros(like.shape), np.ones(like.shape))
