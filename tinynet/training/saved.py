"""A saved model: the model out of a file, with what it knows of its data."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import TASKS, Dataset
from ..engine.methods import raw
from ..layers import Module, Sigmoid, modules
from .evaluation import predict


@dataclass(frozen=True, eq=False)
class SavedModel:
    """What `checkpoints.load_model` returns: a model, and what its numbers mean.

    Attributes
    ----------
    model : Module
        In evaluation mode; `fit` goes on with it.
    feature_names, target_names : tuple of str
        Of the columns it takes, and of the classes or the one target; empty where the file was
        saved without `data`.
    task : {"regression", "binary", "multiclass", ""}
    preparation : Preparation, optional
        How the columns of a CSV file become features.
    """

    model: Module
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    task: str = ""
    preparation: Any = None

    @classmethod
    def of(cls, model: Module, facts: Any) -> SavedModel:
        """The model with what `facts` kept of its data; ValueError where that is no such thing."""
        if facts is None:
            return cls(model)
        features, targets, task = facts["feature_names"], facts["target_names"], facts["task"]
        if not all(isinstance(name, str) for name in (*features, *targets)) or task not in TASKS:
            raise ValueError("what it says of its data is not what was written")
        return cls(model, tuple(features), tuple(targets), task)

    @property
    def facts(self)...

    def predict(self, rows: Any) -> np.ndarray:
        """What the model gives for new rows: numbers, or for classes its outputs.

        `rows` is an array of shape (N, features), a Dataset with the same features, or the path of
        a CSV file with the same columns. ValueError where features or columns differ.
        """
        return predict(self.model, self._features(rows))

    def classify(self, rows: Any) -> list[str]:
        """The name of the most probable class of each row; see `predict`."""
        if self.task not in ("binary", "multiclass"):
            what = f"the number {self.target_names[0]}" if self.task else "something without a name"
            raise ValueError(f"the model predicts {what}, not classes: use predict")
        y_pred = self.predict(rows)
        if y_pred.shape[1:] == (1,) and self.task == "binary":
            middle = 0.5 if isinstance(modules(self.model)[-1], Sigmoid) else 0.0
            ids = (y_pred[:, 0] > middle).astype(int)
        elif y_pred.shape[1:] == (len(self.target_names),):
            ids = np.argmax(y_pred, axis=1)
        else:
            raise ValueError(
                f"the model's output has shape {y_pred.shape}, but there are"
                f" {len(self.target_names)} classes: was the file saved with other data?"
            )
        return [self.target_names[i] for i in ids]

    def _features(self, rows: Any) -> Any:
        """The rows as the model takes them: (N, features)."""
        if isinstance(rows, (str, os.PathLike)):
            return self._read(rows)
        if isinstance(rows, Dataset):
            self._check_names(rows)
            return rows.x
        x = rows if hasattr(rows, "__array_function__") else np.asarray(rows)
        columns = len(self.feature_names)
        if columns and (x.ndim != 2 or x.shape[1] != columns):
            raise ValueError(
                f"the model takes rows of {columns} columns, ({_listed(self.feature_names)}), but"
                f" the array has shape {x.shape}"
            )
        if x.dtype.kind in "fiub" and not np.isfinite(raw(x)).all():
            row = np.argwhere(~np.isfinite(raw(x)))[0, 0]
            raise ValueError(f"row {row} holds NaN or inf: drop such rows or fill in the values")
        return x

    def _check_names(self, dataset: Dataset) -> None:
        """ValueError unless its features are those of the model, in their order."""
        ours, theirs = self.feature_names, tuple(dataset.feature_names)
        if not ours or theirs == ours:
            return
        lacking, others = (
            [n for n in ours if n not in theirs],
            [n for n in theirs if n not in ours],
        )
        problems = [f"lacks {_listed(lacking)}"] if lacking else []
        problems += [f"has {_listed(others)}, which the model does not know"] if others else []
        problems = problems or [f"has them in another order than {_listed(ours)}"]
        raise ValueError(
            f"{dataset.name} has other features than the model: it {' and '.join(problems)}"
        )

    def _read(self, path: str | os.PathLike) -> np.ndarray:
        """The features in a CSV file."""
        if self.preparation is None:
            raise ValueError(
                f"{path}: the model does not know how the columns of a file became features; it"
                " does where it was saved with data=, a Dataset from read_csv"
            )
        x, _ = self.preparation.read(path)
        return x


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
