"""Training: the loop that everybody writes, once, with its safety net.

The one idea is the five lines in the middle of `_epoch`: predict, measure the loss, forget the old
gradients, walk back, take a step. Around them: shuffled batches, a progress bar, a History that
survives whatever stops the run.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .data import Dataset
from .layers import Module, evaluating
from .methods import raw
from .optimizers import Optimizer
from .recording import no_grad, recording
from .replay import Replay

if TYPE_CHECKING:
    from .recorder import Frame, Record, Recorder

__all__ = ["EarlyStopping", "History", "NonFiniteLoss", "evaluate", "fit", "predict"]


class History(dict):
    """What happened, epoch by epoch: ``history["loss"]`` is a list with one number per epoch.

    Attributes
    ----------
    planned : int or None
        How many epochs were asked for.
    stopped : str or None
        Why the run ended before its last epoch, if it did.
    seconds : float
        How long the training took.
    record : Record or None
        What ``fit(…, record=True)`` kept to look at afterwards; see `tinynet.recorder`.

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
        self.seconds = 0.0
        self.record: Record | None = None

    def append(self, **values: float) -> None:
        """Add one epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return max(map(len, self.values()), default=0)

    @property
    def frames(self) -> list[Frame]:
        """The recorded epochs, the first one before training: gradients, activations, pictures."""
        return self.record.frames if self.record else []

    def save_html(self, path: str | os.PathLike) -> None:
        """Write a page, in one file, to scrub through the recorded training in a browser."""
        from .stepper import training_page

        training_page.save(self, path)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses over the epochs; returns Matplotlib's Axes."""
        from . import plots

        return plots.history(self, ax)


class NonFiniteLoss(FloatingPointError):
    """The loss became NaN or infinite. `history` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class EarlyStopping:
    """A callback: stop when `monitor` has not improved for `patience` epochs.

    With `restore_best` the model ends with the parameters of its best epoch, also where the epochs
    run out first. Larger is better for accuracy and r2, smaller for everything else.
    """

    def __init__(
        self, patience: int = 10, monitor: str = "val_loss", restore_best: bool = True
    ) -> None:
        if patience < 1:
            raise ValueError(f"EarlyStopping: patience must be at least 1 epoch, not {patience}")
        self.patience, self.monitor, self.restore_best = patience, monitor, restore_best
        self.sign = -1 if monitor.removeprefix("val_") in ("accuracy", "r2") else 1
        self.best, self.best_epoch = math.inf, 0
        self.best_state: dict[str, np.ndarray] = {}

    def __call__(self, history: History, model: Module) -> bool:
        if self.monitor not in history:
            raise ValueError(
                f"EarlyStopping monitors {self.monitor!r}, but the history has"
                f" {', '.join(history)}: pass validation= to fit, or another monitor"
            )
        value = self.sign * history[self.monitor][-1]
        if history.epochs == 1 or value < self.best:
            self.best, self.best_epoch = value, history.epochs
            self.best_state = model.state_dict() if self.restore_best else {}
        stop = history.epochs - self.best_epoch >= self.patience
        if self.best_state and (stop or history.epochs == history.planned):
            model.load_state_dict(self.best_state)
        return stop


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
        and run again, which is faster and gives the same bits; see `tinynet.replay`.
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
    _check_kinds(model, optimizer, {"loss": [loss], "metrics": metrics, "callbacks": callbacks})
    _check_counts(epochs=epochs, batch_size=batch_size)
    rng, dtype = np.random.default_rng(rng), optimizer.vector.dtype
    parts = {"": _arrays(train, dtype, "train")}
    if validation is not None:
        parts["val_"] = _arrays(validation, dtype, "validation")
    step = Replay(model, loss, optimizer, *parts[""], enabled=replay and not recording.watcher)
    history = History()
    history.planned = epochs
    recorder = None
    if record:
        from .recorder import Recorder

        recorder = Recorder(model, optimizer, train, parts, history)
    loss_of = recorder.watched(step) if recorder else step
    with _ending(history, model, recorder):
        for _ in _bar(epochs, history, progress):
            model.train()
            mean = _epoch(loss_of, optimizer, len(parts[""][0]), batch_size, rng, history)
            history.append(loss=mean, **_scores(model, loss, parts, metrics))
            if not all(isinstance(callback, EarlyStopping) for callback in callbacks):
                step.captured = False  # a callback may change the model
            if recorder:
                recorder.after_epoch()
            stops = [callback(history, model) for callback in callbacks]  # each of them runs
            if any(stops):
                history.stopped = f"a callback stopped the run after epoch {history.epochs}"
                break
    return history


@contextmanager
def _ending(history: History, model: Module, recorder: Recorder | None) -> Iterator[None]:
    """However the run inside ends, the history says how, and what was learned so far is kept."""
    start = time.perf_counter()
    try:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see NonFiniteLoss
            yield
    except FloatingPointError as error:  # of _epoch, or of debug mode, which knows the line
        history.stopped = str(error)
        raise NonFiniteLoss(str(error), history) from None
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {history.epochs + 1}"
    finally:
        if recorder:
            recorder.close()
        history.seconds = time.perf_counter() - start
        model.eval()


def _epoch(
    loss_of: Callable,
    optimizer: Optimizer,
    size: int,
    batch_size: int,
    rng: np.random.Generator,
    history: History,
) -> float:
    """One pass over `size` rows in shuffled batches; returns the mean loss."""
    order, total = rng.permutation(size), 0.0
    last = history["loss"][-1] if history else math.nan
    for number, start in enumerate(range(0, size, batch_size), 1):
        batch = order[start : start + batch_size]
        value = loss_of(batch)  # loss(y[batch], model(x[batch]))
        if not hasattr(value, "backward"):
            raise TypeError(
                f"the loss gave {type(value).__name__}, not a Tensor: return what was computed from"
                " y_pred with NumPy's functions, without .data, .item() or float()"
            )
        now = float(value)
        if not math.isfinite(now):
            message = (
                f"the loss became {now} in epoch {history.epochs + 1}, batch {number}; the last"
                f" finite loss was {last:.6g}. Try a smaller learning rate (now {optimizer.lr:g})"
            )
            raise FloatingPointError(message)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        last, total = now, total + now * len(batch)
    return total / size


def predict(model: Module, x: Any) -> np.ndarray:
    """The model's output for x as a plain array, in evaluation mode and without a graph."""
    _check_model(model)
    with evaluating(model), no_grad():
        return raw(model(x))


def evaluate(
    model: Module, loss: Callable | None, data: Any, metrics: Sequence[Callable] = ()
) -> dict[str, float]:
    """The loss (unless None) and metrics of a model on a Dataset or a pair (x, y)."""
    if loss is None and not metrics:
        return {}
    x, y = _pair(data, "data")
    y_pred = predict(model, x)
    scores = {} if loss is None else {"loss": float(loss(y, y_pred))}
    return scores | {_name(metric): _score(metric, y, y_pred) for metric in metrics}


def _score(metric: Callable, y: Any, y_pred: Any) -> float:
    score = raw(metric(y, y_pred))
    if np.shape(score) != ():
        raise ValueError(
            f"{_name(metric)} gave an array of shape {np.shape(score)}, but a metric is one number:"
            " end it with np.mean"
        )
    return float(score)


def _scores(
    model: Module, loss: Callable, parts: dict[str, tuple], metrics: Sequence[Callable]
) -> dict[str, float]:
    """The metrics of every part, and the loss of those that are not trained on."""
    return {
        prefix + name: score
        for prefix, pair in parts.items()
        for name, score in evaluate(model, loss if prefix else None, pair, metrics).items()
    }


def _name(metric: Any) -> str:
    """The name of a metric, also of one with options: functools.partial(accuracy, threshold=0)."""
    if hasattr(metric, "func"):
        return _name(metric.func)
    return getattr(metric, "__name__", type(metric).__name__)


def _check_model(model: Any) -> None:
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, such as tn.layers.MLP([2, 16, 2]), not {model!r}")


def _check_kinds(model: Any, optimizer: Any, functions: dict[str, Any]) -> None:
    """Say at once what is no model, no optimizer or no function."""
    _check_model(model)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer must be made of the model's parameters, as in"
            f" tn.optimizers.SGD(model.parameters(), lr=0.1), not {optimizer!r}"
        )
    examples = {
        "loss": "tn.losses.mse",
        "metrics": "[tn.metrics.accuracy]",
        "callbacks": "[tn.training.EarlyStopping()]",
    }
    for name, listed in functions.items():
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise TypeError(f"{name} must be a list of functions, not {listed!r}: put it in [ ]")
        for function in listed:
            if not callable(function) or isinstance(function, type):
                raise TypeError(
                    f"{name}: {function!r} is not a function; pass the function itself, as in"
                    f" {examples[name]}"
                )


def _check_counts(**counts: Any) -> None:
    for name, value in counts.items():
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")


def _pair(data: Any, which: str) -> tuple[Any, Any]:
    if isinstance(data, Dataset):
        return data.x, data.y
    if not (isinstance(data, (tuple, list)) and len(data) == 2):
        raise ValueError(
            f"{which} must be a Dataset or a pair (x, y), in parentheses:"
            " fit(model, loss, optimizer, (x, y), …)"
        )
    return data[0], data[1]


def _arrays(data: Any, dtype: Any, which: str) -> tuple[np.ndarray, np.ndarray]:
    """x and y as arrays: checked, and floats in the dtype of the model."""
    x, y = (np.asarray(raw(array)) for array in _pair(data, which))
    if len(x) != len(y):
        raise ValueError(f"{which}: x has {len(x)} rows but y has {len(y)}")
    if len(x) == 0:
        raise ValueError(f"{which}: the dataset is empty")
    for name, array in (("x", x), ("y", y)):
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{which}: {name} must hold numbers, not {array.dtype}")
        bad = ~np.isfinite(array)
        if bad.any():
            rows = np.unique(np.argwhere(bad)[:, 0])
            listed = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
            raise ValueError(
                f"{which}: {name} holds NaN or inf in {len(rows)} rows ({listed}): drop these rows"
                " or fill in the values"
            )
    x = x.astype(dtype, copy=False)
    return x, y.astype(dtype, copy=False) if y.dtype.kind == "f" else y


def _bar(epochs: int, history: History, progress: bool) -> Iterator[int]:
    """Count the epochs, with a progress bar that shows the last values of the history."""
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    with tqdm(total=epochs, disable=not progress, unit="epoch") as bar:
        for epoch in range(epochs):
            yield epoch
            bar.set_postfix({k: f"{v[-1]:.4g}" for k, v in history.items()}, refresh=False)
            bar.update()
