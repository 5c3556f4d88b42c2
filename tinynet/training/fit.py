"""The training loop that everybody writes, once: read `_epoch` first.

Around its five lines stand shuffled batches, a progress bar, and a History that survives whatever
stops the run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.grad_mode import recording
from ..engine.upstairs import upstairs
from ..layers import Module, modules
from ..optimizers import Optimizer
from .arguments import (
    arrays,
    check_arguments,
    check_counts,
    check_tracked,
    row_by_row,
    row_options,
)
from .batches import share, shuffled
from .callbacks import Callback, Run
from .callbacks.together import Together
from .endings import observed
from .evaluation import scores
from .finite import check_parameters, finite
from .history import History
from .replay import Replay
from .units import InUnits


def fit(
    model: Module,
    loss: Callable,
    optimizer: Optimizer,
    train: Any,
    *,
    epochs: int,
    batch_size: int,
    validation: Any = None,
    metrics: Sequence[Callable] = (),
    callbacks: Sequence[Callable] = (),
    sample_weight: Any = None,
    rng: Any = None,
    progress: bool = True,
    replay: bool = True,
    record: bool = False,
) -> History:
    """Train `model` on minibatches, and return the History.

    Parameters
    ----------
    loss : callable
        ``loss(y_true, y_pred)``, for example ``tn.losses.mse``.
    train, validation : Dataset or pair (x, y)
        Inputs are converted once to the dtype of the model.
    metrics : sequence of callables
        ``metric(y_true, y_pred)``, evaluated after each epoch on both parts.
    callbacks : sequence of callables
        ``callback(history, model)`` after each epoch; one that returns True stops the run.
    sample_weight : array_like of shape (N,), optional
        How much each row of `train` counts in the loss; at least 0.
    rng : numpy.random.Generator or int, optional
        Shuffles the batches. Without it the optimizer's own generator goes on, so that two runs of
        3 epochs are one run of 6.
    replay : bool
        Whether a step that is certain to be the same list of NumPy calls each time may be captured
        and run again, which is faster and gives the same bits; see replay.py.
    record : bool
        Whether to keep, at about 60 epochs, what ``history.save_html("training.html")`` shows.

    The history's "loss" is that of all rows, collected batch by batch while the model changes.
    Ctrl-C ends the run and returns the History so far. Raises ValueError for empty data or data
    with NaN, and NonFiniteLoss when the loss or a parameter stops being a number; it and what a
    callback raises carry the History so far as `history`.

    >>> import tinynet as tn
    >>> x = np.linspace(-1, 1, 32)[:, None]
    >>> model = tn.layers.MLP([1, 1], rng=0)
    >>> history = fit(model, tn.losses.mse, tn.optimizers.SGD(model.parameters(), lr=0.5),
    ...               (x, 2 * x + 1), epochs=30, batch_size=8, progress=False)
    >>> history["loss"][-1] < 1e-6
    True
    """
    check_arguments(model, optimizer, loss, metrics, callbacks)
    check_counts(epochs=epochs, batch_size=batch_size)
    untracked = check_tracked(model, optimizer)
    parts = _parts(model, train, validation, _dtype(model, optimizer))
    x, y = parts[""]
    options = row_options(sample_weight, len(x))
    loss = row_by_row(loss)
    rng = optimizer.rng if rng is None else np.random.default_rng(rng)

    run = Run(model, optimizer, train, parts, lambda: scores(model, loss, parts, metrics))
    run.history.planned, run.rng = epochs, rng
    run.share = share(model, loss, x, y, options)
    step = Replay(model, loss, optimizer, x, y, options, replay and not recording.watcher)
    callbacks = [*_plugged_in(Recorder=record), *callbacks]
    together = Together(run, callbacks)
    with observed(run, together):
        for _ in _bar(epochs, run.history, progress):
            model.train()
            observers = [together] if together.at_batches else []
            mean = _epoch(run, step, shuffled(len(x), batch_size, run.rng), observers)
            run.history.append(loss=mean, **run.scores())
            run.batch = 0
            stop = together.on_epoch_end(run.history, model)
            if metrics or callbacks or run.history.epochs == 1:  # these may have changed the model
                check_tracked(model, optimizer, untracked)
                step.look_again()
            if stop:
                break
    return run.history


def _plugged_in(**options: Any) -> list[Callback]:
    """The callbacks that options of `fit` stand for, from the floors above."""
    return [upstairs(name)() for name, wanted in options.items() if wanted]


def _parts(model: Module, train: Any, validation: Any, dtype: Any) -> dict[str, tuple]:
    """The data as arrays; the model remembers the names of what it is trained on."""
    if isinstance(train, Dataset):
        model.feature_names, model.target_names = train.feature_names, train.target_names
        if isinstance(validation, Dataset):
            train.check_alike(validation)
    parts = {"": arrays(train, dtype, "train")}
    if validation is not None:
        parts["val_"] = arrays(validation, dtype, "validation")
    return parts


def _epoch(run: Run, step: Replay, batches: Iterable, observers: Sequence[Callback]) -> float:
    """One pass over the data, a batch of rows at a time; returns the loss of all of it."""
    optimizer, total, size = run.optimizer, 0.0, 0.0
    for run.batch, rows in enumerate(batches, 1):
        share = run.share(rows) if run.share else 1.0
        if not share:
            continue  # none of its rows counts
        for observer in observers:
            observer.on_batch_begin(run)
            step.look_again()
        loss = step(rows)  # loss(y[rows], model(x[rows]))
        value = finite(loss, run)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for observer in observers:
            observer.on_batch_end(run)
        total, size = total + value * share, size + share
    check_parameters(run)
    return total / size if run.share else total


def _dtype(model: Module, optimizer: Optimizer) -> Any:
    """What the data become; those in their own units lose digits in the dtype of the model."""
    in_units = any(isinstance(part, InUnits) for part in modules(model))
    return np.float64 if in_units else optimizer.vector.dtype


def _bar(epochs: int, history: History, progress: bool) -> Iterator[int]:
    """Count the epochs, with a progress bar that shows the last values of the history."""
    if not progress or sys.stderr is None or sys.stderr.closed:
        yield from range(history.epochs, epochs)
        return
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    with tqdm(total=epochs, initial=history.epochs, unit="epoch") as bar:
        for epoch in range(history.epochs, epochs):
            yield epoch
            bar.set_postfix({k: f"{v[-1]:.4g}" for k, v in history.items()}, refresh=False)
            bar.update()
