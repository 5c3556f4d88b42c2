"""tinynet: a neural-network framework to read, learn from and use.

Start at tensor.py, the engine; then ops/, its table of derivatives; then losses/.
"""

import importlib
from typing import Any

from . import (
    functional,
    initializers,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    training,
)
from .data import Dataset
from .debug import debug
from .gradcheck import gradcheck
from .recording import no_grad
from .registry import defvjp
from .tensor import Primitive, Tensor, primitive
from .training import fit
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "Dataset",
    "Graph",
    "Primitive",
    "Tensor",
    "checkpoints",
    "datasets",
    "debug",
    "defvjp",
    "explorer",
    "fit",
    "functional",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "initializers",
    "jacobian",
    "jvp",
    "layers",
    "losses",
    "metrics",
    "no_grad",
    "ops",
    "optimizers",
    "penalties",
    "plots",
    "primitive",
    "training",
    "value_and_grad",
    "vjp",
]


def __getattr__(name: str) -> Any:
    """Import what takes long, such as Matplotlib for `tn.plots`, when it is first used."""
    if name in ("checkpoints", "datasets", "explorer", "penalties", "plots"):
        return importlib.import_module(f".{name}", __name__)
    if name == "Graph":
        return importlib.import_module(".graph", __name__).Graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
