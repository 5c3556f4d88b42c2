"""Batches: what one step after the other learns from, and how much each of them counts.

A batch is what a step is called with: the numbers of rows that are in memory, arrays from a stream,
or a group of either, whose gradients are accumulated.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.grad_mode import no_grad
from ..layers import Module
from ..losses import Loss
from .arguments import arrays, check_counts, mask, rows_that_count, unwrapped
from .callbacks import Run
from .evaluation import predict
from .finite import finite
from .stream import Stream, is_stream
from .weighting import any_counts, check_takes, divisor, row_options

Share = Callable[[Any], float]  # how much a batch counts in the loss of its epoch


def shuffled(size: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each batch of one epoch, in random order: (batch_size,), the last one shorter."""
    order = rng.permutation(size)
    return (order[start : start + batch_size] for start in range(0, size, batch_size))


@dataclass
class Rows:
    """Arrays in memory, `batch_size` rows at a time; a batch is an array of row numbers."""

    x: np.ndarray
    y: np.ndarray
    batch_size: int
    options: dict[str, np.ndarray] = field(default_factory=dict)  # of the loss, one for each row

    @property
    def part(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x, self.y

    def epoch(self, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """The batches of one epoch."""
        return shuffled(len(self.x), self.batch_size, rng)

    def counts(self, rows: np.ndarray) -> bool:
        """Whether any row of a batch counts."""
        return any_counts(self.options, rows)

    def share(self, model: Module, loss: Any) -> Share | None:
        """By what the mean of a batch was divided; None where the loss is a sum."""
        function, bound = unwrapped(loss)
        if not self.options and not (isinstance(function, Loss) and bound):
            return len
        with no_grad():
            weights = divisor(loss, self.y, predict(model, self.x), self.options)
        return None if weights is None else lambda rows: float(weights[rows].sum())


@dataclass
class Batches:
    """A stream; a batch is (x, y, options of the loss)."""

    part: Stream
    options: dict[str, np.ndarray] = field(default_factory=dict)

    def epoch(self, rng: np.random.Generator) -> Iterable:
        """The batches of one epoch, in the order in which they come."""
        return self.part

    def counts(self, batch: tuple) -> bool:
        """Whether any row of a batch counts."""
        return any_counts(batch[-1], ...)

    def share(self, model: Module, loss: Any) -> Share | None:
        """By what the mean of a batch was divided; None where the loss is a sum."""
        function, bound = unwrapped(loss)
        if isinstance(function, Loss) and bound.get("reduction") == "sum":
            return None

        def share(batch: tuple) -> float:
            x, y, options = batch
            if not options and not (isinstance(function, Loss) and bound):
                return len(x)
            with no_grad():
                return float(np.sum(divisor(loss, y, predict(model, x), options)))

        return share


class LossOfBatch:
    """The loss of a batch from a stream."""

    def __init__(self, model: Module, loss: Callable) -> None:
        self.model, self.loss = model, loss

    def __call__(self, batch: tuple) -> Any:
        x, y, options = batch
        return self.loss(y, self.model(x), **options)

    def look_again(self) -> None:
        """Nothing is remembered from batch to batch."""


def source_of(
    train: Any,
    dtype: Any,
    batch_size: int | None,
    loss: Any,
    sample_weight: Any,
    class_weight: Any,
    where: Any,
) -> Rows | Batches:
    """Where the batches come from, and what of them counts how much."""
    if is_stream(train, "train"):
        given = {"sample_weight": sample_weight, "where": where, "batch_size": batch_size}
        _check_stream(given, class_weight)
        return Batches(Stream(train, dtype, "train", class_weight))
    if batch_size is None:
        raise TypeError("batch_size is missing: from how many rows a step learns, as batch_size=32")
    check_counts(batch_size=batch_size)
    x, y = arrays(train, dtype, "train", where)
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
    weights = np.asarray(sample_weight)
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


def grouped(batches: Iterable, size: int) -> Iterator[list]:
    """Each `size` batches after one another as one; the last group may have fewer."""
    batches = iter(batches)
    while group := list(itertools.islice(batches, size)):
        yield group


def epoch_of(source: Rows | Batches, rng: np.random.Generator, accumulate: int) -> Iterator:
    """What one epoch learns from: the batches, or groups of them, of which any row counts."""
    groups, found = grouped(source.epoch(rng), accumulate), False
    for group in groups:
        if counting := [batch for batch in group if source.counts(batch)]:
            found = True
            yield counting[0] if accumulate == 1 else counting
    if not found:
        raise ValueError("train: no row counts, since all sample weights are 0")


class Accumulated:
    """The loss of a group of batches as if it were one batch, in the memory that one of them needs.

    ``backward()`` gives Σ share · gradient / Σ share, in place of the gradient of a batch.
    """

    def __init__(self, step: Any, run: Run) -> None:
        self.step, self.run, self.look_again = step, run, step.look_again
        self.share_of_one = run.share
        run.share = run.share and self.share

    def share(self, group: list) -> float:
        """That of all its batches."""
        return sum(map(self.share_of_one or len, group))

    def __call__(self, group: list) -> Accumulated:
        optimizer, shares = self.run.optimizer, [1.0] * len(group)
        if self.share_of_one:
            shares = [self.share_of_one(batch) for batch in group]
        whole = sum(shares) if self.share_of_one else 1.0
        self.value, self.gradients = 0.0, [None] * len(optimizer.parameters)
        for batch, share in zip(group, shares, strict=True):
            if not share:
                continue  # none of its rows counts
            loss = self.step(batch)
            self.value += finite(loss, self.run) * share / whole
            optimizer.zero_grad()
            loss.backward()
            self._add(share / whole)
        return self

    def _add(self, share: float) -> None:
        for place, parameter in enumerate(self.run.optimizer.parameters):
            if (g := parameter.grad) is not None:
                before = self.gradients[place]
                self.gradients[place] = share * g if before is None else before + share * g

    def backward(self) -> None:
        """Give the parameters their gradients."""
        for parameter, g in zip(self.run.optimizer.parameters, self.gradients, strict=True):
            parameter.grad = g

    def __float__(self) -> float:
        return self.value
