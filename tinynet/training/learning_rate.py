"""Which learning rate? The range test: let it grow until the loss explodes, and look where it fell.

The one idea: a copy of the model is trained while the rate grows from step to step by the same
factor. Too small a rate does nothing, one that fits makes the loss fall, too large a one throws it
up; a single run of some hundred steps shows all three.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.upstairs import upstairs
from ..layers import Module
from ..optimizers import SGD, Optimizer
from ..optimizers.checks import number
from .arguments import check_counts, check_model
from .callbacks import Callback, Run
from .fit import fit
from .history import NonFiniteLoss

_MEMORY = 0.9  # of the running mean that smooths the losses


@dataclass(frozen=True, repr=False)
class RangeTest:
    """What `find_lr` saw.

    Attributes
    ----------
    rates, losses, smoothed : ndarray of shape (steps,)
        The rate of each step, the loss of its batch, and the running mean of the losses.
    suggestion : float or None
        A rate to begin with; None where the loss fell nowhere.
    why : str
        How it was found, or why there is none.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    suggestion: float | None
    why: str

    def plot(self, ax: Any = None) -> Any:
        """Draw the loss against the rate; returns Matplotlib's Axes."""
        return upstairs("RangeTest.plot")(self, ax)

    def __repr__(self) -> str:
        shown = "no rate" if self.suggestion is None else f"lr={self.suggestion:.2g}"
        return f"{shown}: {self.why}"


def find_lr(
    model: Module,
    loss: Callable,
    data: Any,
    optimizer: Optimizer | None = None,
    *,
    batch_size: int | None = 32,
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 140,
    rng: Any = 0,
) -> RangeTest:
    """Try learning rates from `lowest` to `highest` on a copy of the model, and suggest one.

    Parameters
    ----------
    model, loss, data, batch_size
        As `fit` takes them.
    optimizer : Optimizer, optional
        Made of the model's parameters, with the options that the training will have; copied, too.
        Without one it is SGD, without momentum.
    steps : int
        How many rates are tried, one for each minibatch; the data are gone through as often as that
        takes. It ends before where the loss explodes.
    rng : numpy.random.Generator or int
        Shuffles the batches.

    The suggestion is a tenth of the rate at which the smoothed loss was lowest, since there it is
    about to rise (fastai's rule, Howard & Gugger 2020). It is none where the loss fell no more than
    it scatters. The test is that of Smith 2015, Cyclical learning rates, section 3.3.

    >>> import tinynet as tn
    >>> moons = tn.datasets.make_moons(rng=0)
    >>> model = tn.layers.MLP([2, 16, 2], rng=0)
    >>> found = find_lr(model, tn.losses.cross_entropy, moons)
    >>> 0.01 < found.suggestion < 1
    True
    """
    check_model(model)
    check_counts(steps=steps)
    lowest = number("lowest", "find_lr", lowest, positive=True)
    highest = number("highest", "find_lr", highest, positive=True)
    if steps < 20 or highest <= lowest:
        raise ValueError(
            "find_lr needs at least 20 steps, and a highest rate above the lowest, not"
            f" steps={steps}, lowest={lowest:g}, highest={highest:g}"
        )
    copied: Any
    model, copied = copy.deepcopy((model, optimizer))
    copied = SGD(model.parameters()) if copied is None else copied
    rates = np.geomspace(lowest, highest, steps)
    copied.lr = lambda step: rates[min(step, steps - 1)]
    watch = _Watch(steps)
    given = {"batch_size": batch_size, "rng": rng, "progress": False}
    try:
        fit(model, loss, copied, data, epochs=steps, callbacks=[watch], **given)
    except NonFiniteLoss:
        if not watch.losses:
            raise
    return _judged(rates[: len(watch.losses)], watch)


class _Watch(Callback):
    """Takes the losses down, and ends the run where they explode, or after the last rate."""

    def __init__(self, steps: int) -> None:
        self.steps, self.mean = steps, 0.0
        self.first = steps // 5  # these rates do nothing yet, and show how much batches differ
        self.losses: list[float] = []
        self.smoothed: list[float] = []

    def on_batch_end(self, run: Run) -> bool:
        self.losses.append(run.last_loss)
        self.mean = _MEMORY * self.mean + (1 - _MEMORY) * run.last_loss
        self.smoothed.append(self.mean / (1 - _MEMORY ** len(self.losses)))
        first = np.array(self.losses[: self.first])
        self.level, self.scatter = float(np.mean(first)), float(np.std(first))
        exploded = self.smoothed[-1] > self.level + max(abs(self.level), 10 * self.scatter)
        return exploded or len(self.losses) == self.steps


def _judged(rates: np.ndarray, watch: _Watch) -> RangeTest:
    """The rate that the losses suggest."""
    losses, smoothed = np.array(watch.losses), np.array(watch.smoothed)
    later = smoothed[watch.first :]
    lowest = watch.first + int(np.argmin(later)) if later.size else 0
    needed = max(0.01 * abs(watch.level), watch.scatter)
    suggestion = None
    if watch.level - smoothed[lowest] > needed:
        suggestion = float(rates[lowest]) / 10
        why = f"a tenth of {rates[lowest]:.2g}, where the smoothed loss was lowest"
    else:
        why = (
            f"the loss fell nowhere between {rates[0]:.2g} and {rates[-1]:.2g} by more than"
            f" {needed:.2g}, as it scatters by itself (it began at {watch.level:.2g}): is the model"
            " trained already, or does no gradient reach it? Else try other rates"
        )
    return RangeTest(rates, losses, smoothed, suggestion, why)
