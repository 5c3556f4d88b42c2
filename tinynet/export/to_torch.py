"""To PyTorch: the source of a model as one would write it, and its numbers for it to load.

PyTorch keeps the weight of a Linear as (out, in), so it is transposed; what else differs is told in
a comment where it stands in the source.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import layers
from ..layers import Module, dtype_of
from ..training.checkpoints.architecture import UnknownLayer, described
from ..training.checkpoints.saved import SavedModel
from ..training.files import check_can_write
from ..training.units import InUnits
from .files import needing, source_path, write
from .plan import Part, flat, joined, model_of, plan, uses_bias

_MADE: dict[type, Callable[[Any], str]] = {  # what has numbers, or another way in training
    layers.Linear: lambda layer: "nn.Linear({}, {}{})".format(
        *layer.weight.shape, "" if uses_bias(layer) else ", bias=False"
    ),
    layers.Embedding: lambda layer: "nn.Embedding({}, {})".format(*layer.weight.shape),
    layers.LayerNorm: lambda layer: f"nn.LayerNorm({layer.weight.size}, eps={layer.eps})",
    layers.BatchNorm1d: lambda layer: (
        f"nn.BatchNorm1d({layer.weight.size}, eps={layer.eps}, momentum={layer.momentum})"
    ),
    layers.Dropout: lambda layer: f"nn.Dropout({layer.rate})",
}
_CALLED: dict[type, Callable[[Any], str]] = {
    layers.ReLU: lambda layer: "F.relu(x)",
    layers.LeakyReLU: lambda layer: f"F.leaky_relu(x, {layer.slope})",
    layers.ELU: lambda layer: f"F.elu(x, {layer.alpha})",
    layers.GELU: lambda layer: 'F.gelu(x, approximate="tanh")',
    layers.SiLU: lambda layer: "F.silu(x)",
    layers.Softplus: lambda layer: (
        "F.softplus(x, threshold=50)  # beyond 20 the default is a straight line"
    ),
    layers.Sigmoid: lambda layer: "torch.sigmoid(x)",
    layers.Tanh: lambda layer: "torch.tanh(x)",
    layers.Softmax: lambda layer: "torch.softmax(x, dim=-1)",
    layers.Flatten: lambda layer: "torch.flatten(x, 1)",
    layers.Function: lambda layer: f"torch.{layer.describe()}(x)",
}


def torch(model: Module | SavedModel, path: str | os.PathLike) -> None:
    """Write a model as PyTorch source, and its numbers beside it as .safetensors.

    The source needs nothing of tinynet: ``load()`` in it gives the model, with its numbers, in
    evaluation mode. Its outputs are those of `model`. `load_torch` is the way back.

    Parameters
    ----------
    model : Module or SavedModel
        Of tinynet's layers.
    path : path-like
        Of the source, such as "model.py"; the numbers go to "model.safetensors".

    Raises ValueError for a layer of one's own, with its path; ImportError without the extra
    `safetensors`.

    >>> import tempfile, tinynet as tn
    >>> path = Path(tempfile.mkdtemp(), "model.py")
    >>> model = tn.layers.MLP([2, 4, 1], tn.layers.Tanh, rng=0)
    >>> tn.export.torch(model, path)
    >>> print(path.read_text().partition("forward")[2].partition("return")[0])
    (self, x):
            x = self.linear1(x)
            x = torch.tanh(x)
            x = self.linear2(x)
    <BLANKLINE>
    """
    model = model_of(model, "torch")
    parts, path = plan(model, "torch"), source_path(path, "torch")
    numbers = path.with_suffix(".safetensors")
    with needing("safetensors"):
        from safetensors.numpy import save
    for file in (path, numbers):
        check_can_write(file)
    arrays = torch_arrays(parts)
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write(numbers, save(contiguous, metadata=_metadata(model, parts)))
    write(path, _source(model, parts, numbers))


def torch_arrays(parts: list[Part]) -> dict[str, np.ndarray]:
    """What PyTorch's state_dict holds, under its names."""
    return {name: array for name, array, _ in _state(parts)}


def _state(parts: list[Part]) -> Iterator[tuple[str, np.ndarray, str]]:
    """The numbers under PyTorch's names, and their paths in the model; none for a count."""
    for part in flat(parts):
        of_layer = "" if part.kind is InUnits else f"{part.name}."
        for name, array in part.arrays().items():
            turned = array.T if (part.kind, name) == (layers.Linear, "weight") else array
            yield of_layer + name, turned, joined(part.path, name)
        if (
            part.kind is layers.BatchNorm1d
        ):  # PyTorch counts the batches, which matters for momentum=None
            yield f"{part.name}.num_batches_tracked", np.array(0), ""


def _metadata(model: Module, parts: list[Part]) -> dict[str, str]:
    """What `load_torch` needs to make the model again."""
    try:
        about = {"architecture": described(model), "paths": {n: p for n, _, p in _state(parts)}}
    except UnknownLayer:
        return {"format": "pt"}
    return {"format": "pt", "tinynet": json.dumps(about)}


# --- the source -----------------------------------------------------------------------------


def _source(model: Module, parts: list[Part], numbers: Path) -> str:
    calls = "\n".join(f"        {line}" for line in _forward(parts))
    made = "\n".join(f"        {line}" for line in _made(parts))
    functional = "import torch.nn.functional as F\n" if "F." in calls else ""
    return f'''"""{_heading(model)}

Written by tinynet. The numbers are in {numbers.name}; load() puts them in.
"""

from pathlib import Path

import torch
{functional}from safetensors.torch import load_file
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
{made}

    def forward(self, x):
{calls}
        return x


def load(path=Path(__file__).with_suffix(".safetensors")):
    """The model with its numbers, in evaluation mode."""
    model = Model()
    model.load_state_dict(load_file(path), strict=True)
    return model.eval()
'''


def _heading(model: Module) -> str:
    """What goes in and comes out, where the model knows the names."""
    names = [model.feature_names or (), model.target_names or ()]
    told = [", ".join(n[:8]) + (", …" if len(n) > 8 else "") for n in names if n]
    plain = " → ".join(told).replace("\\", "/").replace('"', "'")
    return " ".join(plain.split()) or "A model, and its numbers."


def _made(parts: list[Part]) -> Iterator[str]:
    """The lines of __init__."""
    for part in flat(parts):
        if part.kind is InUnits:
            for name, array in part.arrays().items():
                zeros = f"torch.zeros({array.size}, dtype=torch.{array.dtype})"
                yield f'self.register_buffer("{name}", {zeros})'
        if part.kind in _MADE:
            made, dtype = _MADE[part.kind](part.layer), dtype_of(part.layer)
            if part.kind is not layers.Dropout and dtype != np.float32:
                made = f"{made[:-1]}, dtype=torch.{dtype})"
            yield f"self.{part.name} = {made}"
            for name in part.arrays():
                if not getattr(part.layer, name).requires_grad and "running" not in name:
                    yield f"self.{part.name}.{name}.requires_grad_(False)  # it stays as it is"


def _forward(parts: list[Part]) -> Iterator[str]:
    """The lines of forward, each of which makes another x."""
    for part in parts:
        if part.kind is layers.Residual:
            yield f"{part.name} = x"
            yield from _forward(part.inside)
            yield f"x = {part.name} + x"
        elif part.kind is InUnits:
            yield "x = (x - self.x_center) / self.x_scale  # from the units of the data"
            yield f"x = x.to(torch.{dtype_of(part.layer.model)})"
            yield from _forward(part.inside)
            if "y_scale" in part.arrays():
                yield "x = x * self.y_scale + self.y_center  # back to the units of the data"
        elif part.kind is layers.Embedding:
            yield f"x = self.{part.name}(x.long())"
        elif part.kind in _MADE:
            yield f"x = self.{part.name}(x)"
        else:
            yield f"x = {_CALLED[part.kind](part.layer)}"
