"""Embedding: a row of numbers for each id, learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import functional, initializers
from ..engine.tensor import Tensor
from .base import Module, check_widths


class Embedding(Module):
    """Row i of a table of numbers for the id i: ids (...) → (..., features).

    The same as a Linear without bias on one-hot rows, without the zeros. Of the columns of a
    Dataset (N, k) it makes (N, k, features), of which `Flatten` makes rows again. The rows start as
    standard normal numbers; `initializer` is for others.

    Parameters
    ----------
    count, features : int
        How many ids there are, 0 … count − 1, and how many numbers each gets.
    rng, dtype, initializer
        As for `Linear`.

    Raises ValueError for an id that is no whole number from 0 to count − 1.

    >>> Embedding(3, 4, rng=0)([[0, 2], [2, 1]]).shape
    (2, 2, 4)
    """

    def __init__(
        self,
        count: int,
        features: int,
        rng: Any = None,
        dtype: Any = np.float64,
        *,
        initializer: initializers.Initializer = initializers.standard_normal,
    ) -> None:
        check_widths("Embedding", count, features)
        weight = initializer((count, features), rng, dtype)
        self.weight = Tensor(weight, requires_grad=True, name="weight")  # (count, features)

    def forward(self, x: Any) -> Any:
        return functional.embedding(x, self.weight)

    def output_shape(self, shape: tuple) -> tuple:
        return (*shape, self.weight.shape[1])

    def describe(self) -> str:
        return "Embedding({}, {})".format(*self.weight.shape)
