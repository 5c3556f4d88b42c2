"""Metrics: numbers for people, where a loss is a number for the optimizer.

Each is a function ``metric(y_true, y_pred)`` of arrays (or Tensors) that returns a float, but for
`confusion`, which returns a table. What an array means follows from its shape or is said by the
caller; it is never guessed from the values.
"""

from .baseline import baseline
from .classes import accuracy, confusion, f1, precision, recall
from .numbers import mae, r2, rmse
from .ranks import auc

__all__ = [
    "accuracy",
    "auc",
    "baseline",
    "confusion",
    "f1",
    "mae",
    "precision",
    "r2",
    "recall",
    "rmse",
]
