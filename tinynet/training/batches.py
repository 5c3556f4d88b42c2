"""Batches: what one step after the other learns from, and how much each of them counts.

They are cut from arrays in memory, or come from a stream; one step learns from a group of them,
whose gradients are accumulated, and which is mostly a single one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.arrays import like
from ..engine.grad_mode import no_grad
from ..layers import Module
from ..losses import Loss
from ..optimizers import Optimizer
from .arguments import (
    array_of_numbers,
    arrays,
    check_counts,
    mask,
    rows_that_count,
    unwrapped,
)
from .callbacks import Run
from .evaluation import predict
from .finite import finite
from .stream import Stream, is_stream
from .units import in_units
from .weighting import any_counts, check_takes, counts_rows, divisor, row_options


@dataclass(slots=True)
class Batch:
    """Some rows of arrays, and the options of the loss with a number for each of them."""

    all_x: np.ndarray
    all_y: np.ndarray
    options: dict[str, np.ndarray]
    rows: np.ndarray | None = None  # which of them; all where there is None

    def __len__(self) -> int:
        return len(self.all_x if self.rows is None else self.rows)

    @property
    def x(self) -> np.ndarray:
        return self.all_x if self.rows is None else self.all_x.take(self.rows, 0)

    @property
    def y(self) -> np.ndarray:
        return self.all_y if self.rows is None else self.all_y.take(self.rows, 0)


Share = Callable[[Batch], float]  # how much a batch counts in the loss of its epoch


def shuffled(size: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each batch of one epoch, in random order: (batch_size,), the last one shorter."""
    order = rng.permutation(size)
    return (order[start : start + batch_size] for start in range(0, size, batch_size))


@dataclass
class Rows:
    """Arrays in memory; each epoch takes them in another order, `batch_size` rows at a time."""

    x: np.ndarray
    y: np.ndarray
    batch_size: int
    options: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def part(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x, self.y

    def epoch(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The batches of one epoch."""
        elsewhere = like(self.x)  # where the data are, if not here
        for rows in shuffled(len(self.x), self.batch_size, rng):
            if elsewhere is not None:
                rows = np.asarray(rows, like=elsewhere)
            options = self.options and {name: given[rows] for name, given in self.options.items()}
            yield Batch(self.x, self.y, options, rows)

    def share(self, model: Module, loss: Any) -> Share | None:
        """By what the mean of a batch was divided; None where the loss is a sum."""
        if counts_rows(loss, self.options):
            return _size
        with no_grad():
            weights = divisor(loss, self.y, predict(model, self.x), self.options)
        return None if weights is None else lambda batch: float(weights[batch.rows].sum())


@dataclass
class Batches:
    """A stream; each epoch takes it as it comes."""

    part: Stream
    options: dict[str, np.ndarray] = field(default_factory=dict)

    def epoch(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The batches of one epoch."""
        return itertools.starmap(Batch, self.part)

    def share(self, model: Module, loss: Any) -> Share | None:
        """By what the mean of a batch was divided; None where the loss is a sum."""
        function, bound = unwrapped(loss)
        if isinstance(function, Loss) and bound.get("reduction") == "sum":
            return None

        def share(batch: Batch) -> float:
            if counts_rows(loss, batch.options):
                return _size(batch)
            check_takes(loss, batch.options)
            with no_grad():
                weights = divisor(loss, batch.y, predict(model, batch.x), batch.options)
            return _size(batch) if weights is None else float(weights.sum())

        return share


def _size(batch: Batch) -> int:
    return len(batch)


def dtype_of(model: Module, optimizer: Optimizer) -> Any:
    """What the data become; those in their own units lose digits in the dtype of the model."""
    return np.float64 if in_units(model) else optimizer.vector.dtype


def validation_of(train: Any, validation: Any, dtype: Any) -> dict[str, Any]:
    """The part to validate on, if there is one."""
    if validation is None:
        return {}
    if isinstance(train, Dataset) and isinstance(validation, Dataset):
        train.check_alike(validation)
    if is_stream(validation, "validation"):
        return {"val_": Stream(validation, dtype, "validation")}
    return {"val_": arrays(validation, dtype, "validation")}


def source_of(
    train: Any,
    dtype: Any,
    loss: Any,
    *,
    batch_size: int | None,
    sample_weight: Any,
    class_weight: Any,
    where: Any,
) -> Rows | Batches:
    """Where the batches come from, and what of them counts how much."""
    if is_stream(train, "train"):
        given = {"sample_weight": sample_weight, "where": where, "batch_size": batch_size}
        _check_stream(given, class_weight)
        return Batches(Stream(train, dtype, "train", class_weight))
    x, y = arrays(train, dtype, "train", where)
    if batch_size is None:
        raise TypeError("batch_size is missing: from how many rows a step learns, as batch_size=32")
    check_counts(batch_size=batch_size)
    names = train.target_names if isinstance(train, Dataset) else ()
    counts = mask(where, y)
    if counts is not None:
        rows = rows_that_count(counts)
        x, y, counts = x[rows], y[rows], counts[rows]
        if sample_weight is not None:
            sample_weight = _rows_of(sample_weight, rows)
    options = row_options(y, sample_weight, class_weight, names)
    if not any_counts(options, ...):
        raise ValueError("sample_weight and class_weight must not be 0 for every row")
    if counts is not None and not counts.all():
        options["where"] = counts
    check_takes(loss, options)
    return Rows(x, y, batch_size, options)


def _rows_of(sample_weight: Any, rows: np.ndarray) -> np.ndarray:
    weights = array_of_numbers(sample_weight, "sample_weight")
    if len(weights) != len(rows):
        raise ValueError(f"sample_weight has {len(weights)} rows, but x has {len(rows)}")
    return weights[rows]


def _check_stream(given: dict[str, Any], class_weight: Any) -> None:
    """What belongs to rows in memory has no meaning for batches that come one by one."""
    fixes = {
        "sample_weight": "let each batch be (x, y, sample_weight)",
        "where": "leave out what does not count where the batches are made",
        "batch_size": "leave it out, since a step learns from a batch as it comes",
    }
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"{name}= is for rows in memory, but train gives batches: {fixes[name]}"
            )
    if class_weight == "balanced":
        raise ValueError(
            'class_weight="balanced" counts the classes of all rows, but train gives batches: give'
            " a dict from a class to its weight"
        )


# --- groups ---------------------------------------------------------------------------------


def grouped(batches: Iterable[Batch], size: int) -> Iterator[list[Batch]]:
    """Each `size` batches after one another, the last time fewer, but for those that count not.

    ValueError where none of them counts.
    """
    batches, found = iter(batches), False
    while group := list(itertools.islice(batches, size)):
        if group[0].options:
            group = [batch for batch in group if any_counts(batch.options, ...)]
        if group:
            found = True
            yield group
    if not found:
        raise ValueError("train: no row counts, since all sample weights are 0")


def of_group(share: Share | None) -> Callable[[list[Batch]], float] | None:
    """How much a group counts: as all its batches."""
    if share is None:
        return None
    of_one = share

    def of_all(group: list[Batch]) -> float:
        return sum(map(of_one, group))

    return of_all


class Accumulation:
    """``gradient(group)`` gives the loss of a group of batches, and the parameters its gradient.

    It is as if they were one batch, Σ share · gradient / Σ share, but with the graph of one of them
    at a time.
    """

    def __init__(self, run: Run, watchful: bool) -> None:
        self.run = run
        self.watchful = watchful  # something else runs between two steps, too

    def __call__(self, group: list[Batch]) -> Any:
        if len(group) == 1:
            return self._one(group[0])
        shares = [self.run.share([batch]) if self.run.share else 1.0 for batch in group]
        whole = sum(shares) if self.run.share else 1.0
        parameters, value = self.run.optimizer.parameters, 0.0
        gradients: list[Any] = [None] * len(parameters)
        for batch, share in zip(group, shares, strict=True):
            if not share:
                continue  # none of its targets counts
            value += finite(self._one(batch), self.run) * share / whole
            for place, g in enumerate(parameter.grad for parameter in parameters):
                if g is not None:
                    before = gradients[place]
                    gradients[place] = g * (share / whole) + (0 if before is None else before)
        for parameter, g in zip(parameters, gradients, strict=True):
            parameter.grad = g
        return value

    def _one(self, batch: Batch) -> Any:
        if self.watchful:
            self.run.step.look()
        if batch.rows is None or batch.options:
            return self.run.step.backward(batch.x, batch.y, **batch.options)
        return self.run.step.backward_rows(batch.all_x, batch.all_y, batch.rows)
