"""Checkpoint: a callback that keeps the model in a file while it is trained."""

from __future__ import annotations

import math
import os
import warnings
from typing import Any

from ...data import Dataset
from ...engine.frames import stacklevel
from ...engine.kinds import check_kinds
from ...layers import Module
from ..arguments import check_counts
from ..callbacks import Callback, Run
from ..callbacks.early_stopping import sign
from ..files import check_can_write
from ..history import History
from .saving import save


class Checkpoint(Callback):
    """A callback: the model in a file, which `load_model` reads, while it is trained.

    Parameters
    ----------
    path : path
        Of the file; with an {epoch} in its name for every-n, as in ``"model-{epoch}.npz"``.
    keep : "last", "best" or int
        The model of the last epoch; of the one with the best `monitor`; or of every n-th epoch.
    monitor, mode
        As for EarlyStopping: a column of the history, and whether "min" or "max" is better.

    To go on with a run takes more than its model: see `resume` of `fit`. A disk that is full ends
    no run: it is told in a warning, and the file stays as it was.
    """

    writes = True

    def __init__(
        self,
        path: str | os.PathLike,
        keep: str | int = "last",
        monitor: str = "val_loss",
        mode: str | None = None,
    ) -> None:
        check_kinds("Checkpoint", (path, os.PathLike))
        if keep not in ("last", "best"):
            check_counts(keep=keep)
            if "{epoch}" not in os.fspath(path):
                raise ValueError(
                    f"Checkpoint: every {keep} epochs a file needs names that differ, such as"
                    f' "model-{{epoch}}.npz", not {os.fspath(path)!r}'
                )
        self.path, self.keep, self.monitor, self.best = os.fspath(path), keep, monitor, math.inf
        self.sign = sign(monitor, mode, "Checkpoint") if keep == "best" else 1

    def on_train_begin(self, run: Run) -> None:
        self.data = run.data if isinstance(run.data, Dataset) else None
        self.loss = run.loss
        self.best = math.inf
        check_can_write(self._name(0))

    def on_epoch_end(self, history: History, model: Module) -> None:
        if not self._is_due(history):
            return
        try:
            save(model, self._name(history.epochs), self.data, self.loss)
        except (OSError, ValueError) as error:
            warnings.warn(f"Checkpoint: the run goes on, but: {error}", stacklevel=stacklevel())

    def _is_due(self, history: History) -> bool:
        if isinstance(self.keep, int):
            return history.epochs % self.keep == 0
        if self.keep == "last":
            return True
        if self.monitor not in history:
            raise ValueError(
                f"Checkpoint monitors {self.monitor!r}, but the history has {', '.join(history)}:"
                " pass validation= to fit, or another monitor"
            )
        value = self.sign * history[self.monitor][-1]
        better = value < self.best
        self.best = value if better else self.best
        return better

    def _name(self, epoch: int) -> str:
        return self.path.replace("{epoch}", str(epoch))

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.best = state["best"]
