"""Trials: single runs of a sweep, and the folder in which each has a file, as plain text (JSON)."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..history import History

_VERSION = 1
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
_TOLD = ("planned", "stopped", "seconds", "best_epoch")  # by a History, beside its columns


@dataclass(frozen=True)
class Trial:
    """One run of a sweep.

    Attributes
    ----------
    settings, seed
        What `make` got.
    scores : dict of str to float
        What came out; of a History the figures of its best epoch, or else of its last one.
    history : History, optional
    error : str
        Of what it failed, in a sentence; "" where it did not.
    seconds : float
        How long it took.
    """

    settings: dict[str, Any]
    seed: int
    scores: dict[str, float]
    history: History | None = None
    error: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        """By what a run is known: the same text in every process, on every machine."""
        return json.dumps([plain(self.settings), self.seed], sort_keys=True)


def plain(value: Any) -> Any:
    """A setting as JSON knows it; a function or class by its name, another object by its repr.

    >>> from tinynet.losses import huber
    >>> plain({"loss": huber, "hidden": (16, 8), "lr": np.float64(0.1)})
    {'loss': 'huber', 'hidden': [16, 8], 'lr': 0.1}
    """
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, functools.partial):
        given = [str(plain(inner)) for inner in value.args]
        given += [f"{name}={plain(inner)}" for name, inner in value.keywords.items()]
        return f"{plain(value.func)}({', '.join(given)})"
    if str(name := getattr(value, "__name__", "")).isidentifier():
        return name
    shown = repr(value)
    if shown.startswith("<") or " at 0x" in shown:  # as of a lambda: not the same another time
        raise TypeError(
            "a setting is a number, a text, a list of these, or what has a name, not"
            f" {shown:.80}: give it one, and let make look up what it means"
        )
    return shown


class Folder:
    """Where the trials of a sweep are kept, if anywhere."""

    def __init__(self, path: str | os.PathLike | None) -> None:
        from ..files import check_can_write, kind_of  # here, so that `import tinynet` stays fast

        self.path = None if path is None else Path(path)
        if self.path is not None:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except FileExistsError:
                raise ValueError(
                    f"cannot keep runs in {path}: it is {kind_of(self.path)}"
                ) from None
            except OSError as error:
                raise ValueError(f"cannot keep runs in {path}: {error.strerror}") from None
            check_can_write(self.path / "run.json")

    def read(self, planned: Trial) -> Trial | None:
        """The trial as it was done, unless it is missing or failed.

        ValueError where its file holds something else.
        """
        path = self._file(planned)
        if path is None or not path.exists():
            return None
        try:
            content = json.loads(path.read_bytes())
            if content["tinynet.sweep"] != _VERSION or content["key"] != planned.key:
                raise ValueError("it is of another version or run")
            found = Trial(
                planned.settings,
                planned.seed,
                {str(name): float(value) for name, value in content["scores"].items()},
                _history(content["history"]),
                str(content["error"]),
                float(content["seconds"]),
            )
        except _DAMAGED as error:
            raise ValueError(
                f"{path} is no run of a sweep ({error}): take it away, or choose another folder"
            ) from None
        return None if found.error else found

    def write(self, trial: Trial) -> None:
        """Keep it, whole or not at all."""
        from ..files import atomic_write

        path = self._file(trial)
        if path is None:
            return
        content = {"tinynet.sweep": _VERSION, "key": trial.key, "settings": plain(trial.settings)}
        content |= {"seed": trial.seed, "scores": trial.scores, "error": trial.error}
        content |= {"seconds": trial.seconds, "history": _told(trial.history)}
        with atomic_write(path) as file:
            file.write(json.dumps(content, indent=1, default=float).encode())

    def _file(self, trial: Trial) -> Path | None:
        name = f"{hashlib.sha256(trial.key.encode()).hexdigest()[:20]}.json"
        return None if self.path is None else self.path / name


def _told(history: History | None) -> dict[str, Any] | None:
    if history is None:
        return None
    return {"columns": dict(history), **{name: getattr(history, name) for name in _TOLD}}


def _history(content: Any) -> History | None:
    """The reverse of `_told`."""
    if content is None:
        return None
    history = History()
    for name, values in content["columns"].items():
        history[name] = [float(value) for value in values]
    for name in _TOLD:
        setattr(history, name, content[name])
    return history
