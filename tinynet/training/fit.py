"""The training loop that everybody writes, once: read `_epoch` first.

Around it stand what gives the batches (batches.py), what looks on (callbacks/), and a History that
survives whatever stops the run (endings.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.upstairs import upstairs
from ..layers import Module
from ..optimizers import Optimizer
from .arguments import check_arguments, check_counts, check_tracked, row_by_row
from .bar import epochs_of
from .batches import (
    Accumulation,
    Batches,
    Rows,
    dtype_of,
    grouped,
    of_group,
    source_of,
    validation_of,
)
from .callbacks import Callback, Run
from .callbacks.together import Together
from .endings import observed, set_for_a_run
from .evaluation import scores
from .finite import check_parameters, finite
from .history import History
from .parallel import Alone, team
from .step import Step


def fit(
    model: Module,
    loss: Callable,
    optimizer: Optimizer,
    train: Any,
    *,
    epochs: int,
    batch_size: int | None = None,
    validation: Any = None,
    metrics: Sequence[Callable] = (),
    callbacks: Sequence[Callable] = (),
    sample_weight: Any = None,
    class_weight: Mapping | str | None = None,
    where: Any = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    accumulate: int = 1,
    rng: Any = None,
    progress: bool = True,
    replay: bool = True,
    record: bool = False,
    diagnose: bool = False,
    resume: Any = None,
    parallel: Any = None,
) -> History:
    """Train `model` on minibatches, and return the History.

    Parameters
    ----------
    loss : callable
        ``loss(y_true, y_pred)``, for example ``tn.losses.mse``.
    train, validation : Dataset, pair (x, y), or function that gives batches
        Inputs are converted to the dtype of the model. A function, such as a generator function, is
        called for each epoch and gives its batches (x, y), or (x, y, sample_weight).
    batch_size : int
        How many rows a step learns from; not for a function that gives batches.
    metrics : sequence of callables
        ``metric(y_true, y_pred)``, evaluated after each epoch on both parts.
    callbacks : sequence of callables
        ``callback(history, model)`` after each epoch; one that returns True stops the run. In
        `tn.training` are EarlyStopping, Checkpoint, CSVLog, JSONLinesLog, TimeBudget, LivePlot, and
        Callback for your own. An error in one is raised with a note that names it.
    sample_weight : array_like of shape (N,), optional
        How much each row of `train` counts in the loss; at least 0. A loss of your own gets it, and
        `where`, as an argument of this name.
    class_weight : dict or "balanced", optional
        How much a row counts by its class, by id or name; others count 1. "balanced" makes rare
        classes count as much as frequent ones. Multiplied with `sample_weight`.
    where : array_like of bool, optional
        False for rows of `train`, (N,), or targets in them, in the shape of y, that do not count;
        they may hold NaN. Metrics of `train` leave them out, too.
    clip_norm, clip_value : float, optional
        The optimizer's clipping during this run; see `tn.optimizers.Optimizer`.
    accumulate : int
        From how many batches a step collects its gradient: that of one batch so many times as
        large, with the graph of one in memory at a time.
    rng : numpy.random.Generator or int, optional
        Shuffles the batches. Without it the optimizer's own generator goes on, so that two runs of
        3 epochs are one run of 6.
    replay : bool
        Whether a step that is certain to be the same list of NumPy calls each time may be captured
        and run again, which is faster and gives the same bits; see replay.py.
    record, diagnose : bool
        Whether to keep, at about 60 epochs, what ``history.save_html("training.html")`` shows;
        whether to look for what is wrong, before and during: ``print(history.diagnosis)`` tells.
    resume : path, optional
        A file in which the run is kept, and from which it goes on if it is there: killed at any
        moment and started again, it ends with the same bits. A finished run returns at once, unless
        there are more epochs now. ValueError where the file is of another run, with what differs.
        ``tn.checkpoints.load_model`` and ``load_history`` read it, too. Layers of your own keep
        what changes in Tensors and Generators, callbacks give it with `state_dict`.
    parallel : tn.training.parallel.MPI, optional
        Shares each batch out among the processes that ``mpiexec -n N python script.py`` started.

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
    check_counts(epochs=epochs, accumulate=accumulate)
    given = {"batch_size": batch_size, "sample_weight": sample_weight}
    given |= {"class_weight": class_weight, "where": where}
    source, run = _begun(model, loss, optimizer, train, validation, metrics, given)
    run.rng = optimizer.rng if rng is None else np.random.default_rng(rng)
    run.history.planned, run.step = epochs, Step(model, run.loss, optimizer, replay=replay)
    ranks = team(parallel, run)
    callbacks = _plugged_in(callbacks, source, record, diagnose)
    if resume is not None:
        settings = given | {"accumulate": accumulate, "loss": run.loss, "metrics": metrics}
        callbacks = _resumable(callbacks, resume, settings)
    with set_for_a_run(optimizer, clip_norm=clip_norm, clip_value=clip_value):
        _train(run, source, callbacks, ranks, accumulate, progress, bool(metrics or callbacks))
    return run.history


def _begun(
    model: Module,
    loss: Callable,
    optimizer: Optimizer,
    train: Any,
    validation: Any,
    metrics: Sequence[Callable],
    given: Mapping[str, Any],
) -> tuple[Rows | Batches, Run]:
    """What gives the batches, and the run; the model remembers the names of what it learns from."""
    dtype = dtype_of(model, optimizer)
    source, loss = source_of(train, dtype, loss, **given), row_by_row(loss)
    parts = {"": source.part} | validation_of(train, validation, dtype)
    if isinstance(train, Dataset):
        model.feature_names, model.target_names = train.feature_names, train.target_names
    run = Run(model, optimizer, train, parts, loss, getattr(source, "batch_size", None))
    run.scores = lambda: scores(model, loss, parts, metrics, source.options.get("where"))
    run.share = of_group(source.share(model, loss))
    return source, run


def _resumable(
    callbacks: Sequence[Callable], path: Any, settings: Mapping[str, Any]
) -> Sequence[Callable]:
    """The callbacks, between those that keep the run in a file and take it up from there."""
    from .checkpoints.resuming import around  # here, so that `import tinynet` stays fast

    return around(callbacks, path, settings)


def _train(
    run: Run,
    source: Rows | Batches,
    callbacks: Sequence[Callable],
    ranks: Alone,
    accumulate: int,
    progress: bool,
    changeable: bool,
) -> None:
    """All epochs; where others look on, the model is `changeable`, and looked at after each."""
    untracked = check_tracked(run.model, run.optimizer)
    together = Together(run, ranks.chosen(callbacks))
    watchful = bool(together.at_batches) or isinstance(source, Batches)
    gradient = ranks.shared(Accumulation(run, watchful))
    with observed(run, together), ranks.together():
        together.on_train_begin(run)
        ranks.check_alike()
        for _ in epochs_of(run.history, progress and not ranks.rank):
            groups = grouped(source.epoch(run.rng), accumulate)
            _learn(run, gradient, groups, together, ranks)
            ranks.agree()
            if changeable or run.history.epochs == 1:
                check_tracked(run.model, run.optimizer, untracked)


def _learn(
    run: Run, gradient: Callable, groups: Iterable, callbacks: Together, ranks: Alone
) -> None:
    """One epoch, with what comes before and after it."""
    run.model.train()
    run.step.look()
    mean = _epoch(run, gradient, groups, callbacks)
    ranks.even_out()
    run.history.append(loss=mean, **run.scores())
    run.batch = 0
    callbacks.on_epoch_end(run.history, run.model)


def _plugged_in(
    callbacks: Sequence[Callable], source: Rows | Batches, record: bool, diagnose: bool
) -> Sequence[Callable]:
    """The callbacks, between those that options of `fit` stand for, from the floors above.

    The doctor is the last: it judges the model with which the others leave the run.
    """
    before, behind = ["Recorder"] * record, ["Doctor"] * diagnose
    for name in (*before, *behind):
        if isinstance(source, Batches):
            raise ValueError(
                f"the {name} looks at rows of train, which come in batches here: give train as"
                " arrays (x, y), or leave this option out"
            )
    return [*(upstairs(n)() for n in before), *callbacks, *(upstairs(n)() for n in behind)]


def _epoch(run: Run, gradient: Callable, groups: Iterable, callbacks: Callback) -> float:
    """One pass over the data, a group of batches at a time; returns the loss of all of it."""
    total, size = 0.0, 0.0
    for run.batch, group in enumerate(groups, 1):
        share = run.share(group) if run.share else 1.0
        if not share:
            continue  # none of its rows counts
        callbacks.on_batch_begin(run)
        loss = gradient(group)  # of loss(y, model(x)), mostly of a single batch
        value = finite(loss, run)
        run.optimizer.step()
        callbacks.on_batch_end(run)
        total, size = total + value * share, size + share
    check_parameters(run)
    return total / size if run.share else total
