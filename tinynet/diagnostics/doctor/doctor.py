"""The doctor at work: `diagnose` before training, and a callback that looks at a run of `fit`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ...engine.frames import stacklevel
from ...engine.grad_mode import evaluating
from ...layers import Module
from ...optimizers import Optimizer
from ...training import Callback, History, Run
from . import about_data, about_layers, about_model, about_run
from .case import Case, case_of, copies, made_case, quiet
from .findings import Diagnosis, Rule
from .looks import Look, Observer

BEFORE = [*about_data.RULES, *about_model.RULES]
DURING = [*about_layers.RULES, *about_run.RULES]
RULES: list[Rule] = [*BEFORE, *about_layers.RULES, *about_model.ONE_BATCH, *about_run.RULES]

FEWEST = 6  # looks at a run, however short it is: together less than a tenth of a second
SHARE = 0.25  # of the time of a longer run that looks may take
COST = 100  # steps that take as long as one look, on small networks, where a look costs most


def diagnose(
    model: Module,
    loss: Callable,
    data: Any,
    optimizer: Optimizer | None = None,
    validation: Any = None,
    *,
    batch_size: int = 32,
) -> Diagnosis:
    """Look for what is wrong before training; print what comes out, or draw it with ``.plot()``.

    Parameters
    ----------
    loss, data, validation, batch_size
        As for `fit`.
    optimizer : Optimizer, optional
        With it, parameters that it does not hold are found.

    Nothing is changed: all is tried on a copy. Raises what `fit` would raise for a model that is
    none, and for data that are empty, uneven or not finite; shapes, labels and ranges that do not
    fit are findings.

    >>> import tinynet as tn
    >>> data = tn.datasets.load_wine()
    >>> model = tn.layers.MLP([13, 16, 3], rng=0)
    >>> diagnosis = diagnose(model, tn.losses.cross_entropy, data)
    >>> [finding.rule for finding in diagnosis.findings]
    ['unscaled features', 'loss at the start']
    """
    case = case_of(model, loss, data, validation, optimizer)
    diagnosis = Diagnosis()
    with quiet(), evaluating():
        if case.start.works:
            observer = Observer(case.loss, case.x, case.y, batch_size)
            copied = copies(case.model, case.optimizer)
            _keep(case, observer.look(*copied, 0), observer, diagnosis)
        diagnosis.examine([*BEFORE, *about_layers.RULES, *about_model.ONE_BATCH], case)
    return diagnosis


class Doctor(Callback):
    """A callback that gives a history its diagnosis: ``fit(…, diagnose=True)`` makes one.

    Parameters
    ----------
    every : int, optional
        Look after so many epochs. Without it as often as fits into a quarter of the run's own time,
        and a few times in a run that takes no time.

    Whether one batch can be learned is only tried with `every`: the run itself will tell.
    """

    def __init__(self, every: int | None = None) -> None:
        self.every = every

    def on_train_begin(self, run: Run) -> None:
        self.run, self.diagnosis = run, Diagnosis()
        run.history.diagnosis = self.diagnosis
        with quiet(), evaluating():
            self.case = made_case(run.model, run.loss, run.data, run.parts, run.optimizer)
            self.batch_size = run.batch_size or len(self.case.x)
            self.observer = Observer(self.case.loss, self.case.x, self.case.y, self.batch_size)
            self.planned = self._plan(run.history)
            if self.case.start.works:
                self._look(run.history.epochs)
            self.diagnosis.examine(
                [*BEFORE, *(about_model.ONE_BATCH if self.every else [])], self.case
            )

    def on_epoch_end(self, history: History, model: Module) -> None:
        if history.epochs in self.planned:
            with quiet(), evaluating():
                self._look(history.epochs)

    def on_train_end(self, run: Run) -> None:
        case, history = self.case, run.history
        case.history = history
        with quiet(), evaluating():
            if case.looks and case.looks[-1].epoch < history.epochs and _as_it_was(run):
                self._look(history.epochs)
            case.model, case.optimizer = copies(run.model, run.optimizer)
            if case.looks:
                self.diagnosis.examine(DURING, case)
        found = [finding.rule for finding in self.diagnosis.findings if finding.severity != "note"]
        if found:
            warnings.warn(
                f"the doctor found {', '.join(found)}: print(history.diagnosis) tells more",
                stacklevel=stacklevel(),
            )

    def _plan(self, history: History) -> set[int]:
        """After which epochs to look."""
        begin, end = history.epochs, history.planned or 0
        if self.every:
            return set(range(begin + self.every, end + 1, self.every))
        steps = -(-len(self.case.x) // self.batch_size) * (end - begin)
        looks = min(max(FEWEST, int(SHARE * steps / COST)), end - begin + 1)
        return set(np.linspace(begin, end, looks).round().astype(int).tolist())

    def _look(self, epoch: int) -> None:
        copied = copies(self.run.model, self.run.optimizer)
        look = self.observer.look(*copied, epoch)
        _keep(self.case, look, self.observer, self.diagnosis)


def _as_it_was(run: Run) -> bool:
    """Has the model finite parameters, those with which its last whole epoch ended?"""
    back = run.history.best_epoch not in (None, run.history.epochs)  # those of another epoch
    return run.batch == 0 and not back and bool(np.isfinite(run.optimizer.vector).all())


def _keep(case: Case, look: Look, observer: Observer, diagnosis: Diagnosis) -> None:
    case.looks.append(look)
    case.layers = diagnosis.layers = observer.layers
    diagnosis.epochs = case.looks
