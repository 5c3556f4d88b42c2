"""A saved model: the model out of a file, with what it knows of its data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data import TASKS
from ...data.dataset import Dataset, check_names
from ...data.frames import is_frame
from ...data.preparation import Preparation
from ...engine.methods import raw
from ...functional import sigmoid, softmax
from ...layers import Module, Sigmoid, Softmax, modules
from ...losses import Loss
from ..arguments import name_of, unwrapped
from ..evaluation import predict
from ..units import InUnits

OUTPUTS = ("logits", "probabilities", "scores", "")
BATCH = 10_000  # rows that go through the model at once


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
        How the columns of a CSV file or a dataframe become features.
    loss : str
        The loss it was trained with, with its options, where the file was saved with `loss`.
    output : {"logits", "probabilities", "scores", ""}
        What the model gives for classes, as its loss takes it or as its last layer makes it.

    Its repr shows all that is done to a row: what becomes of each column, how features are
    standardized, and how predictions are scaled back.
    """

    model: Module
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    task: str = ""
    preparation: Preparation | None = None
    loss: str = ""
    output: str = ""

    def __repr__(self) -> str:
        what = f"{_listed(self.feature_names)} → {_listed(self.target_names)}"
        known = f"{self.task or 'a model'}, {what}" if self.feature_names else "of unknown data"
        parts = [f"SavedModel: {known}", repr(self.model)]
        units = [part for part in modules(self.model) if isinstance(part, InUnits)]
        parts += [part.figures(self.feature_names, self.target_names) for part in units]
        if self.preparation is not None:
            parts.insert(1, repr(self.preparation))
        return "\n\n".join(parts)

    @classmethod
    def of(cls, model: Module, facts: Any) -> SavedModel:
        """The model, and what `facts_of` wrote; ValueError where that is something else."""
        if facts is None:
            return cls(model)
        names, targets = tuple(facts["feature_names"]), tuple(facts["target_names"])
        task, how, loss = facts["task"], facts["preparation"], facts.get("loss", "")
        output = facts.get("output", output_of(model, None))
        texts = (*names, *targets, loss)
        known = task in ("", *TASKS) and output in OUTPUTS
        if not all(isinstance(text, str) for text in texts) or not known:
            raise ValueError("the names of its features and targets are not names")
        model.feature_names, model.target_names = names, targets  # `evaluate` compares them
        preparation = None if how is None else Preparation.from_dict(how)
        return cls(model, names, targets, task, preparation, loss, output)

    def predict(self, rows: Any) -> np.ndarray:
        """The model's output for new rows, one row each.

        `rows` is an array of shape (N, features), a Dataset with the same features, or the path of
        a CSV file or a dataframe with the same columns, in any order. ValueError says what differs.
        """
        x = self._features(rows)
        parts = [predict(self.model, x[i : i + BATCH]) for i in range(0, max(1, len(x)), BATCH)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def classify(self, rows: Any) -> list[str]:
        """The name of the most probable class of each row; `rows` as for `predict`."""
        return self.named(self.predict(rows))

    def probabilities(self, rows: Any) -> np.ndarray:
        """The probability of each class, (N, classes); `rows` as for `predict`.

        What is not known (`output`) is taken for logits. Scores, such as those of a hinge loss,
        have none: ValueError.
        """
        return self.probable(self.predict(rows))

    def numbers(self, y_pred: np.ndarray) -> np.ndarray:
        """What `predict` gave, (N, 1); ValueError unless that is a number for each row."""
        if self.task != "regression" or y_pred.shape[1:] != (1,):
            raise ValueError(
                f"the model's output has shape {y_pred.shape}, and not one number for each row"
            )
        _check_finite(y_pred)
        return y_pred

    def named(self, y_pred: np.ndarray) -> list[str]:
        """The names of the most probable classes, from what `predict` gave."""
        return [self.target_names[i] for i in self.ids(y_pred)]

    def ids(self, y_pred: np.ndarray) -> np.ndarray:
        """The numbers of the most probable classes, (N,), from what `predict` gave."""
        self._check_classes(y_pred)
        if y_pred.shape[1] > 1:
            return np.argmax(y_pred, axis=1)
        middle = 0.5 if self.output == "probabilities" else 0.0
        return (y_pred[:, 0] > middle).astype(np.int64)

    def probable(self, y_pred: np.ndarray) -> np.ndarray:
        """The probabilities of the classes, (N, classes), from what `predict` gave."""
        self._check_classes(y_pred)
        if self.output == "scores":
            raise ValueError(f"the scores of {self.loss} are no probabilities")
        y_pred, single = y_pred.astype(np.float64), y_pred.shape[1] == 1
        if self.output != "probabilities":
            y_pred = sigmoid(y_pred) if single else softmax(y_pred)
        return np.hstack([1 - y_pred, y_pred]) if single else y_pred

    def _check_classes(self, y_pred: np.ndarray) -> None:
        """ValueError unless these are outputs for the classes."""
        names = self.target_names
        if len(names) < 2:
            what = f"numbers, {names[0]}" if names else "what has no names"
            raise ValueError(f"the model predicts {what}, and not classes: use predict")
        if y_pred.shape[1:] != (len(names),) and (y_pred.shape[1:], len(names)) != ((1,), 2):
            raise ValueError(
                f"the model's output has shape {y_pred.shape}, but the data it was saved with has"
                f" {len(names)} classes"
            )
        _check_finite(y_pred)

    def _features(self, rows: Any) -> np.ndarray:
        """The rows as the model takes them, of shape (N, features)."""
        if isinstance(rows, (str, os.PathLike)) or (self.preparation and is_frame(rows)):
            return self._read(rows)
        names = getattr(rows, "columns", None)  # of a dataframe
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

    def _read(self, source: Any) -> np.ndarray:
        """The features of the rows in a CSV file or a dataframe."""
        return self.reader(source).read(source)[0]

    def reader(self, source: Any) -> Preparation:
        """The preparation that reads a source; ValueError where the model has none."""
        if self.preparation is None:
            raise ValueError(
                f"{source} cannot be read: how columns become features is known of models that were"
                " saved with data=, a Dataset from read_csv or from_frame"
            )
        return self.preparation


def facts_of(model: Module, data: Dataset | None, loss: Any = None) -> dict[str, Any] | None:
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
        "loss": "" if loss is None else _called(loss),
        "output": output_of(model, loss),
    }


def output_of(model: Module, loss: Any) -> str:
    """What a model gives for classes, see `SavedModel`; empty where that cannot be known."""
    ends = modules(model)[-1]
    added = [part for part in modules(model) if part.around and modules(part)[-1] is ends]
    if isinstance(ends, (Sigmoid, Softmax)) and not added:
        return "probabilities"
    function, given = unwrapped(loss)
    if not isinstance(function, Loss):
        return ""
    from_logits = {**function.defaults, **given}.get("from_logits")
    return "scores" if from_logits is None else "logits" if from_logits else "probabilities"


def _check_finite(y_pred: np.ndarray) -> None:
    """ValueError for NaN, which would pass for the first class, and inf."""
    if not (finite := np.isfinite(y_pred).all(axis=1)).all():
        row = int(np.argmin(finite))
        raise ValueError(
            f"the model's output for row {row} (the first is row 0) is {y_pred[row, 0]:g}: a number"
            " in that row, or in the model, is too large to compute with"
        )


def _called(loss: Any) -> str:
    """The loss in a few words, as in focal(gamma=3)."""
    function, given = unwrapped(loss)
    options = ", ".join(f"{name}={value}" for name, value in given.items() if name != "from_logits")
    return f"{name_of(function)}({options})" if options else name_of(function)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
