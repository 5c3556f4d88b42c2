"""Averages of weights: what a model was over its last steps is often better than what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...engine.state import fitting
from ...layers import Module
from ..arguments import check_model
from .base import Callback, Run


class ExponentialMovingAverage(Callback):
    """A running mean of the parameters, in which those of long ago count less and less.

    w̄ ← decay · w̄ + (1 − decay) · w after each update, beginning with w after the first one. It is a
    mean of about the last 1 / (1 − decay) updates, so that what minibatches do by chance cancels.

    Parameters
    ----------
    model : Module
    decay : float
        At least 0, below 1.

    In `fit` it is a callback, in a loop of your own ``ema.update()`` follows ``optimizer.step()``.
    The model itself goes on as ever: ``with ema.applied():`` gives it the average for a while, to
    evaluate or save it, and ``ema.apply()`` for good. Buffers, such as the running means of
    BatchNorm1d, stay those of the model.

    Source: Polyak & Juditsky 1992, for the plain mean; PyTorch's swa_utils, with get_ema_avg_fn.

    >>> import tinynet as tn
    >>> model = tn.layers.MLP([1, 1], rng=0)
    >>> ema, w = ExponentialMovingAverage(model, decay=0.75), model.layers[0].weight
    >>> for value in (1.0, 2.0, 4.0):
    ...     w.data[...] = value
    ...     ema.update()
    >>> with ema.applied():
    ...     print(w.item())                               # ¾ (¾ · 1 + ¼ · 2) + ¼ · 4
    1.9375
    >>> w.item()
    4.0
    """

    def __init__(self, model: Module, decay: float = 0.99) -> None:
        check_model(model)
        if not 0 <= decay < 1:
            raise ValueError(
                f"ExponentialMovingAverage: decay must be at least 0 and below 1, not {decay}"
            )
        self.model, self.decay, self.updates = model, decay, 0
        self.parameters = dict(model.named_parameters())
        self.average = {name: np.copy(p.data) for name, p in self.parameters.items()}
        self._is_applied = False

    def update(self) -> None:
        """Take the parameters as they are now into the mean."""
        if self._is_applied:
            raise RuntimeError(
                "ExponentialMovingAverage.update(): the model holds the average itself, inside"
                " ema.applied(): train outside of it"
            )
        for name, parameter in self.parameters.items():
            average = self.average[name]
            if self.updates:
                average += (1 - self.decay) * (parameter.data - average)
            else:
                average[...] = parameter.data
        self.updates += 1

    def apply(self) -> None:
        """Give the model the average for good."""
        if not self.updates:
            raise RuntimeError(
                "ExponentialMovingAverage: nothing was averaged yet: call update() after each"
                " optimizer.step(), or give it to fit, callbacks=[ema]"
            )
        for name, parameter in self.parameters.items():
            parameter.data[...] = self.average[name]

    @contextmanager
    def applied(self) -> Iterator[Module]:
        """The model with the average, until the end of the `with` block."""
        before = {name: np.copy(p.data) for name, p in self.parameters.items()}
        self.apply()
        self._is_applied = True
        try:
            yield self.model
        finally:
            self._is_applied = False
            for name, parameter in self.parameters.items():
                parameter.data[...] = before[name]

    def on_train_begin(self, run: Run) -> None:
        if run.model is not self.model:
            raise ValueError(
                "ExponentialMovingAverage was made for another model than the one that is trained:"
                " make it of the same, ExponentialMovingAverage(model)"
            )

    def on_batch_end(self, run: Run) -> None:
        self.update()

    def state_dict(self) -> dict[str, Any]:
        return {"updates": self.updates} | {name: a.copy() for name, a in self.average.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        arrays = {name: np.asarray(value) for name, value in state.items() if name != "updates"}
        values = fitting(self.parameters, arrays)
        updates = int(state["updates"])
        self.average = {name: values[name].copy() for name in self.average}
        self.updates = updates
