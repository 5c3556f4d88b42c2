"""tinynet: a neural-network framework to read, learn from and use.

The house, floor by floor; imports point down only (tests/test_floors.py):

================================ ============================================================
engine/                          how a derivative is found: Tensor, operations, transforms
functional/ initializers layers/ the network, and how it is changed and measured
optimizers/ schedules penalties
metrics
losses/                          what "wrong" means: the catalogue
data/ datasets                   what it learns from
training/                        how it learns: fit, history, callbacks, checkpoints
diagnostics/                     is it right? gradcheck, debug, the doctor, a workbench for losses
views/                           what does it do? graphs, plots, the explorer, pages
export/                          the way out: PyTorch, ONNX, NumPy by hand
sklearn                          the way to scikit-learn: its classifier and regressor
classroom/                       who learned it? assignments, a judge, reports
cli/                             the command line, a thin face on all of these
================================ ============================================================

An evening's reading, 4,000 lines with their text, in this order; none of it needs what is above it:

engine/tensor.py engine/methods.py engine/grad_mode.py engine/registry.py
engine/ops/elementwise.py engine/ops/products.py engine/ops/reductions.py engine/ops/indexing.py
functional/activations.py functional/probabilities.py functional/maps.py
layers/base.py layers/linear.py layers/containers.py optimizers/base.py optimizers/rules.py
losses/base.py losses/reduction.py losses/regression.py losses/classification.py training/fit.py
"""

import importlib
import os
import sys
from types import ModuleType
from typing import Any

from . import functional, initializers, layers, losses, metrics, optimizers, training
from .data import Dataset
from .engine import ops
from .engine.grad_mode import no_grad
from .engine.registry import defvjp
from .engine.tensor import Primitive, Tensor, primitive
from .engine.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .engine.upstairs import places
from .training import fit

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
    "diagnose",
    "explorer",
    "export",
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
    "load_torch",
    "losses",
    "metrics",
    "no_grad",
    "ops",
    "optimizers",
    "penalties",
    "plots",
    "primitive",
    "schedules",
    "training",
    "value_and_grad",
    "vjp",
]

places |= {
    "html": ("tinynet.views.notebook", "html"),
    "History.plot": ("tinynet.views.plots", "history"),
    "LivePlot": ("tinynet.views.live_plot", "LivePlot"),
    "History.save_html": ("tinynet.views.training_page", "save"),
    "RangeTest.plot": ("tinynet.views.plots", "range_test"),
    "ReduceOnPlateau": ("tinynet.training.callbacks.plateau", "ReduceOnPlateau"),
    "Schedule.plot": ("tinynet.views.plots", "schedule"),
    "Ranking.plot": ("tinynet.views.plots", "ranking"),
    "Report.plot": ("tinynet.views.plots", "report"),
    "Recorder": ("tinynet.views.recorder", "Recorder"),
    "Doctor": ("tinynet.diagnostics.doctor", "Doctor"),
    "Finding.plot": ("tinynet.views.plots.doctor", "finding"),
    "Diagnosis.plot": ("tinynet.views.plots.doctor", "diagnosis"),
    "losses.check": ("tinynet.diagnostics.workbench", "check"),
    "losses.suggest": ("tinynet.diagnostics.suggest", "suggest"),
}

_FLOORS = {  # what users know as tinynet.NAME, and the floor on which it stands
    **dict.fromkeys(("ops", "tensor"), "engine"),
    "checkpoints": "training",
    **dict.fromkeys(("debug", "gradcheck"), "diagnostics"),
    **dict.fromkeys(("explorer", "graph", "plots"), "views"),
}


def _module(name: str) -> Any:
    """The module tinynet.NAME, from its floor, if it does not stand here."""
    floor = f"{_FLOORS[name]}." if name in _FLOORS else ""
    return importlib.import_module(f"{__name__}.{floor}{name}")


class _Elsewhere(ModuleType):
    """Stands in the place of a module for ``from tinynet.plots import history``."""

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":
            raise AttributeError(f"{self.__name__} holds no modules: see tinynet.__doc__")
        return getattr(_module(self.__name__.rpartition(".")[2]), name)


sys.modules |= {f"{__name__}.{name}": _Elsewhere(f"{__name__}.{name}") for name in _FLOORS}


def __getattr__(name: str) -> Any:
    """Import what takes long, such as Matplotlib for `tn.plots`, when it is first used."""
    if name in ("debug", "gradcheck"):
        return getattr(_module(name), name)
    if name == "diagnose":
        return importlib.import_module(f"{__name__}.diagnostics.doctor").diagnose
    if name == "Graph":
        return _module("graph").Graph
    if name == "load_torch":
        return _module("export").load_torch
    if name in __all__ or name in _FLOORS:
        return _module(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if os.environ.get("TINYNET_DEBUG") == "1":
    _module("debug").watch_everywhere()
