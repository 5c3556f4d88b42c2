"""Batches: what one step after the other learns from, and how much each counts.

A batch is what a step is called with: an array of row numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..layers import Module
from ..losses import Loss
from .arguments import unwrapped
from .evaluation import predict


def shuffled(size: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each batch of one epoch, in random order: (batch_size,), the last one shorter."""
    order = rng.permutation(size)
    return (order[start : start + batch_size] for start in range(0, size, batch_size))


def share(model: Module, loss: Any, x: Any, y: Any, options: dict) -> Callable | None:
    """How much a batch counts in the loss of the epoch: by what its own mean was divided by."""
    function, bound = unwrapped(loss)
    if not isinstance(function, Loss) or not (bound or options):
        return len
    if bound.get("reduction") == "sum":
        return None
    weights = function.row_weights(y, predict(model, x), **bound, **options)
    return len if weights is None else lambda rows: float(weights[rows].sum())
