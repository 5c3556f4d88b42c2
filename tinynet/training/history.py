"""History: what happened in a run, epoch by epoch; whatever stops the run, it is kept."""

from __future__ import annotations

import os
from typing import Any

from ..engine.upstairs import Displayed, upstairs


class History(Displayed, dict):
    """What happened, epoch by epoch: ``history["loss"]`` is a list with one number per epoch.

    Attributes
    ----------
    planned : int or None
        How many epochs were asked for.
    stopped : str or None
        Why the run ended before its last epoch, if it did.
    interrupted : bool
        Whether that was a Ctrl-C, or another signal to end.
    seconds : float
        How long the training took.
    best_epoch : int or None
        The epoch whose parameters EarlyStopping gave back to the model; 0 is before training.
    record : Record or None
        What ``fit(…, record=True)`` kept to look at afterwards.
    diagnosis : Diagnosis or None
        What ``fit(…, diagnose=True)`` found: print it, or draw it with ``.plot()``.

    >>> history = History()
    >>> history.append(loss=0.5)
    >>> history.append(loss=0.25)
    >>> history["loss"], history.epochs
    ([0.5, 0.25], 2)
    """

    def __init__(self) -> None:
        super().__init__()
        self.planned: int | None = None
        self.stopped: str | None = None
        self.interrupted = False
        self.seconds = 0.0
        self.best_epoch: int | None = None
        self.record: Any = None
        self.diagnosis: Any = None

    def append(self, **values: float) -> None:
        """Add one epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return max(map(len, self.values()), default=0)

    @property
    def over(self) -> bool:
        """Is nothing left to do, since a callback said so or the planned epochs are finished?"""
        return self.stopped is not None or self.epochs >= (self.planned or 0)

    @property
    def frames(self) -> list:
        """The recorded epochs, the first one before training: gradients, activations, pictures."""
        return self.record.frames if self.record else []

    def save_html(self, path: str | os.PathLike) -> None:
        """Write a page, in one file, to scrub through the recorded training in a browser."""
        upstairs("History.save_html")(self, path)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses over the epochs; returns Matplotlib's Axes."""
        return upstairs("History.plot")(self, ax)


class NonFiniteLoss(FloatingPointError):
    """The loss or a parameter became NaN or infinite. `history` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)  # both, so that it can be pickled
        self.history = history

    def __str__(self) -> str:
        return str(self.args[0])
