"""The training loop that everybody writes, once: read `_epoch` first.

Around its five lines stand shuffled batches, a progress bar, and a History that survives whatever
stops the run.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..engine.frames import stacklevel
from ..engine.grad_mode import recording
from ..engine.tensor import Tensor
from ..engine.upstairs import upstairs
from ..layers import Module, modules
from ..optimizers import Optimizer
from .arguments import arrays, check_counts, check_kinds
from .callbacks import Callback, Run
from .evaluation import scores
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
    rng: Any = 0,
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
    rng : numpy.random.Generator or int
        Shuffles the batches.
    replay : bool
        Whether a step that is certain to be the same list of NumPy calls each time may be captured
        and run again, which is faster and gives the same bits; see replay.py.
    record : bool
        Whether to keep, at about 60 epochs, what ``history.save_html("training.html")`` shows.

    Ctrl-C ends the run and returns the History so far. Raises ValueError for empty data or data
    with NaN, and NonFiniteLoss, which carries the History, when the loss stops being a number.

    >>> import tinynet as tn
    >>> x = np.linspace(-1, 1, 32)[:, None]
    >>> model = tn.layers.MLP([1, 1], rng=0)
    >>> history = fit(model, tn.losses.mse, tn.optimizers.SGD(model.parameters(), lr=0.5),
    ...               (x, 2 * x + 1), epochs=30, batch_size=8, progress=False)
    >>> history["loss"][-1] < 1e-6
    True
    """
    check_kinds(model, optimizer, {"loss": [loss], "metrics": metrics, "callbacks": callbacks})
    check_counts(epochs=epochs, batch_size=batch_size)
    rng, dtype = np.random.default_rng(rng), _dtype(model, optimizer)
    parts = {"": arrays(train, dtype, "train")}
    if validation is not None:
        parts["val_"] = arrays(validation, dtype, "validation")
    run = Run(model, optimizer, train, parts)
    run.history.planned = epochs
    step = Replay(model, loss, optimizer, *parts[""], enabled=replay and not recording.watcher)
    callbacks = [*([upstairs("Recorder")()] if record else []), *callbacks]
    observers = [callback for callback in callbacks if isinstance(callback, Callback)]
    known = _known(run)
    with _observed(run, observers):
        for _ in _bar(epochs, run.history, progress):
            model.train()
            mean = _epoch(run, step, shuffled(len(parts[""][0]), batch_size, rng), observers)
            _warn_of_new(run, known)
            run.history.append(loss=mean, **scores(model, loss, parts, metrics))
            if any(_changes_model(callback) for callback in callbacks):
                step.captured = False
            stops = [callback(run.history, model) for callback in callbacks]  # each of them runs
            if any(stops):
                run.history.stopped = f"a callback stopped the run after epoch {run.history.epochs}"
                break
    return run.history


def _epoch(run: Run, step: Callable, batches: Iterable, observers: Sequence[Callback]) -> float:
    """One pass over the data, a batch of rows at a time; returns the mean loss of a row."""
    optimizer, total, size = run.optimizer, 0.0, 0
    for run.batch, rows in enumerate(batches, 1):
        for observer in observers:
            observer.on_batch_begin(run)
        loss = step(rows)  # loss(y[rows], model(x[rows]))
        value = _finite(loss, run)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, size = total + value * len(rows), size + len(rows)
    return total / size


def _dtype(model: Module, optimizer: Optimizer) -> Any:
    """What the data become; those in their own units lose digits in the dtype of the model."""
    in_units = any(isinstance(part, InUnits) for part in modules(model))
    return np.float64 if in_units else optimizer.vector.dtype


def _known(run: Run) -> set[Tensor]:
    """The parameters that are trained, and those that are meant not to be."""
    trained, all_of_it = set(run.optimizer.parameters), set(run.model.parameters())
    return all_of_it | trained if trained <= all_of_it else trained  # else a layer was replaced


def _warn_of_new(run: Run, known: set[Tensor]) -> None:
    """Report parameters that came after the optimizer: it never trains them."""
    new = {p: name for name, p in run.model.named_parameters() if p not in known}
    if new:
        known.update(new)
        warnings.warn(
            f"{', '.join(new.values())} will not be trained: made after the optimizer, which took"
            " model.parameters() before; make every layer first, then the optimizer",
            stacklevel=stacklevel(),
        )


def _changes_model(callback: Any) -> bool:
    """May this callback change the model? A function may; a class says so, for itself alone."""
    return vars(type(callback)).get("changes_model", True)


def shuffled(size: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each batch of one epoch, in random order: (batch_size,), the last one shorter."""
    order = rng.permutation(size)
    return (order[start : start + batch_size] for start in range(0, size, batch_size))


def _finite(loss: Any, run: Run) -> float:
    """The loss as a number, or an error that says where it stopped being one."""
    if not hasattr(loss, "backward"):
        raise TypeError(
            f"the loss gave {type(loss).__name__}, not a Tensor: return what was computed from"
            " y_pred with NumPy's functions, without .data, .item() or float()"
        )
    value = float(loss)
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the loss became {value} in epoch {run.history.epochs + 1}, batch {run.batch}; the"
            f" last finite loss was {run.last_loss:.6g}. Try a smaller learning rate (now"
            f" {run.optimizer.lr:g})"
        )
    run.last_loss = value
    return value


@contextmanager
def _observed(run: Run, observers: Sequence[Callback]) -> Iterator[None]:
    """The observers have their first and last look; the history says how the run ended."""
    for observer in observers:
        observer.on_train_begin(run)
    history, start = run.history, time.perf_counter()
    try:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see NonFiniteLoss
            yield
    except FloatingPointError as error:  # of `_finite`, or of debug mode, which knows the line
        history.stopped = str(error)
        raise NonFiniteLoss(str(error), history) from None
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {history.epochs + 1}"
    finally:
        for observer in observers:
            observer.on_train_end(run)
        history.seconds = time.perf_counter() - start
        run.model.eval()


def _bar(epochs: int, history: History, progress: bool) -> Iterator[int]:
    """Count the epochs, with a progress bar that shows the last values of the history."""
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    with tqdm(total=epochs, disable=not progress, unit="epoch") as bar:
        for epoch in range(epochs):
            yield epoch
            bar.set_postfix({k: f"{v[-1]:.4g}" for k, v in history.items()}, refresh=False)
            bar.update()
