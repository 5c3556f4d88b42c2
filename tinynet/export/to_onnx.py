"""To ONNX: one file with the graph and its numbers, which many programs run.

Each layer is an operator of ONNX of the same name, but three that onnxruntime lacks in float64 and
which are written out. The graph is that of evaluation: no dropout, and running statistics.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import layers
from ..layers import Module, dtype_of
from ..training.checkpoints.saved import SavedModel
from ..training.files import check_can_write
from ..training.units import InUnits
from .files import needing, write
from .plan import Part, flat, input_shape, model_of, plan

_OPSET, _FORMAT = 20, 9  # of 2023, when Gelu came


def onnx(model: Module | SavedModel, path: str | os.PathLike) -> None:
    """Write a model as an ONNX file that takes any number of rows and gives `model`'s outputs.

    A model between its units (as `tinynet train --save` writes it) takes and gives numbers in the
    units of the data. Input and output are called after the feature and the target, or "features"
    and "classes" where there are several; then the file's metadata hold their names as JSON. Of a
    model without names they are "x" and "y".

    Parameters
    ----------
    model : Module or SavedModel
        Of tinynet's layers.
    path : path-like
        Of the file, such as "model.onnx".

    Raises ValueError for a layer of one's own, with its path; ImportError without the extra `onnx`.

    >>> import tempfile, tinynet as tn
    >>> path = tempfile.mkdtemp() + "/model.onnx"
    >>> tn.export.onnx(tn.layers.MLP([2, 4, 1], rng=0), path)
    >>> import onnx
    >>> [node.op_type for node in onnx.load(path).graph.node]
    ['MatMul', 'Add', 'Relu', 'MatMul', 'Add']
    """
    model = model_of(model, "onnx")
    parts = plan(model, "onnx")
    with needing("onnx"):
        from onnx import checker, helper
    check_can_write(path)
    of_data = bool(parts) and parts[0].kind is InUnits
    graph = _Graph(np.dtype(np.float64) if of_data else dtype_of(model))
    x, y = _names(model)
    first, (before, after) = graph.dtype, _shapes(parts)
    graph.ends(_row(graph, x, parts), y)
    made = helper.make_model(
        graph.made((x, first, before), (y, graph.dtype, after)),
        producer_name="tinynet",
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_FORMAT,
    )
    names = {"feature_names": model.feature_names, "target_names": model.target_names}
    helper.set_model_props(made, {name: json.dumps(of) for name, of in names.items() if of})
    checker.check_model(made, full_check=True)
    write(path, made.SerializeToString())


class _Graph:
    """A graph in the making. Called with an operator and its inputs, it names the output."""

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype  # of what is computed at the moment
        self.nodes: list[tuple[str, list[str], str, dict]] = []
        self.arrays: dict[str, np.ndarray] = {}

    def __call__(self, operator: str, *inputs: Any, **options: Any) -> str:
        names = [x if isinstance(x, str) else self.number(x) for x in inputs]
        self.nodes.append((operator, names, f"{operator}_{len(self.nodes) + 1}", options))
        return self.nodes[-1][2]

    def number(self, value: float) -> str:
        return self.array(f"{value:g}_{self.dtype}", np.array(value, self.dtype))

    def array(self, name: str, array: np.ndarray) -> str:
        self.arrays[name] = array
        return name

    def cast(self, x: str, dtype: Any) -> str:
        from onnx import helper

        self.dtype = np.dtype(dtype)
        return self("Cast", x, to=helper.np_dtype_to_tensor_dtype(self.dtype))

    def ends(self, last: str, name: str) -> None:
        """Call the last output by this name."""
        if not self.nodes:
            self("Identity", last)
        operator, inputs, _, options = self.nodes.pop()
        self.nodes.append((operator, inputs, name, options))

    def made(self, x: tuple, y: tuple) -> Any:
        """ONNX's own graph; of input and output the name, dtype and shape."""
        from onnx import helper, numpy_helper

        ends = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)
            for name, dtype, shape in (x, y)
        ]
        nodes = [helper.make_node(op, of, [to], to, **kw) for op, of, to, kw in self.nodes]
        arrays = [numpy_helper.from_array(array, name) for name, array in self.arrays.items()]
        return helper.make_graph(nodes, "tinynet", ends[:1], ends[1:], arrays)


# --- layer by layer -------------------------------------------------------------------------


def _row(graph: _Graph, x: str, parts: list[Part]) -> str:
    """Parts one after the other: the name of what comes out."""
    for part in parts:
        if part.kind is layers.Residual:
            x = graph("Add", x, _row(graph, x, part.inside))
        elif part.kind is InUnits:
            x = _in_units(graph, x, part)
        else:
            own = {n: graph.array(f"{part.name}.{n}", a) for n, a in part.arrays().items()}
            x = _OPERATORS[part.kind](graph, x, part.layer, own)
    return x


def _in_units(graph: _Graph, x: str, part: Part) -> str:
    own = {name: graph.array(f"{part.name}.{name}", a) for name, a in part.arrays().items()}
    x = graph("Div", graph("Sub", x, own["x_center"]), own["x_scale"])
    x = _row(graph, graph.cast(x, dtype_of(part.layer.model)), part.inside)
    if "y_scale" not in own:
        return x
    x = graph.cast(x, np.float64)
    return graph("Add", graph("Mul", x, own["y_scale"]), own["y_center"])


def _linear(graph: _Graph, x: str, layer: layers.Linear, own: dict[str, str]) -> str:
    x = graph("MatMul", x, own["weight"])
    return graph("Add", x, own["bias"]) if "bias" in own else x


def _embedding(graph: _Graph, x: str, layer: layers.Embedding, own: dict[str, str]) -> str:
    dtype = graph.dtype
    rows = graph.cast(x, np.int64)
    graph.dtype = dtype
    return graph("Gather", own["weight"], rows, axis=0)


def _batch_norm(graph: _Graph, x: str, layer: layers.BatchNorm1d, own: dict[str, str]) -> str:
    numbers = (own[name] for name in ("weight", "bias", "running_mean", "running_var"))
    return graph("BatchNormalization", x, *numbers, epsilon=layer.eps)


def _above_0(graph: _Graph, x: str, below: str) -> str:
    """x where x > 0, else what is below: LeakyRelu and Elu, for float64 too."""
    return graph("Where", graph("Greater", x, 0.0), x, below)


def _elu(graph: _Graph, x: str, layer: layers.ELU, own: dict[str, str]) -> str:
    e = graph("Exp", graph("Min", x, 0.0))
    return _above_0(graph, x, graph("Mul", graph("Sub", e, 1.0), float(layer.alpha)))


def _softplus(graph: _Graph, x: str, layer: layers.Softplus, own: dict[str, str]) -> str:
    e = graph("Exp", graph("Neg", graph("Abs", x)))
    return graph("Add", graph("Max", x, 0.0), graph("Log", graph("Add", e, 1.0)))


def _function(graph: _Graph, x: str, layer: layers.Function, own: dict[str, str]) -> str:
    if layer.function is np.square:
        return graph("Mul", x, x)
    return graph(layer.describe().capitalize(), x)


_OPERATORS: dict[type, Callable[[_Graph, str, Any, dict[str, str]], str]] = {
    layers.Linear: _linear,
    layers.Embedding: _embedding,
    layers.BatchNorm1d: _batch_norm,
    layers.LayerNorm: lambda graph, x, layer, own: graph(
        "LayerNormalization", x, own["weight"], own["bias"], epsilon=layer.eps
    ),
    layers.ReLU: lambda graph, x, layer, own: graph("Relu", x),
    layers.LeakyReLU: lambda graph, x, layer, own: _above_0(
        graph, x, graph("Mul", x, float(layer.slope))
    ),
    layers.ELU: _elu,
    layers.GELU: lambda graph, x, layer, own: graph("Gelu", x, approximate="tanh"),
    layers.SiLU: lambda graph, x, layer, own: graph("Mul", x, graph("Sigmoid", x)),
    layers.Softplus: _softplus,
    layers.Sigmoid: lambda graph, x, layer, own: graph("Sigmoid", x),
    layers.Tanh: lambda graph, x, layer, own: graph("Tanh", x),
    layers.Softmax: lambda graph, x, layer, own: graph("Softmax", x, axis=-1),
    layers.Dropout: lambda graph, x, layer, own: x,
    layers.Flatten: lambda graph, x, layer, own: graph("Flatten", x, axis=1),
    layers.Function: _function,
}


# --- names and shapes -----------------------------------------------------------------------


def _names(model: Module) -> tuple[str, str]:
    """What the input and the output are called."""
    given = (model.feature_names, "x", "features"), (model.target_names, "y", "classes")
    x, y = (
        none if not names else re.sub(r"\W+", "_", names[0] or none) if len(names) == 1 else several
        for names, none, several in given
    )
    return x, y if y != x else f"{y}_predicted"


def _shapes(parts: list[Part]) -> tuple[list[Any], list[Any]]:
    """The shapes of input and output, with a name where any number will do."""
    before = after = input_shape(parts)
    for part in flat(parts):
        if part.kind is not InUnits and part.kind is not layers.Residual:
            after = part.layer.output_shape(after)
    return _with_names(before), _with_names(after)


def _with_names(shape: tuple) -> list[Any]:
    return ["columns" if n == "?" else n for n in shape]
