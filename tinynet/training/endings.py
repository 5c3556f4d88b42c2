"""How a run ends: whatever ends it, the callbacks have their last look and the History is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..optimizers import Optimizer
from .callbacks import Run
from .callbacks.together import EndOfRun, Together, add_note
from .history import History, NonFiniteLoss


@contextmanager
def observed(run: Run, callbacks: Together) -> Iterator[None]:
    """The callbacks that began have their last look; the history says how the run ended."""
    start, failed = time.perf_counter(), None
    try:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see finite.py
            yield
    except EndOfRun:  # it is told in the history
        pass
    except KeyboardInterrupt:
        _interrupted(run)
    except Exception as error:
        failed = _with_history(error, run.history)
        if failed is error:
            raise
        raise failed from None
    finally:
        run.history.seconds += time.perf_counter() - start
        _ended(run, callbacks, failed)


@contextmanager
def set_for_a_run(optimizer: Optimizer, **options: Any) -> Iterator[None]:
    """Options of the optimizer while a run goes on; an error where it has others of its own."""
    given = {name: value for name, value in options.items() if value is not None}
    before = {name: getattr(optimizer, name) for name in given}
    for name, own in before.items():
        if own is not None and own != given[name]:
            raise ValueError(
                f"fit was given {name}={given[name]}, but the optimizer has {name}={own}: set it in"
                " one of the two places"
            )
    try:
        for name, value in given.items():
            setattr(optimizer, name, value)  # which checks it
        yield
    finally:
        for name, value in before.items():
            setattr(optimizer, name, value)


def _interrupted(run: Run) -> None:
    history = run.history
    where = f"in epoch {history.epochs + 1}" if run.batch else f"after epoch {history.epochs}"
    history.stopped, history.interrupted = f"interrupted {where}", True


def _with_history(error: Exception, history: History) -> Exception:
    """The error, which is given the history: what was learned so far is not lost with it."""
    of_callback = "history" in vars(error)
    if isinstance(error, FloatingPointError) and not of_callback:
        history.stopped = str(error)  # of finite.py, or of debug mode, which knows the line
        return NonFiniteLoss(str(error), history)
    history.stopped = f"{type(error).__name__}: {error}"
    vars(error)["history"] = history
    return error


def _ended(run: Run, callbacks: Together, failed: Exception | None) -> None:
    """The last look; what fails there is told beside what failed before, not in its place."""
    try:
        callbacks.on_train_end(run)
    except KeyboardInterrupt:
        _interrupted(run)
    except Exception as error:
        if failed is None:
            raise
        whose = vars(error).get("__notes__", [""])[-1]
        said = str(error).partition("\n")[0]
        add_note(failed, f"and then {type(error).__name__}: {said}, {whose}")
    finally:
        run.model.eval()
