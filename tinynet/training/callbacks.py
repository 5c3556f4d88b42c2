"""Callbacks: what looks at a run while it goes on, and may end it.

A callback is a function ``callback(history, model)``, called after each epoch; one that returns
True ends the run. A `Callback` is such a function that is asked at three more places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..layers import Module
from ..optimizers import Optimizer
from .history import History


@dataclass(eq=False)
class Run:
    """A run of `fit`, as callbacks see it."""

    model: Module
    optimizer: Optimizer
    data: Any  # the training data as they were given: a Dataset or a pair
    parts: dict[str, tuple[np.ndarray, np.ndarray]]  # "" to train on, "val_" to validate on
    history: History = field(default_factory=History)
    batch: int = 1  # of the epoch, counted from 1
    last_loss: float = math.nan


class Callback:
    """Looks at a run of `fit`: write the methods that are needed.

    >>> class Norms(Callback):
    ...     def on_train_begin(self, run):
    ...         self.gradient, self.norms = run.optimizer.gradient, []
    ...     def on_epoch_end(self, history, model):
    ...         self.norms.append(np.linalg.norm(self.gradient))
    """

    changes_model = True  # may it change the model, so that a captured step is no longer right?

    def on_train_begin(self, run: Run) -> None:
        """Before the first epoch."""

    def on_batch_begin(self, run: Run) -> None:
        """Before each step."""

    def on_epoch_end(self, history: History, model: Module) -> Any:
        """After each epoch, with its losses and metrics in the history; True ends the run."""

    def on_train_end(self, run: Run) -> None:
        """At the end, also of a run that failed or was interrupted."""

    def __call__(self, history: History, model: Module) -> Any:
        return self.on_epoch_end(history, model)


class EarlyStopping(Callback):
    """A callback: stop when `monitor` has not improved for `patience` epochs.

    With `restore_best` the model ends with the parameters of its best epoch, also where the epochs
    run out first. Larger is better for accuracy and r2, smaller for everything else.
    """

    changes_model = False  # values, not layers

    def __init__(
        self, patience: int = 10, monitor: str = "val_loss", restore_best: bool = True
    ) -> None:
        if patience < 1:
            raise ValueError(f"EarlyStopping: patience must be at least 1 epoch, not {patience}")
        self.patience, self.monitor, self.restore_best = patience, monitor, restore_best
        self.sign = -1 if monitor.removeprefix("val_") in ("accuracy", "r2") else 1
        self.best, self.best_epoch = math.inf, 0
        self.best_state: dict[str, np.ndarray] = {}

    def on_epoch_end(self, history: History, model: Module) -> bool:
        if self.monitor not in history:
            raise ValueError(
                f"EarlyStopping monitors {self.monitor!r}, but the history has"
                f" {', '.join(history)}: pass validation= to fit, or another monitor"
            )
        value = self.sign * history[self.monitor][-1]
        if history.epochs == 1 or value < self.best:
            self.best, self.best_epoch = value, history.epochs
            self.best_state = model.state_dict() if self.restore_best else {}
        stop = history.epochs - self.best_epoch >= self.patience
        if self.best_state and (stop or history.epochs == history.planned):
            model.load_state_dict(self.best_state)
        return stop
