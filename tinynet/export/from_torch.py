"""From PyTorch: the numbers of a state_dict in a model of tinynet's."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.arrays import as_array
from ..layers import Linear, Module, tensors, walk
from ..training.checkpoints.architecture import made
from ..training.units import InUnits
from .files import needing
from .plan import WITH_ARRAYS, joined, own_arrays, uses_bias

_COUNT = "num_batches_tracked"  # PyTorch's of a BatchNorm1d, which changes nothing here


def load_torch(state: Mapping[str, Any] | str | os.PathLike, model: Module | None = None) -> Module:
    """Put what PyTorch's ``model.state_dict()`` holds into a model of tinynet's, and return it.

    The layers with numbers are taken in their order, the first here for the first there (from a
    .safetensors file, which keeps no order, by their shapes and the numbers in their names); the
    weight of a Linear is transposed. A file that `export.torch` wrote knows its layers, so there
    `model` may be left out.

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
    ordered = isinstance(state, Mapping) or Path(state).suffix != ".safetensors"
    loaded, pairs = _in_order(arrays, model, ordered)
    try:
        model.load_state_dict(loaded)
    except ValueError as error:
        raise ValueError(f"load_torch: {error}; taken in their order: {pairs}") from error
    return model


# --- reading --------------------------------------------------------------------------------


def _read(path: Path) -> tuple[Mapping[str, Any], str | None]:
    """What a file holds, and what it says of the layers."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, or is no file")
    read = _of_pytorch if path.suffix in (".pt", ".pth") else _safetensors
    try:
        found, about = read(path)
    except ImportError:
        raise
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(f"{path} cannot be read as {path.suffix or 'numbers'}: {error}") from error
    if not isinstance(found, Mapping):
        raise ValueError(f"{path} holds a {type(found).__name__}, not what state_dict() gives")
    return found, about


def _of_pytorch(path: Path) -> tuple[Any, None]:
    with needing("bench"):
        import torch
    return torch.load(path, map_location="cpu", weights_only=True), None


def _safetensors(path: Path) -> tuple[dict[str, Any], str | None]:
    with needing("safetensors"):
        from safetensors import safe_open
    with safe_open(path, framework="numpy") as file:
        names, about = file.keys(), (file.metadata() or {}).get("tinynet")
        return {name: file.get_tensor(name) for name in names}, about


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


def _in_order(
    arrays: dict[str, np.ndarray], model: Module, ordered: bool
) -> tuple[dict[str, Any], str]:
    """The numbers under the paths of the model, and which layer got those of which."""
    groups: dict[str, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        prefix, _, own = name.rpartition(".")
        groups.setdefault(prefix, {})[own] = array
    state = _units(groups.pop("", {}), model) if "x_center" in groups.get("", {}) else {}
    layers = [(path, layer) for path, layer in walk(model) if isinstance(layer, WITH_ARRAYS)]
    if len(layers) != len(groups):
        raise ValueError(
            f"load_torch: the model has {len(layers)} layers with numbers"
            f" ({_listed(layer.describe() for _, layer in layers)}), and the state {len(groups)}"
            f" ({_listed(groups)})"
        )
    names = [*groups] if ordered else _by_form(groups, layers)
    for name, (path, layer) in zip(names, layers, strict=True):
        state |= {joined(path, own): array for own, array in _turned(groups[name], layer).items()}
    pairs = zip(names, layers, strict=True)
    return state, _listed(f"{name} → {path}" for name, (path, _) in pairs)


def _turned(group: dict[str, np.ndarray], layer: Any) -> dict[str, Any]:
    """The numbers of a layer as tinynet keeps them."""
    if not isinstance(layer, Linear):
        return group
    turned = {own: array.T if own == "weight" else array for own, array in group.items()}
    return turned if uses_bias(layer) else {"bias": layer.bias.data} | turned


def _by_form(groups: dict[str, dict], layers: list[tuple[str, Any]]) -> list[str]:
    """For each layer the first group of its form; ValueError where only an order could tell.

    Their names are sorted, so that their order says nothing but what their numbers say.
    """
    rest, chosen = sorted(groups, key=_numerically), []
    for path, layer in layers:
        form = {own: array.shape for own, array in own_arrays(layer).items()}
        fit = [
            name
            for name in rest
            if {own: a.shape for own, a in _turned(groups[name], layer).items()} == form
        ]
        if len({re.sub(r"\d+", "", name) for name in fit}) != 1:
            raise ValueError(
                f"load_torch: for {path} ({layer.describe()}) the file has"
                f" {_listed(fit) or 'nothing of this shape'}, and a .safetensors file does not keep"
                " the order of layers: give model.state_dict(), or a .pt file"
            )
        rest.remove(fit[0])
        chosen.append(fit[0])
    return chosen


def _numerically(name: str) -> list[Any]:
    """For sorting: layer 2 comes before layer 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _units(own: dict[str, np.ndarray], model: Module) -> dict[str, Any]:
    """The units of the data, which `export.torch` writes as buffers of the whole model."""
    places = [path for path, layer in walk(model) if isinstance(layer, InUnits)]
    return {joined(path, name): array for path in places for name, array in own.items()}


def _listed(names: Iterable[str]) -> str:
    first = [*itertools.islice(names, 9)]
    return ", ".join(first[:8]) + (", …" if len(first) > 8 else "")
