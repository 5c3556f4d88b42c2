"""Small scripts to step through: a neuron, an MLP with its loss, any loss, and what a step does."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import losses
from ...engine.names import lookup
from . import Graph

NETWORK = """\
# A network by hand: two samples, three hidden units, one output.
import numpy as np
import tinynet as tn

x = np.array([[0.5, -1.0], [1.5, 0.3]])
y_true = np.array([[1.0], [0.0]])
w1 = tn.Tensor([[0.4, -0.6, 0.2], [0.1, 0.5, -0.3]], requires_grad=True)
w2 = tn.Tensor([[0.7], [-0.2], [0.5]], requires_grad=True)
hidden = tn.functional.relu(x @ w1)
y_pred = hidden @ w2
loss = tn.losses.mse(y_true, y_pred)
"""
NEURON = """\
# tanh(x1·w1 + x2·w2 + b): the neuron of micrograd's lecture (Karpathy 2022).
import numpy as np
from tinynet import Tensor

x1, x2 = Tensor(2.0, requires_grad=True), Tensor(0.0, requires_grad=True)
w1, w2 = Tensor(-3.0, requires_grad=True), Tensor(1.0, requires_grad=True)
b = Tensor(6.8813735870195432, requires_grad=True)
n = x1 * w1 + x2 * w2 + b
o = np.tanh(n)
"""
MLP = """\
# Four samples of moons through a small MLP and its loss.
import tinynet as tn

data = tn.datasets.make_moons(rng=0)
model = tn.layers.MLP([2, 4, 2], rng=0)
loss = tn.losses.cross_entropy(data.y[:4], model(data.x[:4]))
"""
UPDATE = """\
# What an optimizer does with the gradients: the last steps.
import numpy as np
import tinynet as tn

x, y_true = np.array([1.0, 2.0, 3.0]), np.array([3.1, 4.9, 7.2])
slope, intercept = tn.Tensor(0.5, requires_grad=True), tn.Tensor(0.0, requires_grad=True)
y_pred = slope * x + intercept
loss = tn.losses.mse(y_true, y_pred)
optimizer = tn.optimizers.SGD([slope, intercept], lr=0.05)
"""
CODE = {"network": NETWORK, "neuron": NEURON, "mlp": MLP, "update": UPDATE}


def neuron() -> Graph:
    """tanh(x1·w1 + x2·w2 + b): the neuron of micrograd's lecture (Karpathy 2022)."""
    variables = _variables(NEURON)
    return Graph(variables["o"], variables=variables)


def mlp() -> Graph:
    """Four samples of moons through a small MLP and its loss, with the layers closed."""
    variables = _variables(MLP)
    return Graph(variables["loss"], variables=variables).collapse()


def loss(name: str, opened: bool = True) -> Graph:
    """One loss at a point of the line along which its card looks at it."""
    variables = _variables(code_of_loss(name))
    graph = Graph(variables["value"], variables=variables)
    return graph.open("value") if opened else graph


def code_of_loss(name: str) -> str:
    """The script whose graph is `loss(name)`.

    >>> print(code_of_loss("mse"))
    # One number of mse: tinynet losses mse tells more.
    import numpy as np
    import tinynet as tn
    <BLANKLINE>
    y_true = np.array([0.0])
    y_pred = tn.Tensor([1.5999999999999996], requires_grad=True)
    value = tn.losses.mse(y_true, y_pred)
    <BLANKLINE>
    """
    function = lookup("loss", name, losses.names())
    axis = function.card.axis
    arrays = axis.arrays(np.array([axis.low + 0.7 * (axis.high - axis.low)]))
    lines = [f"# One number of {name}: tinynet losses {name} tells more."]
    lines += ["import numpy as np", "import tinynet as tn", ""]
    for argument, array in zip(function.arrays, arrays, strict=True):
        numbers = np.asarray(array).tolist()
        is_data = argument == "y_true"
        made = f"np.array({numbers})" if is_data else f"tn.Tensor({numbers}, requires_grad=True)"
        lines.append(f"{argument} = {made}")
    lines.append(f"value = tn.losses.{name}({', '.join(function.arrays)})")
    return "\n".join(lines) + "\n"


def _variables(code: str) -> dict[str, Any]:
    """What a script of this file computes."""
    variables: dict[str, Any] = {}
    exec(code, variables)  # a demo
    return {name: value for name, value in variables.items() if name != "__builtins__"}
