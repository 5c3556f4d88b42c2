"""TimeBudget: end a run when its time is over."""

from __future__ import annotations

import math
import time

from ...layers import Module
from ..history import History
from .base import Callback, Run


class TimeBudget(Callback):
    """A callback: stop after so many seconds, counted from the start of the run.

    Parameters
    ----------
    seconds : float
        Above 0. A run that is resumed gets them anew.
    within_epochs : bool
        Whether to stop after the batch in which the time is over; else after its epoch, so that the
        history holds all that was learned.
    """

    def __init__(self, seconds: float, *, within_epochs: bool = False) -> None:
        if not (isinstance(seconds, (int, float)) and 0 < seconds < math.inf):
            raise ValueError(f"TimeBudget: seconds must be a number above 0, not {seconds!r}")
        self.seconds, self.at_batches = seconds, within_epochs
        self.__name__ = f"TimeBudget of {seconds:g} s"  # the history says what ended the run

    def on_train_begin(self, run: Run) -> None:
        self.end = time.perf_counter() + self.seconds

    def on_batch_end(self, run: Run) -> bool:
        return self._over()

    def on_epoch_end(self, history: History, model: Module) -> bool:
        return self._over()

    def _over(self) -> bool:
        return time.perf_counter() >= self.end
