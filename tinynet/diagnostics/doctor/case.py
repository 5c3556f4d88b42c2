"""A case: the model, the loss, the data and the run that the rules look at, and what is known.

It is computed on a copy of the model and on a sample of the rows, once, when first asked for.
"""

from __future__ import annotations

import contextlib
import copy
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.grad_mode import evaluating, no_grad, recording
from ...engine.methods import raw
from ...engine.tensor import Tensor
from ...layers import Module, modules
from ...optimizers import SGD, Optimizer
from ...training import History, InUnits
from ...training.arguments import arrays, check_model, check_tracked, row_by_row, unwrapped
from ...training.suited import target_units
from .looks import Layer, Look

SAMPLE = 512  # rows on which the untrained model is asked
NEIGHBOURS = 400  # rows among which neighbours are looked for
BETTER = 0.15  # accuracy or R² by which they must beat the model: beyond their own luck


@dataclass(eq=False)
class Case:
    """What there is to look at; `model` and `optimizer` are copies."""

    model: Module
    optimizer: Optimizer
    loss: Callable
    parts: dict[str, tuple[np.ndarray, np.ndarray]]  # "" to train on, "val_" to validate on
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # parameters that the optimizer does not hold
    history: History = field(default_factory=History)
    layers: list[Layer] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    @property
    def x(self) -> np.ndarray:
        return self.parts[""][0]

    @property
    def y(self) -> np.ndarray:
        return self.parts[""][1]

    @cached_property
    def rows(self) -> np.ndarray:
        return sample(len(self.x), SAMPLE)

    @cached_property
    def table(self) -> np.ndarray:
        """The features as columns: (N, features)."""
        return self.x.reshape(len(self.x), -1)

    @cached_property
    def columns(self) -> Columns:
        """What is known of each feature."""
        return Columns.of(self.table, self.rows)

    @cached_property
    def start(self) -> Start:
        """What the untrained model makes of the sample."""
        return Start.of(self.model, self.loss, self.x[self.rows], self.y[self.rows])

    # --- what the targets are -----------------------------------------------------------------

    @cached_property
    def labels(self) -> np.ndarray | None:
        """The class of each row, (N,), or None where the targets are numbers."""
        return class_ids(self.y, self.start.columns)

    @cached_property
    def numeric(self) -> bool:
        """Does the loss compare numbers by their difference, as mse does?"""
        output = self.start.output
        if self.labels is not None or output is None or output.shape[1:] != self.y.shape[1:]:
            return False
        with quiet():
            try:
                return target_units(self.loss) == "standardized"
            except Exception:  # a loss of one's own may be for these shapes only
                return False

    @cached_property
    def guess(self) -> float:
        """The loss of knowing nothing: log C for C classes, the variance for numbers; or NaN."""
        if self.labels is None:
            return self.chance
        columns = self.start.columns
        return self._best([0.0, 1 / columns if columns > 1 else 0.5])

    @cached_property
    def chance(self) -> float:
        """The loss of the best constant answer, such as the class frequencies or the mean."""
        y, columns = self.y[self.rows], self.start.columns
        if self.labels is None:
            mean = np.mean(y, axis=0)
            positive = [np.log(mean)] if np.all(mean > 0) else []
            return self._best([mean, np.median(y, axis=0), *positive])
        counts = np.bincount(
            self.labels[self.rows].astype(np.intp), minlength=max(columns, 2)
        ).astype(float)
        frequency = counts / counts.sum()
        if columns > 1:
            return self._best([0.0, frequency, np.log(np.maximum(frequency, 1e-6))])
        p = float(np.clip(frequency[1], 1e-3, 1 - 1e-3))
        return self._best([0.0, p, math.log(p / (1 - p))])

    def _best(self, constants: list[Any]) -> float:
        """The lowest loss of these answers, the same for each row; NaN where it takes none."""
        output, y, found = self.start.output, self.y[self.rows], []
        if output is None:
            return math.nan
        for constant in constants:
            answer = np.broadcast_to(constant, output.shape).astype(output.dtype)
            with quiet(), contextlib.suppress(Exception):
                found.append(float(raw(self.loss(y, answer))))
        return min(filter(math.isfinite, found), default=math.nan)

    # --- what could be learned ----------------------------------------------------------------

    @cached_property
    def neighbours(self) -> tuple[float, float]:
        """How good the five nearest neighbours are and how good the model is, on the same rows.

        Accuracy for classes, R² for numbers; the neighbours of a row do not include itself. NaN
        where the rows are too few, or where what the model gives is not comparable with y.
        """
        rows = sample(len(self.x), NEIGHBOURS)
        if len(rows) < 20 or (self.labels is None and not self.numeric):
            return math.nan, math.nan
        x = self.table[rows].astype(float)
        x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
        squares = np.sum(x * x, axis=1)
        distances = squares[:, None] + squares - 2 * x @ x.T
        np.fill_diagonal(distances, np.inf)
        nearest = np.argsort(distances, axis=1)[:, :5]  # (rows, 5)
        with evaluating(), no_grad(), quiet():
            output = raw(self.model(self.x[rows]))
        if self.labels is None:
            y = self.y[rows].reshape(len(rows), -1)
            return r2(y, y[nearest].mean(axis=1)), r2(y, output.reshape(len(rows), -1))
        labels = self.labels[rows]
        votes = np.eye(labels.max() + 1)[labels[nearest]].sum(axis=1).argmax(axis=1)
        return np.mean(votes == labels), np.mean(self._decided(output) == labels)

    @property
    def more_to_learn(self) -> bool:
        """Do the neighbours beat the model, and the best constant answer as well?"""
        theirs, own = self.neighbours
        labels = self.labels
        constant = 0.0 if labels is None else np.bincount(labels).max() / len(labels)
        return bool(theirs - max(own, constant) > BETTER)

    def _decided(self, output: np.ndarray) -> np.ndarray:
        """The class of each output: the largest column, or whether the one says yes."""
        if self.start.columns > 1:
            return np.argmax(output.reshape(len(output), -1), axis=1)
        return (output.ravel() > (0.5 if self.start.operation == "sigmoid" else 0)).astype(int)


@dataclass(frozen=True, eq=False)
class Columns:
    """Figures of each column of a table: the ends over all rows, the others over a sample."""

    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray  # the standard deviation, exactly 0 where the column is constant
    size: np.ndarray  # the root of the mean square

    @classmethod
    def of(cls, table: np.ndarray, rows: np.ndarray) -> Columns:
        low, high, some = table.min(axis=0), table.max(axis=0), table[rows].astype(float)
        mean, deviation = some.mean(axis=0), np.where(low < high, some.std(axis=0), 0.0)
        return cls(low, high, mean, deviation, np.sqrt(np.mean(some**2, axis=0)))

    @property
    def varying(self) -> np.ndarray:
        """The numbers of the columns that are not constant."""
        return np.flatnonzero(self.low < self.high)

    @property
    def reach(self) -> np.ndarray:
        """The largest absolute value."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


@dataclass(eq=False)
class Start:
    """An untrained model and its loss on a few rows, or what went wrong with them."""

    problem: str = ""  # what the model or the loss raised
    of_model: bool = False  # was it the model?
    output: Tensor | None = None
    loss: float = math.nan
    remarks: tuple[str, ...] = ()  # warnings of the loss
    gradients: dict[str, np.ndarray | None] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Module, loss: Callable, x: np.ndarray, y: np.ndarray) -> Start:
        start = cls()
        with evaluating(), quiet(), warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            try:
                start.of_model = True
                start._look(model, loss, x, y)
            except Exception as error:  # of the model or the loss, which may be anybody's
                kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
                start.problem = f"{kind}{error}"
        start.remarks = tuple(str(w.message) for w in remarks)
        return start

    def _look(self, model: Module, loss: Callable, x: np.ndarray, y: np.ndarray) -> None:
        output = model(x)
        self.output = output if isinstance(output, Tensor) else Tensor(output)
        self.of_model = False
        value = loss(y, output)
        if not isinstance(value, Tensor):
            raise ValueError(
                f"it gave {type(value).__name__}, not a Tensor: without .data, .item() and float()"
                " it can be differentiated"
            )
        self.loss = float(value)
        named = dict(model.named_parameters())
        for parameter in named.values():
            parameter.grad = None
        if value.requires_grad:
            value.backward()
        for path, parameter in named.items():
            self.gradients[path] = None if parameter.grad is None else raw(parameter.grad).copy()

    @property
    def works(self) -> bool:
        """Can a step be taken?"""
        return any(gradient is not None for gradient in self.gradients.values())

    @property
    def columns(self) -> int:
        """How many numbers the model gives for a row; 0 where it gives none."""
        return 0 if self.output is None else self.output.size // max(len(self.output.data), 1)

    @property
    def operation(self) -> str:
        """What the output comes from, such as "softmax"."""
        return operation(self.output)


def case_of(
    model: Any, loss: Callable, train: Any, validation: Any, optimizer: Optimizer | None
) -> Case:
    """The case before training; errors about model and data as `fit` raises them."""
    check_model(model)
    if isinstance(train, Dataset) and isinstance(validation, Dataset):
        train.check_alike(validation)
    trained = model.parameters()
    if not trained:
        raise ValueError("the model has no parameters, so there is nothing to train")
    in_units = any(isinstance(part, InUnits) for part in modules(model))
    dtype = np.float64 if in_units else trained[0].dtype
    parts = {"": arrays(train, dtype, "train")}
    if validation is not None:
        parts["val_"] = arrays(validation, dtype, "validation")
    return made_case(model, loss, train, parts, optimizer)


def made_case(
    model: Module, loss: Callable, train: Any, parts: dict, optimizer: Optimizer | None
) -> Case:
    """The case of arrays that have been checked."""
    left_out = check_tracked(model, optimizer) if optimizer else []
    paths = {parameter: path for path, parameter in model.named_parameters()}
    copied, own = copies(model, optimizer)
    width = math.prod(parts[""][0].shape[1:])
    features = getattr(train, "feature_names", None) or tuple(f"x{i}" for i in range(width))
    classes = getattr(train, "target_names", ())
    missing = tuple(paths[parameter] for parameter in left_out)
    return Case(copied, own, row_by_row(loss), parts, tuple(features), classes, missing)


def copies(model: Module, optimizer: Optimizer | None) -> tuple[Module, Optimizer]:
    """The model and its optimizer with arrays of their own; a stand-in where there is none."""
    try:
        copied, own = copy.deepcopy((model, optimizer))
    except TypeError as error:
        raise TypeError(f"the doctor looks at a copy of the model, but {error}") from None
    copied.eval()
    return copied, own or SGD(copied.parameters(), lr=1e-3)


# --- small helpers --------------------------------------------------------------------------


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What is tried may overflow or be warned of, and debug mode is not told."""
    before = recording.on, recording.watcher
    recording.on, recording.watcher = True, None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        recording.on, recording.watcher = before


def sample(length: int, size: int) -> np.ndarray:
    """At most `size` of so many rows, in random order, the same in every run."""
    return np.random.default_rng(0).permutation(length)[:size]


def operation(tensor: Tensor | None) -> str:
    """The name of the operation that made a tensor; empty for none."""
    node = getattr(tensor, "node", None)
    return node.operation.__name__ if node else ""


def wants_logits(loss: Callable) -> bool:
    """Does this loss of the catalogue apply softmax or sigmoid itself?"""
    function, options = unwrapped(loss)
    return bool({**getattr(function, "defaults", {}), **options}.get("from_logits", False))


def class_ids(y: np.ndarray, columns: int) -> np.ndarray | None:
    """Targets as class ids (N,): ids, one-hot rows, 0 and 1, −1 and 1; None for numbers."""
    if columns > 1 and y.shape == (len(y), columns):
        one_hot = np.all((y == 0) | (y == 1)) and np.all(y.sum(axis=1) == 1)
        return np.argmax(y, axis=1) if one_hot else None
    values = set(np.unique(y[:10_000]).tolist())
    if y.size != len(y):
        return None
    if values <= {0, 1} or values == {-1, 1}:
        return np.maximum(y.ravel(), 0).astype(int)
    ids = columns != 1 and y.ndim == 1 and np.all(y == np.round(y)) and y.min() >= 0
    return y.astype(int) if ids else None


def r2(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """1 − the squared error over that of the mean; NaN where y_true does not vary."""
    spread = np.sum((y_true - y_true.mean(axis=0)) ** 2)
    return float(1 - np.sum((y_true - y_pred) ** 2) / spread) if spread else math.nan
