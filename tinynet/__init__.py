"""tinynet: a neural-network framework to read, learn from and use.

The house, floor by floor; imports point down only (tests/test_floors.py):

================================ ============================================================
engine/                          how a derivative is found: Tensor, operations, transforms
functional initializers layers   the network, and how it is changed and measured
optimizers penalties metrics
losses/                          what "wrong" means: the catalogue
data datasets                    what it learns from
training/                        how it learns: fit, history, callbacks, checkpoints
diagnostics/                     is it right? gradcheck, debug, a workbench for losses, suggest
views/                           what does it do? graphs, plots, the explorer, pages
cli/                             the command line, a thin face on all of these
================================ ============================================================

An evening's reading, 3,700 lines with their text, in this order; none of it needs what is above it:

engine/tensor.py engine/methods.py engine/grad_mode.py engine/registry.py
engine/ops/elementwise.py engine/ops/products.py engine/ops/reductions.py engine/ops/shapes.py
engine/ops/indexing.py functional.py layers.py optimizers.py
losses/base.py losses/reduction.py losses/regression.py losses/classification.py training/fit.py
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from typing import Any

from . import functional, initializers, layers, losses, metrics, optimizers, training
from .data import Dataset
from .diagnostics import debug as _debug
from .diagnostics import gradcheck as _gradcheck
from .diagnostics.debug import debug
from .diagnostics.gradcheck import gradcheck
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

places |= {
    "History.plot": ("tinynet.views.plots", "history"),
    "History.save_html": ("tinynet.views.training_page", "save"),
    "Report.plot": ("tinynet.views.plots", "report"),
    "Recorder": ("tinynet.views.recorder", "Recorder"),
    "losses.check": ("tinynet.diagnostics.workbench", "check"),
    "losses.suggest": ("tinynet.diagnostics.suggest", "suggest"),
}

# Modules that users know as tinynet.NAME, and the floor on which each stands.
_FLOORS = {
    "checkpoints": "training",
    "explorer": "views",
    "graph": "views",
    "ops": "engine",
    "plots": "views",
    "tensor": "engine",
}


class _Floors:
    """Lets ``import tinynet.plots`` find the module where it stands, tinynet.views.plots.

    A finder and loader of the import system without its base classes, which are slow to import.
    """

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package, _, module = name.rpartition(".")
        loader: Any = self
        return ModuleSpec(name, loader) if package == __name__ and module in _FLOORS else None

    def create_module(self, spec: ModuleSpec) -> Any:
        name = spec.name.rpartition(".")[2]
        module = importlib.import_module(f".{_FLOORS[name]}.{name}", __name__)
        spec.loader_state = module.__spec__  # the import system is about to replace it
        return module

    def exec_module(self, module: Any) -> None:
        module.__spec__ = module.__spec__.loader_state


sys.meta_path.append(_Floors())
# tn.debug and tn.gradcheck are functions; their modules stay importable by the same names
sys.modules |= {f"{__name__}.debug": _debug, f"{__name__}.gradcheck": _gradcheck}


def __getattr__(name: str) -> Any:
    """Import what takes long, such as Matplotlib for `tn.plots`, when it is first used."""
    if name == "Graph":
        return importlib.import_module(".views.graph", __name__).Graph
    if name in __all__:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
