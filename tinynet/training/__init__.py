"""Training: how a model learns. Start at fit.py, the loop; then step.py and replay.py, why it is
fast."""

from .callbacks import Callback, EarlyStopping, Run
from .evaluation import evaluate, predict
from .fit import fit
from .history import History, NonFiniteLoss
from .step import Step
from .units import InUnits, Units

__all__ = [
    "Callback",
    "EarlyStopping",
    "History",
    "InUnits",
    "NonFiniteLoss",
    "Run",
    "Step",
    "Units",
    "evaluate",
    "fit",
    "predict",
]
