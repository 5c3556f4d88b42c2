"""A saved model: the model out of a file, with what it knows of its data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import TASKS
from ..data.dataset import Dataset, check_names
from ..data.preparation import Preparation
from ..engine.methods import raw
from ..layers import Module, Sigmoid, modules
from .evaluation import predict


@dataclass(frozen=True, eq=False, repr=False)
class SavedModel:
    """What `tn.checkpoints.load_model` returns: a model, and what its numbers mean.

    Attributes
    ----------
    model : Module
        In evaluation mode; `fit` can go on with it.
    feature_names, target_names : tuple of str
        Of the columns that go in; of the classes, or of the one target. Empty where the file was
        saved without `data`.
    task : {"regression", "binary", "multiclass", ""}
    preparation : Preparation, optional
        How the columns of a CSV file become features.
    """

    model: Module
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    task: str = ""
    preparation: Preparation | None = None

    def __repr__(self) -> str:
        what = f"{_listed(self.feature_names)} → {_listed(self.target_names)}"
        known = f"{self.task or 'a model'}, {what}" if self.feature_names else "of unknown data"
        return f"SavedModel: {known}\n{self.model!r}"

    @classmethod
    def of(cls, model: Module, facts: Any) -> SavedModel:
        """The model, and what `facts_of` wrote; ValueError where that is something else."""
        if facts is None:
            return cls(model)
        names, targets = tuple(facts["feature_names"]), tuple(facts["target_names"])
        task, how = facts["task"], facts["preparation"]
        if not all(isinstance(n, str) for n in names + targets) or task not in ("", *TASKS):
            raise ValueError("the names of its features and targets are not names")
        model.feature_names, model.target_names = names, targets  # `evaluate` compares them
        preparation = None if how is None else Preparation.from_dict(how)
        return cls(model, names, targets, task, preparation)

    def predict(self, rows: Any) -> np.ndarray:
        """The model's output for new rows, one row each.

        `rows` is an array of shape (N, features), a Dataset with the same features, or the path of
        a CSV file with the same columns. ValueError says what differs.
        """
        return predict(self.model, self._features(rows))

    def classify(self, rows: Any) -> list[str]:
        """The name of the most probable class of each row; `rows` as for `predict`."""
        names = self.target_names
        if len(names) < 2:
            what = f"numbers, {names[0]}" if names else "what has no names"
            raise ValueError(f"the model predicts {what}, and not classes: use predict")
        y_pred = self.predict(rows)
        if y_pred.shape[1:] == (1,) and len(names) == 2:
            middle = 0.5 if isinstance(modules(self.model)[-1], Sigmoid) else 0.0
            return [names[int(y > middle)] for y in y_pred[:, 0]]
        if y_pred.shape[1:] != (len(names),):
            raise ValueError(
                f"the model's output has shape {y_pred.shape}, but the data it was saved with has"
                f" {len(names)} classes"
            )
        return [names[i] for i in np.argmax(y_pred, axis=1)]

    def _features(self, rows: Any) -> np.ndarray:
        """The rows as the model takes them, of shape (N, features)."""
        if isinstance(rows, (str, os.PathLike)):
            return self._read(rows)
        names = getattr(rows, "columns", None)  # of a table of pandas
        who = "the table"
        if isinstance(rows, Dataset):
            rows, who, names = rows.x, rows.name, rows.feature_names
        if names is not None and self.feature_names:
            names = tuple(map(str, names))
            check_names("the model", "features", self.feature_names, who, names)
        x, columns = np.asarray(raw(rows)), len(self.feature_names)
        if columns and (x.ndim != 2 or x.shape[1] != columns):
            raise ValueError(
                f"the model takes rows of {columns} columns ({_listed(self.feature_names)}), so an"
                f" array of shape (N, {columns}), not {x.shape}"
            )
        if x.dtype.kind not in "fiub":
            raise ValueError(f"the rows must hold numbers, not {x.dtype}")
        if not np.isfinite(x).all():
            row = np.argwhere(~np.isfinite(x))[0, 0]
            raise ValueError(f"row {row} holds NaN or inf: leave it out or fill in the values")
        return x

    def _read(self, path: str | os.PathLike) -> np.ndarray:
        """The features of the rows in a CSV file."""
        if self.preparation is None:
            raise ValueError(
                f"{path} cannot be read: how columns become features is known of models that were"
                " saved with data=, a Dataset from read_csv"
            )
        return self.preparation.read(path)[0]


def facts_of(model: Module, data: Dataset | None) -> dict[str, Any] | None:
    """What a saved model keeps of its data, or remembers of them, for `SavedModel.of`."""
    known: Any = model if data is None else data
    if known.feature_names is None:
        return None
    preparation = None if data is None else data.preparation
    return {
        "feature_names": list(known.feature_names),
        "target_names": list(known.target_names),
        "task": "" if data is None else data.task,
        "preparation": preparation and preparation.to_dict(),
    }


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
