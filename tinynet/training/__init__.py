"""Training: how a model learns. Start at fit.py, the loop; step.py and replay.py make it fast."""

from typing import Any

from ..engine.upstairs import upstairs
from .callbacks import (
    Callback,
    CSVLog,
    EarlyStopping,
    ExponentialMovingAverage,
    JSONLinesLog,
    ReduceOnPlateau,
    Run,
    TimeBudget,
)
from .evaluation import evaluate, predict
from .fit import fit
from .history import History, NonFiniteLoss
from .learning_rate import find_lr
from .step import Step
from .sweeps import sweep
from .units import InUnits, Units

__all__ = [
    "CSVLog",
    "Callback",
    "Checkpoint",
    "EarlyStopping",
    "ExponentialMovingAverage",
    "History",
    "InUnits",
    "JSONLinesLog",
    "LivePlot",
    "NonFiniteLoss",
    "ReduceOnPlateau",
    "Run",
    "Step",
    "TimeBudget",
    "Units",
    "evaluate",
    "find_lr",
    "fit",
    "predict",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Import what draws or writes files when it is first used: `import tinynet` stays fast."""
    if name == "LivePlot":
        return upstairs(name)
    if name == "Checkpoint":
        from .checkpoints import Checkpoint

        return Checkpoint
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
