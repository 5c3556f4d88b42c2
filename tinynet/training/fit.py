"""The training loop that everybody writes, once: read `_epoch` first.

Around its five lines stand shuffled batches, a progress bar, and a History that survives whatever
stops the run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.grad_mode import recording
from ..engine.upstairs import upstairs
from ..layers import Module, modules
from ..losses import Loss
from ..optimizers import Optimizer
from .arguments import (
    arrays,
    check_arguments,
    check_counts,
    check_tracked,
    name_of,
    row_by_row,
    row_options,
    unwrapped,
)
from .callbacks import Callback, Run
from .evaluation import predict, scores
from .finite import check_parameters, finite
from .history import History, NonFiniteLoss
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
    diagnose: bool = False,
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
    record, diagnose : bool
        Whether to keep, at about 60 epochs, what ``history.save_html("training.html")`` shows;
        whether to look for what is wrong, before and during: ``print(history.diagnosis)`` tells.

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
    loss, options = row_by_row(loss), row_options(sample_weight, len(x))
    rng = optimizer.rng if rng is None else np.random.default_rng(rng)

    run = Run(model, optimizer, train, parts, lambda: scores(model, loss, parts, metrics))
    run.history.planned, run.rng = epochs, rng
    run.share = _share(model, loss, x, y, options)
    step = Replay(model, loss, optimizer, x, y, options, replay and not recording.watcher)
    callbacks = [*([upstairs("Recorder")()] if record else []), *callbacks]
    callbacks += [upstairs("Doctor")(loss, batch_size)] if diagnose else []  # it looks last
    observers = [callback for callback in callbacks if isinstance(callback, Callback)]
    asked = [observer for observer in observers if observer.each_batch]
    with _observed(run, observers):
        for _ in _bar(epochs, run.history, progress):
            model.train()
            mean = _epoch(run, step, shuffled(len(x), batch_size, rng), asked)
            run.history.append(loss=mean, **run.scores())
            run.batch = 0
            stops = [_wants_to_stop(callback, run) for callback in callbacks]  # each of them runs
            if metrics or callbacks or run.history.epochs == 1:  # these may have changed the model
                check_tracked(model, optimizer, untracked)
                step.look_again()
            if any(stops):
                break
    return run.history


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


def _share(model: Module, loss: Any, x: Any, y: Any, options: dict) -> Callable | None:
    """How much a batch counts in the loss of the epoch: by what its own mean was divided by."""
    function, bound = unwrapped(loss)
    if not isinstance(function, Loss) or not (bound or options):
        return len
    if bound.get("reduction") == "sum":
        return None
    weights = function.row_weights(y, predict(model, x), **bound, **options)
    return len if weights is None else lambda rows: float(weights[rows].sum())


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


def _wants_to_stop(callback: Callable, run: Run) -> bool:
    """Ask a callback; the history says which one ended the run."""
    answer = callback(run.history, run.model)
    if answer is not None and not isinstance(answer, (bool, np.bool_)):
        raise TypeError(
            f"the callback {name_of(callback)} returned {answer!r}: return True to stop the run,"
            " else nothing"
        )
    if answer:
        run.history.stopped = (
            f"{name_of(callback)} stopped the run after epoch {run.history.epochs}"
        )
    return bool(answer)


def _dtype(model: Module, optimizer: Optimizer) -> Any:
    """What the data become; those in their own units lose digits in the dtype of the model."""
    in_units = any(isinstance(part, InUnits) for part in modules(model))
    return np.float64 if in_units else optimizer.vector.dtype


def shuffled(size: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each batch of one epoch, in random order: (batch_size,), the last one shorter."""
    order = rng.permutation(size)
    return (order[start : start + batch_size] for start in range(0, size, batch_size))


@contextmanager
def _observed(run: Run, observers: Sequence[Callback]) -> Iterator[None]:
    """The observers have their first and last look; the history says how the run ended."""
    for observer in observers:
        observer.on_train_begin(run)
    history, start = run.history, time.perf_counter()
    try:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see finite.py
            yield
    except FloatingPointError as error:  # of finite.py, or of debug mode, which knows the line
        history.stopped = str(error)
        raise NonFiniteLoss(str(error), history) from None
    except KeyboardInterrupt:
        where = f"in epoch {history.epochs + 1}" if run.batch else f"after epoch {history.epochs}"
        history.stopped = f"interrupted {where}"
    except Exception as error:  # of a callback, say: what was learned so far is not lost with it
        vars(error)["history"] = history
        raise
    finally:
        for observer in observers:
            observer.on_train_end(run)
        history.seconds = time.perf_counter() - start
        run.model.eval()


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
