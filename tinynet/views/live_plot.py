"""The live plot: the losses of a run as a picture in the notebook, drawn while it goes on."""

from __future__ import annotations

import math
import time
from typing import Any

from ..layers import Module
from ..training import Callback, History, Run
from . import plots


class LivePlot(Callback):
    """A callback: draw the losses in the notebook, and draw them again as epochs end.

    Parameters
    ----------
    every : float
        How many seconds pass between two drawings, at least; the last epoch is always drawn.

    ImportError without IPython, and RuntimeError outside of a notebook.

    >>> tn.fit(…, callbacks=[tn.training.LivePlot()])    # doctest: +SKIP
    """

    writes = True

    def __init__(self, every: float = 0.5) -> None:
        if not 0 <= every < math.inf:
            raise ValueError(f"LivePlot: every must be a number of seconds, not {every}")
        self.every, self.display = every, _display()

    def on_train_begin(self, run: Run) -> None:
        self.handle: Any = None
        self.drawn_at, self.epoch = -math.inf, 0

    def on_epoch_end(self, history: History, model: Module) -> None:
        if time.perf_counter() - self.drawn_at >= self.every:
            self._draw(history)

    def on_train_end(self, run: Run) -> None:
        if run.history.epochs > self.epoch:
            self._draw(run.history)

    def _draw(self, history: History) -> None:
        picture = plots.Picture((5.4, 4.2), layout="constrained")
        plots.history(history, picture.subplots())
        if self.handle is None:
            self.handle = self.display(picture, display_id=True)
        else:
            self.handle.update(picture)
        self.drawn_at, self.epoch = time.perf_counter(), history.epochs


def _display() -> Any:
    """What shows a picture where the cell's output goes, and can show another in its place."""
    instead = "in a script, take history.plot() after the run, or tn.training.CSVLog during it"
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        raise ImportError(
            f"LivePlot draws in a notebook, with IPython: pip install ipython; {instead}"
        ) from None
    if get_ipython() is None:
        raise RuntimeError(f"LivePlot draws in a notebook, and this is none: {instead}")
    return display
