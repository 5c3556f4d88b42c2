"""Callbacks: what looks at a run of `fit` while it goes on, and may end it; base.py says how."""

from .averaging import ExponentialMovingAverage
from .base import Callback, Run
from .early_stopping import EarlyStopping
from .logs import CSVLog, JSONLinesLog
from .plateau import ReduceOnPlateau
from .time_budget import TimeBudget

__all__ = [
    "CSVLog",
    "Callback",
    "EarlyStopping",
    "ExponentialMovingAverage",
    "JSONLinesLog",
    "ReduceOnPlateau",
    "Run",
    "TimeBudget",
]
