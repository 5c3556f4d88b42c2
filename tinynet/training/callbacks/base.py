"""What a callback is, and what it sees of a run.

A callback is a function ``callback(history, model)``, called after each epoch; one that returns
True ends the run. A `Callback` is such a function that is asked at four more places.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...layers import Module
from ...optimizers import Optimizer
from ..history import History


@dataclass(eq=False)
class Run:
    """A run of `fit`, as callbacks see it."""

    model: Module
    optimizer: Optimizer
    data: Any  # the training data as they were given: a Dataset, a pair, or what gives batches
    parts: dict[str, Any]  # "" to train on, "val_" to validate on: arrays (x, y), or a Stream
    loss: Callable  # of (y_true, y_pred)
    batch_size: int | None = None  # of train, where it is rows in memory
    scores: Callable[[], dict[str, float]] = dict  # of the model as it is, named as in the history
    share: Callable[[Any], float] | None = len  # of a batch in the loss of the epoch
    history: History = field(default_factory=History)
    batch: int = 1  # of the epoch, counted from 1; 0 between epochs
    last_loss: float = math.nan
    rng: Any = None  # the generator that shuffles the batches
    step: Any = None  # the Step that takes the steps
    rank: int = 0  # of this process, where several of them train one model


class Callback:
    """Looks at a run of `fit`: write the methods that are needed.

    One that remembers anything also writes `state_dict` and `load_state_dict`, so that a run that
    is resumed goes on as if it had never been stopped.

    >>> class Norms(Callback):
    ...     def on_train_begin(self, run):
    ...         self.gradient, self.norms = run.optimizer.gradient, []
    ...     def on_epoch_end(self, history, model):
    ...         self.norms.append(np.linalg.norm(self.gradient))
    """

    writes = False  # files, or pictures: then it is for one of several processes only
    at_batches = True  # whether it is asked at batches, too, if it has a method for that

    def on_train_begin(self, run: Run) -> None:
        """Before the first epoch."""

    def on_batch_begin(self, run: Run) -> None:
        """Before each step."""

    def on_batch_end(self, run: Run) -> Any:
        """After each step, with the loss of its batch in run.last_loss; True ends the run."""

    def on_epoch_end(self, history: History, model: Module) -> Any:
        """After each epoch, with its losses and metrics in the history; True ends the run."""

    def on_train_end(self, run: Run) -> None:
        """At the end, also of a run that failed or was interrupted."""

    def state_dict(self) -> dict[str, Any]:
        """What it remembers, as numbers, texts and arrays by name."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Remember what `state_dict` gave."""

    def __call__(self, history: History, model: Module) -> Any:
        return self.on_epoch_end(history, model)
