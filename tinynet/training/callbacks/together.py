"""Several callbacks as one: all are asked, an error says whose it is, and what began also ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...layers import Module
from ..arguments import name_of
from ..history import History
from .base import Callback, Run


class EndOfRun(Exception):
    """A callback ends the run within an epoch."""


class Together(Callback):
    """The callbacks of a run: functions, objects of class Callback, or with some of its methods."""

    def __init__(self, run: Run, callbacks: Sequence[Any]) -> None:
        self.run, self.callbacks, self.begun = run, callbacks, 0
        self.watching = [c for c in callbacks if looks_at_batches(c)]
        self.at_batches = bool(self.watching)

    def on_train_begin(self, run: Run) -> None:
        for callback in self.callbacks:
            self._ask(callback, "on_train_begin", run)
            self.begun += 1

    def on_batch_begin(self, run: Run) -> None:
        for callback in self.watching:
            self._ask(callback, "on_batch_begin", run)

    def on_batch_end(self, run: Run) -> None:
        stops = [self._stops(callback, "on_batch_end", run) for callback in self.watching]
        if any(stops):
            raise EndOfRun

    def on_epoch_end(self, history: History, model: Module) -> bool:
        stops = [self._stops(c, "on_epoch_end", history, model) for c in self.callbacks]
        return any(stops)  # each of them was asked

    def on_train_end(self, run: Run) -> None:
        """Ask all that began; the first error is raised when the last was asked."""
        errors: list[BaseException] = []
        for callback in self.callbacks[: self.begun]:
            try:
                self._ask(callback, "on_train_end", run)
            except BaseException as error:  # Ctrl-C, too: the others have something to put back
                errors.append(error)
        if errors:
            raise errors.pop(0)  # kept nowhere, since it keeps what it went through

    def _stops(self, callback: Any, method: str, *arguments: Any) -> bool:
        """Ask a callback; the history says which one ended the run."""
        answer = self._ask(callback, method, *arguments)
        if answer is not None and not isinstance(answer, (bool, np.bool_)):
            raise TypeError(
                f"the callback {name_of(callback)} returned {answer!r}: return True to stop the"
                " run, else nothing"
            )
        if answer:
            self.run.history.stopped = f"{name_of(callback)} stopped the run {self._when()}"
        return bool(answer)

    def _ask(self, callback: Any, method: str, *arguments: Any) -> Any:
        """What a callback answers; its error is given its name, and the history so far."""
        asked = getattr(callback, method, None)
        if method == "on_epoch_end" and callable(callback):
            asked = callback
        try:
            return asked(*arguments) if asked else None
        except Exception as error:
            whose = name_of(callback) + (f".{method}" if hasattr(callback, method) else "")
            when = {"on_train_begin": "before training", "on_train_end": "at the end of training"}
            add_note(error, f"raised by the callback {whose}, {when.get(method) or self._when()}")
            vars(error)["history"] = self.run.history
            raise

    def _when(self) -> str:
        done, batch = self.run.history.epochs, self.run.batch
        return f"in epoch {done + 1}, batch {batch}" if batch else f"after epoch {done}"


def looks_at_batches(callback: Any) -> bool:
    """Whether it has something to do there: a method of its own."""
    own = (getattr(type(callback), name, None) for name in ("on_batch_begin", "on_batch_end"))
    written = {*own} - {None, Callback.on_batch_begin, Callback.on_batch_end}
    return bool(written) and getattr(callback, "at_batches", True)


def add_note(error: BaseException, note: str) -> None:
    """Tell more with an error, whose type stays; before Python 3.11 behind its message."""
    if hasattr(error, "add_note"):
        error.add_note(note)
        return
    vars(error).setdefault("__notes__", []).append(note)  # as later versions keep it
    if not error.args or isinstance(error.args[0], str):
        error.args = ("\n".join([*error.args[:1], note]), *error.args[1:])
