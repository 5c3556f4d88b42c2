"""Resuming: a run of `fit` in a file, from which it goes on as if it had never been interrupted.

The one idea: between two epochs a run is its numbers. They are those of the model, the optimizer,
the random generators and the History, and what callbacks remember. Two observers stand around the
others: the first puts the numbers back before anybody looks, the last takes them down when all
have had their say. They are written only so often that it costs little time, since a run ends with
the same bits from whichever epoch it goes on.
"""

from __future__ import annotations

import copy
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.frames import stacklevel
from ...layers import Module, tensors, walk
from ..arguments import name_of
from ..callbacks import Callback, Run
from ..files import check_can_write, kind_of
from ..history import History
from .contents import Contents, description, judged, opened, write
from .settings import differences, facts, told


@dataclass(frozen=True)
class Resume:
    """What `fit(…, resume=)` takes: a path, and what else must be alike when the run goes on."""

    path: str | os.PathLike
    settings: Mapping[str, Any] = field(default_factory=dict)


def around(callbacks: Iterable[Callable], resume: Any, settings: Mapping[str, Any]) -> list:
    """The callbacks, between those that put a run back and take it down."""
    resume = resume if isinstance(resume, Resume) else Resume(resume)
    if not isinstance(resume.path, (str, os.PathLike)):
        raise TypeError(f"fit: resume must be the path of a file, not {resume.path!r}")
    callbacks = list(callbacks)
    given = {**resume.settings, **settings}.items()
    texts = {name: told(value) for name, value in given if value is not None}
    keeper = _Keeper(resume.path, texts, callbacks)
    return [_Restorer(keeper), *callbacks, keeper]


def history_in(contents: Contents) -> History:
    """The History of the run in a file."""
    kept = contents.run()
    if kept is None:
        raise ValueError(f"{contents.path} holds a model, but no run")
    with judged(contents.path):
        return _history(kept["history"])


class _Restorer(Callback):
    """The first observer: whoever comes next sees the run where it was left."""

    __name__ = "resume"  # for messages

    def __init__(self, keeper: _Keeper) -> None:
        self.keeper = keeper

    def on_train_begin(self, run: Run) -> None:
        self.keeper.restore(run)


class _Keeper(Callback):
    """The last observer: it takes down what the others left, and writes it."""

    __name__ = "resume"
    kept: dict[str, Any] | None = None  # what the file held
    before: dict[str, Any] | None  # what the run was without the file
    taken: dict[str, Any]  # at the end of an epoch

    def __init__(self, path: Any, settings: dict[str, str], callbacks: list[Callable]) -> None:
        self.path, self.settings, self.callbacks = path, settings, callbacks
        own: list[Any] = [
            c for c in callbacks if getattr(type(c), "state_dict", None) not in _FORGETFUL
        ]
        self.remembering = {f"{i} {type(c).__name__}": c for i, c in enumerate(own, 1)}
        self.taken, self.written = {}, True
        self.taking, self.writing = _Pace(), _Pace()

    def restore(self, run: Run) -> None:
        """Put back what the file holds, if it is there and of such a run."""
        self.run, self.before = run, _state(run)
        self.settings |= {"callbacks": ", ".join(self.remembering), **facts(run)}
        self.begun = told(run.optimizer)
        if kind_of(self.path) is None:
            return
        with opened(self.path) as contents:
            self.kept = contents.run()
            self._check_settings()
            weights = contents.state(tensors(run.model))
        with self._undone():
            if self.kept["callbacks"].keys() != self.remembering.keys():
                raise ValueError("what its callbacks remember is missing")
            state = self.kept["state"]
            _put(run, state | {"weights": state["weights"] or weights})
            before = _history(self.kept["history"])
            run.history |= before
            run.history.seconds = before.seconds

    def on_train_begin(self, run: Run) -> None:
        """The other callbacks have begun: give them back what they remembered."""
        self.start = time.perf_counter() - run.history.seconds
        data = run.data if isinstance(run.data, Dataset) else None
        self.about = description(run.model, data, run.loss)
        if self.kept is not None:
            with self._undone():
                for name, callback in self.remembering.items():
                    remembered = self.kept["callbacks"][name]
                    _check_alike(name, callback.state_dict(), remembered)
                    callback.load_state_dict(remembered)
            self._ask_again(self.kept["history"]["ended"])
        if not (run.rank or run.history.over):
            check_can_write(self.path)
        if self.kept is None and not run.rank:  # what cannot be written is told before the work
            self._take()
            self._write()
        self.kept = self.before = None

    def on_epoch_end(self, history: History, model: Module) -> None:
        if self.run.rank:  # of several processes, the first one writes
            return
        if self.taking.due or history.over:
            self._take()
        if self.writing.due and not (self.written or history.over):  # at the end it is told why
            self._try_to_write()

    def on_train_end(self, run: Run) -> None:
        if self.taken:
            self._try_to_write()

    def _take(self) -> None:
        """Take down what the run is, between two epochs."""
        history = self.run.history
        with self.taking.timed():
            states = {name: c.state_dict() for name, c in self.remembering.items()}
            self.taken = {
                "settings": self.settings,
                "optimizers": [self.begun, told(self.run.optimizer)],
                "state": _state(self.run),
                "callbacks": copy.deepcopy(states),  # they may be what still changes
                "history": {
                    "columns": {name: list(column) for name, column in history.items()},
                    "ended": history.stopped,  # by a callback
                },
            }
            self.epochs, self.written = history.epochs, False

    def _write(self) -> None:
        """Write what was taken down; as the model to use, the one with which the run has ended."""
        run, taken = self.run, self.taken
        if run.rank:  # another process does
            self.written = True
            return
        history = taken["history"] | {name: getattr(run.history, name) for name in _TOLD}
        history["seconds"] = time.perf_counter() - self.start
        state = weights = taken["state"]["weights"]
        if run.batch == 0 and run.history.epochs == self.epochs:
            state = run.model.state_dict()
        else:
            history["best_epoch"] = None  # its parameters are not those in the file
        if all(np.array_equal(state[name], weights[name]) for name in state):
            weights = None
        taken = taken | {"history": history, "state": taken["state"] | {"weights": weights}}
        with self.writing.timed():
            write(self.path, self.about, state, taken)
        self.written = True

    def _try_to_write(self) -> None:
        """A disk that is full ends no run, and the file stays as it was."""
        try:
            self._write()
        except (OSError, ValueError) as error:
            warnings.warn(
                f"{self.path} stays as it was, while the run went on: {error}",
                stacklevel=stacklevel(),
            )

    # --- whether the file is of this run ----------------------------------------------------

    def _check_settings(self) -> None:
        """ValueError unless the file holds a run with the same settings."""
        if self.kept is None:
            raise ValueError(
                f"{self.path} holds a model, but no run: give resume= another name, and begin with"
                " that model by tn.checkpoints.load(model, path)"
            )
        with judged(self.path):
            then, now, optimizers = self.kept["settings"], self.settings, self.kept["optimizers"]
            if self.begun not in optimizers:  # neither as it was made, nor as it was left
                then, now = then | {"optimizer": optimizers[0]}, now | {"optimizer": self.begun}
            found = differences(now, then)
        if found:
            raise ValueError(
                f"{self.path} holds another run: {'; '.join(found[:3])}. Make them alike, or"
                " give the name of a new file"
            )

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """What fails inside changes nothing."""
        try:
            with judged(self.path):
                yield
        except ValueError:
            _put(self.run, self.before or {})
            self.run.history.clear()
            raise

    def _ask_again(self, stopped: str | None) -> None:
        """The callback that had ended the run may say that it goes on: one with more patience."""
        run, ended = self.run, stopped or ""
        asked = [c for c in self.callbacks if ended.startswith(f"{name_of(c)} stopped")]
        stops = [getattr(c, "on_epoch_end", c)(run.history, run.model) for c in asked]
        run.history.stopped = stopped if any(stops) else None


class _Pace:
    """Says when to do again what takes time, so that it takes a fiftieth of it at most."""

    _next = 0.0

    @property
    def due(self) -> bool:
        return time.perf_counter() >= self._next

    @contextmanager
    def timed(self) -> Iterator[None]:
        start = time.perf_counter()
        yield
        now = time.perf_counter()
        self._next = now + 50 * (now - start)


_FORGETFUL = (None, Callback.state_dict)  # what a function has, and a callback without memory
# what is told of a History beside its columns
_TOLD = ("planned", "stopped", "interrupted", "seconds", "best_epoch")


# --- the numbers of a run -------------------------------------------------------------------


def _state(run: Run) -> dict[str, Any]:
    """What changes in a run, but for its History and the memory of its callbacks."""
    return {
        "weights": run.model.state_dict(),
        "trained": [path for path, tensor in tensors(run.model).items() if tensor.requires_grad],
        "optimizer": run.optimizer.state_dict(),
        "random": {name: rng.bit_generator.state for name, rng in _generators(run).items()},
    }


def _put(run: Run, state: dict[str, Any]) -> None:
    """The reverse of `_state`."""
    generators = _generators(run)
    if generators.keys() != state["random"].keys():
        raise ValueError(f"its random generators are {', '.join(state['random'])!s:.200}")
    for name, generator in generators.items():
        _check_random(name, generator, state["random"][name])
    run.optimizer.load_state_dict(state["optimizer"])
    run.model.load_state_dict(state["weights"])
    for path, tensor in tensors(run.model).items():
        tensor.requires_grad = path in state["trained"]
    for name, generator in generators.items():
        generator.bit_generator.state = state["random"][name]


def _generators(run: Run) -> dict[str, np.random.Generator]:
    """Those that shuffle, and those of the layers, such as Dropout's, by their paths."""
    held: dict[str, Any] = {"fit": run.rng, "optimizer": run.optimizer.rng}
    for path, part in walk(run.model):
        if isinstance(part, Module):
            held |= {f"model.{path}.{name}": value for name, value in vars(part).items()}
    for path, value in list(held.items()):
        if isinstance(value, (list, tuple, dict)):
            named = value.items() if isinstance(value, dict) else enumerate(value)
            held |= {f"{path}.{name}": inner for name, inner in named}
    return {path: value for path, value in held.items() if isinstance(value, np.random.Generator)}


def _check_random(name: str, generator: np.random.Generator, state: Any) -> None:
    """ValueError for a state that NumPy takes, although it is none: a place outside its buffer."""
    copied = type(generator.bit_generator)()
    copied.state = state
    places = [(state["state"].get("pos", 0), 624), (state.get("buffer_pos", 0), 4)]
    inside = all(0 <= place <= last for place, last in places)
    if str(copied.state) != str(state) or not inside:
        raise ValueError(f"the state of the random generator {name} is none")


def _check_alike(name: str, own: dict[str, Any], state: dict[str, Any]) -> None:
    """ValueError where what a callback is to remember is of another kind than what it does."""

    def kinds(values: dict[str, Any]) -> dict[str, Any]:
        numbers = (bool, int, float, np.generic)
        return {k: "" if isinstance(v, numbers) else type(v) for k, v in values.items()}

    mine, found = kinds(own), kinds(state)
    unlike = [k for k in mine if found.get(k) != mine[k] and type(None) not in (mine[k], found[k])]
    if unlike or mine.keys() != found.keys():
        raise ValueError(f"what {name} remembers is {', '.join(unlike or found)!s:.200}")


def _history(plain: dict[str, Any]) -> History:
    """The History that was taken down, if it can be one."""
    history = History()
    history |= plain["columns"]
    vars(history).update({name: plain[name] for name in _TOLD})
    numbers = (history.seconds, history.best_epoch or 0, history.planned or 0)
    columns = all(type(name) is str and _are_numbers(column) for name, column in history.items())
    texts = all(type(plain[name]) in (str, type(None)) for name in ("stopped", "ended"))
    if not (columns and texts and all(0 <= number < np.inf for number in numbers)):
        raise ValueError("its history is none")
    return history


def _are_numbers(column: Any) -> bool:
    """Is it a list of numbers, as a column of a History is?"""
    kinds = (bool, int, float, np.number, np.bool_)
    return type(column) is list and all(isinstance(value, kinds) for value in column)
