"""From PyTorch: the numbers of a state_dict in a model of tinynet's."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.arrays import as_array
from ..layers import Linear, Module, tensors, walk
from ..training.architecture import made
from ..training.units import InUnits
from .files import needing
from .plan import WITH_ARRAYS, joined, uses_bias

_COUNT = "num_batches_tracked"  # PyTorch's of a BatchNorm1d, which changes nothing here


def load_torch(state: Mapping[str, Any] | str | os.PathLike, model: Module | None = None) -> Module:
    """Put what PyTorch's ``model.state_dict()`` holds into a model of tinynet's, and return it.

    The layers with numbers are taken in their order, the first here for the first there; the weight
    of a Linear is transposed. A file that `export.torch` wrote knows its layers, so there `model`
    may be left out.

    Parameters
    ----------
    state : mapping or path-like
        Names and arrays, or PyTorch's tensors; or a file of them, .safetensors, or .pt and .pth,
        for which PyTorch must be installed.
    model : Module, optional
        Of the same layers. It stays as it was where the numbers do not fit.

    Raises ValueError where the numbers do not fit the model, which says how, or where there is
    no model; ImportError without what the file needs.

    >>> from tinynet.layers import MLP
    >>> state = {"0.weight": np.ones((3, 2)), "0.bias": np.zeros(3),
    ...          "2.weight": np.ones((1, 3)), "2.bias": np.zeros(1)}
    >>> load_torch(state, MLP([2, 3, 1]))([[1.0, 1.0]]).data
    array([[6.]])
    """
    found, about = (state, None) if isinstance(state, Mapping) else _read(Path(state))
    arrays = {str(name): _array(name, value) for name, value in found.items()}
    arrays = {name: array for name, array in arrays.items() if not name.endswith(_COUNT)}
    if model is None:
        return _made(arrays, about)
    state, pairs = _in_order(arrays, model)
    try:
        model.load_state_dict(state)
    except ValueError as error:
        raise ValueError(f"load_torch: {error}; taken in their order: {pairs}") from error
    return model


# --- reading --------------------------------------------------------------------------------


def _read(path: Path) -> tuple[dict[str, Any], str | None]:
    """What a file holds, and what it says of the layers."""
    if path.suffix in (".pt", ".pth"):
        with needing("bench"):
            import torch
        found = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(found, Mapping):
            raise ValueError(f"{path} holds a {type(found).__name__}, not a state_dict")
        return dict(found), None
    with needing("safetensors"):
        from safetensors import SafetensorError, safe_open
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, or is no file")
    try:
        with safe_open(path, framework="numpy") as file:
            names, about = file.keys(), (file.metadata() or {}).get("tinynet")
            return {name: file.get_tensor(name) for name in names}, about
    except (SafetensorError, TypeError) as error:
        raise ValueError(
            f"{path} is not a .safetensors file that NumPy can read: {error}"
        ) from error


def _array(name: Any, value: Any) -> np.ndarray:
    """An array, or PyTorch's tensor, as an array."""
    if hasattr(value, "detach"):  # a tensor, which knows how to become one: nothing is imported
        value = value.detach().cpu()
        value = (value.float() if "bfloat16" in str(value.dtype) else value).numpy()
    array = as_array(value)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise ValueError(f"load_torch: {name} holds no numbers, but {str(value):.40}")
    return array


# --- a model for them -----------------------------------------------------------------------


def _made(arrays: dict[str, np.ndarray], about: str | None) -> Module:
    """The model that the file describes, with its numbers."""
    if about is None:
        widths = (array.shape[::-1] for array in arrays.values() if array.ndim == 2)
        seem = _listed("Linear({}, {})".format(*pair) for pair in widths)
        raise ValueError(
            "load_torch: these numbers do not say what is between them, such as activations: give"
            f" the model, load_torch(state, model); there seem to be {seem or 'no Linear'}"
        )
    try:
        told = json.loads(about)
        paths = {path: name for name, path in told["paths"].items() if path}
        state = {path: arrays[name] for path, name in paths.items()}
        for path, name in paths.items():
            if name.startswith("linear") and state[path].ndim == 2:
                state[path] = state[path].T
        model = made(told["architecture"], state)
        zeros = {path: t.data for path, t in tensors(model).items() if path not in state}
        model.load_state_dict(zeros | state)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"load_torch: what the file says of its layers is damaged: {error}"
        ) from error
    return model.eval()


def _in_order(arrays: dict[str, np.ndarray], model: Module) -> tuple[dict[str, Any], str]:
    """The numbers under the paths of the model, and which layer got those of which."""
    groups: dict[str, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        layer, _, own = name.rpartition(".")
        groups.setdefault(layer, {})[own] = array
    state = _units(groups.pop("", {}), model) if "x_center" in groups.get("", {}) else {}
    layers = [(path, layer) for path, layer in walk(model) if isinstance(layer, WITH_ARRAYS)]
    if len(layers) != len(groups):
        raise ValueError(
            f"load_torch: the model has {len(layers)} layers with numbers"
            f" ({_listed(layer.describe() for _, layer in layers)}), and the state {len(groups)}"
            f" ({_listed(groups)})"
        )
    for (path, layer), group in zip(layers, groups.values(), strict=True):
        if isinstance(layer, Linear):
            group = {name: array.T if name == "weight" else array for name, array in group.items()}
            if not uses_bias(layer):
                group = {"bias": layer.bias.data} | group
        state |= {joined(path, name): array for name, array in group.items()}
    pairs = zip(groups, (path for path, _ in layers), strict=True)
    return state, _listed(f"{name} → {path}" for name, path in pairs)


def _units(own: dict[str, np.ndarray], model: Module) -> dict[str, Any]:
    """The units of the data, which `export.torch` writes as buffers of the whole model."""
    places = [path for path, layer in walk(model) if isinstance(layer, InUnits)]
    return {joined(path, name): array for path in places for name, array in own.items()}


def _listed(names: Iterable[str]) -> str:
    first = [*itertools.islice(names, 9)]
    return ", ".join(first[:8]) + (", …" if len(first) > 8 else "")
