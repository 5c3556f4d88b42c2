"""Training: how a model learns. Start at fit.py, the loop; then replay.py, why it is fast."""

from typing import Any

from .callbacks import Callback, EarlyStopping, Run
from .evaluation import evaluate, predict
from .fit import fit
from .history import History, NonFiniteLoss
from .units import InUnits, Units

__all__ = [
    "Callback",
    "Checkpoint",
    "EarlyStopping",
    "History",
    "InUnits",
    "NonFiniteLoss",
    "Run",
    "Units",
    "evaluate",
    "fit",
    "predict",
]


def __getattr__(name: str) -> Any:
    """Import what writes files when it is first used, so that `import tinynet` stays fast."""
    if name == "Checkpoint":
        from .checkpoints import Checkpoint

        return Checkpoint
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
