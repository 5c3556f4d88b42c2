"""Callbacks: what looks at a run of `fit` while it goes on, and may end it; base.py says how."""

from .base import Callback, Run
from .early_stopping import EarlyStopping

__all__ = ["Callback", "EarlyStopping", "Run"]
