"""EarlyStopping: end a run that no longer gets better, and give back its best parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import losses
from ...layers import Module
from ..arguments import check_counts
from ..history import History
from .base import Callback, Run

_KEPT = ("looked_at", "best", "best_epoch", "best_state", "first", "first_state")
RISING = (
    "accuracy",
    "precision",
    "recall",
    "f1",
    "auc",
    "r2",
)  # metrics that are better when they are larger
FALLING = ("loss", "mae", "rmse")


class EarlyStopping(Callback):
    """A callback: stop when `monitor` has not improved for `patience` epochs.

    Parameters
    ----------
    patience : int
        How many epochs may pass without a new best.
    monitor : str
        A column of the history.
    restore_best : bool
        Whether the model ends with the parameters of its best epoch, whatever ends the run; with
        those from before the run, where a ``val_`` column was better then.
    mode : {"min", "max"}, optional
        Whether smaller or larger is better. It is known for the losses and metrics of tinynet; a
        metric of your own needs it.
    min_delta : float
        By how much a value must be better to count as an improvement.

    NaN is never the best. ``history.best_epoch`` says which epoch was restored.
    """

    best: float  # times the sign: smaller is better
    best_state: dict[str, np.ndarray]
    first_state: dict[str, np.ndarray]

    def __init__(
        self,
        patience: int = 10,
        monitor: str = "val_loss",
        restore_best: bool = True,
        *,
        mode: str | None = None,
        min_delta: float = 0.0,
    ) -> None:
        check_counts(patience=patience)
        if not min_delta >= 0:
            raise ValueError(f"EarlyStopping: min_delta must be at least 0, not {min_delta}")
        self.patience, self.monitor, self.restore_best = patience, monitor, restore_best
        self.sign, self.min_delta = sign(monitor, mode, "EarlyStopping"), min_delta
        self._start()

    def on_train_begin(self, run: Run) -> None:
        self._start(run.history)
        if self.restore_best and self.monitor.startswith("val_"):
            self.first = self.sign * run.scores().get(self.monitor, math.nan)
            self.first_state = run.model.state_dict()

    def on_epoch_end(self, history: History, model: Module) -> bool:
        if self.monitor not in history:
            raise ValueError(
                f"EarlyStopping monitors {self.monitor!r}, but the history has"
                f" {', '.join(history)}: pass validation= to fit, or another monitor"
            )
        if history is not self.history:  # of a run that it did not see begin
            self._start(history)
            self.sees_the_end = False
        self._look(history, model)
        stop = history.epochs - self.best_epoch >= self.patience
        if stop and not self.sees_the_end:
            self._restore(model)
        return stop

    def on_train_end(self, run: Run) -> None:
        """Also after a Ctrl-C or an error in a callback that was asked before this one."""
        if run.history.epochs > self.looked_at and self.monitor in run.history:
            self._look(run.history, run.model)
        self._restore(run.model)

    def state_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _KEPT}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        vars(self).update({name: state[name] for name in _KEPT})

    def _look(self, history: History, model: Module) -> None:
        """Keep the parameters, if this epoch is the best."""
        self.looked_at = history.epochs
        value = self.sign * history[self.monitor][-1]
        if value < self.best - self.min_delta:
            self.best, self.best_epoch = value, history.epochs
            self.best_state = model.state_dict() if self.restore_best else {}

    def _start(self, history: History | None = None) -> None:
        self.history, self.looked_at, self.sees_the_end = history, 0, True
        self.best, self.best_epoch, self.best_state = math.inf, 0, {}
        self.first, self.first_state = math.nan, {}  # before training

    def _restore(self, model: Module) -> None:
        """Give the model back the parameters with which it was best."""
        if self.first < self.best:
            self.best, self.best_epoch, self.best_state = self.first, 0, self.first_state
        if self.best_state and self.history is not None:
            model.load_state_dict(self.best_state)
            self.history.best_epoch = self.best_epoch


def sign(monitor: str, mode: str | None, who: str) -> int:
    """1 where smaller is better, −1 where larger is."""
    name = monitor.removeprefix("val_")
    if mode is None and (name in FALLING or name in losses.names()):
        mode = "min"
    elif mode is None and name in RISING:
        mode = "max"
    if mode not in ("min", "max"):
        raise ValueError(
            f'{who}: is a smaller or a larger {monitor} better? Say mode="min" or'
            f' mode="max"{"" if mode is None else f", not {mode!r}"}'
        )
    return 1 if mode == "min" else -1
