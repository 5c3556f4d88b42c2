"""Training: how a model learns. Start at fit.py, the loop; then replay.py, why it is fast."""

from .callbacks import Callback, EarlyStopping, Run
from .evaluation import evaluate, predict
from .fit import fit
from .history import History, NonFiniteLoss
from .sweep import sweep
from .units import InUnits, Units

__all__ = [
    "Callback",
    "EarlyStopping",
    "History",
    "InUnits",
    "NonFiniteLoss",
    "Run",
    "Units",
    "evaluate",
    "fit",
    "predict",
    "sweep",
]
