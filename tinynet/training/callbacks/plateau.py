"""ReduceOnPlateau: a smaller learning rate when a run no longer gets better."""

from __future__ import annotations

import math
from typing import Any

from ...layers import Module
from ...optimizers import Optimizer
from ..arguments import check_counts
from ..history import History
from .base import Callback, Run
from .early_stopping import sign

_KEPT = ("best", "waited", "resting")


class ReduceOnPlateau(Callback):
    """A callback: multiply lr by `factor` when `monitor` has not improved for `patience` epochs.

    Parameters
    ----------
    factor : float
        Above 0 and below 1.
    patience : int
        How many epochs may pass without a new best; it begins to count again after each reduction.
    monitor, mode, min_delta
        As those of `EarlyStopping`, whose patience should be larger.
    cooldown : int
        How many epochs after a reduction do not count at all.
    lowest : float
        The rate is never reduced below this.

    PyTorch's ReduceLROnPlateau(threshold_mode="abs", threshold=min_delta), except that its patience
    counts the epochs that are forgiven: ours of 3 is its of 2. NaN is never an improvement.
    In a loop of your own, call ``look(value, optimizer)``.

    >>> import numpy as np, tinynet as tn
    >>> optimizer = tn.optimizers.SGD([tn.Tensor([1.0], requires_grad=True)], lr=0.1)
    >>> plateau = ReduceOnPlateau(factor=0.5, patience=2, monitor="loss")
    >>> for loss in [3.0, 2.0, 2.0, 2.5, 1.0]:
    ...     plateau.look(loss, optimizer)
    >>> optimizer.lr
    0.05
    """

    def __init__(
        self,
        factor: float = 0.1,
        patience: int = 5,
        monitor: str = "val_loss",
        *,
        mode: str | None = None,
        min_delta: float = 0.0,
        cooldown: int = 0,
        lowest: float = 0.0,
    ) -> None:
        check_counts(patience=patience, cooldown=cooldown + 1)
        if not 0 < factor < 1:
            raise ValueError(f"ReduceOnPlateau: factor must be above 0 and below 1, not {factor}")
        if not (min_delta >= 0 and lowest >= 0):
            raise ValueError(
                f"ReduceOnPlateau: min_delta={min_delta} and lowest={lowest} must be at least 0"
            )
        self.factor, self.patience, self.monitor = factor, patience, monitor
        self.sign, self.min_delta = sign(monitor, mode, "ReduceOnPlateau"), min_delta
        self.cooldown, self.lowest = cooldown, lowest
        self._start()

    def _start(self) -> None:
        self.best, self.waited, self.resting = math.inf, 0, 0

    def on_train_begin(self, run: Run) -> None:
        self.optimizer = run.optimizer
        _check_no_schedule(run.optimizer)
        if not run.history.epochs:
            self._start()

    def on_epoch_end(self, history: History, model: Module) -> None:
        if self.monitor not in history:
            raise ValueError(
                f"ReduceOnPlateau monitors {self.monitor!r}, but the history has"
                f" {', '.join(history)}: pass validation= to fit, or another monitor"
            )
        self.look(history[self.monitor][-1], self.optimizer)

    def look(self, value: float, optimizer: Optimizer) -> None:
        """Take note of the value of an epoch, and reduce the rate where it is time."""
        _check_no_schedule(optimizer)
        value = self.sign * value
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
        elif self.resting == 0:
            self.waited += 1
        self.resting = max(self.resting - 1, 0)
        if self.waited >= self.patience:
            optimizer.lr = min(optimizer.lr, max(self.factor * optimizer.lr, self.lowest))
            self.waited, self.resting = 0, self.cooldown

    def state_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _KEPT}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        vars(self).update({name: state[name] for name in _KEPT})


def _check_no_schedule(optimizer: Optimizer) -> None:
    if optimizer.schedule is not None:
        raise ValueError(
            f"ReduceOnPlateau cannot change a rate that {optimizer.schedule!r} sets before each"
            " update: give the optimizer a number, lr=0.1, or leave this callback out"
        )
