"""How a run ends: whatever ends it, the callbacks have their last look and the History is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from .callbacks import Run
from .callbacks.together import EndOfRun, Together, add_note
from .history import History, NonFiniteLoss


@contextmanager
def observed(run: Run, callbacks: Together) -> Iterator[None]:
    """The callbacks have their first and last look; the history says how the run ended."""
    start, failed = time.perf_counter(), None
    try:
        callbacks.on_train_begin(run)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see finite.py
            yield
    except EndOfRun:  # it is told in the history
        pass
    except KeyboardInterrupt:
        _interrupted(run)
    except Exception as error:
        failed = _with_history(error, run.history)
        raise failed from failed.__cause__
    finally:
        run.history.seconds += time.perf_counter() - start
        _ended(run, callbacks, failed)


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
        add_note(failed, f"and then {type(error).__name__}: {error}")
    finally:
        run.model.eval()
