"""Streams: data that come in batches, from a function that makes them anew for each epoch."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..data import Dataset
from .arguments import arrays, name_of
from .weighting import row_options


class Stream:
    """The batches (x, y) of an epoch, each checked and in the dtype of the model.

    Parameters
    ----------
    source : callable or iterable
        A function that returns an iterator over the batches, such as a generator function, or what
        can be gone through again and again. A batch may also be ``(x, y, sample_weight)``.
    dtype : dtype
        That of the floats.
    which : str
        What errors call it.

    A pass that gives no batch is a ValueError.

    >>> def batches():
    ...     yield [[1.0], [2.0]], [[2.0], [4.0]]
    >>> for x, y, options in Stream(batches, np.float32, "train"):
    ...     print(x.dtype, y.shape, options)
    float32 (2, 1) {}
    """

    def __init__(self, source: Any, dtype: Any, which: str, class_weight: Any = None) -> None:
        check_call(source, which)
        self.source, self.dtype, self.which = source, dtype, which
        self.class_weight, self.passes = class_weight, 0

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray, dict]]:
        number = 0
        for number, batch in enumerate(self._batches(), 1):
            batch, weights = _and_weights(batch)
            x, y = arrays(batch, self.dtype, f"{self.which}, batch {number}")
            yield x, y, row_options(y, weights, self.class_weight, whole=False)
        if not number:
            again = " any more: does each call make a new generator?" if self.passes else ""
            raise ValueError(f"{self.which}: it gave no batches{again}")
        self.passes += 1

    def _batches(self) -> Iterable:
        batches = self.source() if callable(self.source) else self.source
        if not isinstance(batches, Iterable):
            raise TypeError(
                f"{self.which}: {name_of(self.source)}() returned {batches!r}, not the batches of"
                " an epoch: yield each of them, or return an iterator"
            )
        return batches


def _and_weights(batch: Any) -> tuple[Any, Any]:
    """A batch as (x, y), and its sample weights where it has them."""
    if isinstance(batch, (tuple, list)) and len(batch) == 3:
        return tuple(batch[:2]), batch[2]
    return batch, None


def check_call(source: Any, which: str) -> None:
    """An error for a function that cannot be called with nothing."""
    if callable(source):
        try:
            inspect.signature(source).bind()
        except ValueError:  # written in C
            return
        except TypeError as error:
            raise TypeError(
                f"{which}: {name_of(source)} is called without arguments, once for each epoch, but"
                f" is {error}: give {which}=(x, y), or a function that makes the batches (x, y)"
            ) from None


def is_stream(data: Any, which: str) -> bool:
    """Whether the data come in batches; an error for a generator, which ends with one epoch."""
    if isinstance(data, Iterator):
        raise TypeError(
            f"{which} is a generator, which can be gone through only once, and each epoch needs it"
            f" anew: pass the function that makes it, {which}=batches and not {which}=batches()"
        )
    if isinstance(data, list):
        return bool(data) and all(map(_is_batch, data))
    known = (Dataset, tuple, Mapping, str, bytes, set, frozenset)
    if isinstance(data, known) or hasattr(data, "__array__"):
        return False
    return callable(data) or isinstance(data, Iterable)


def _is_batch(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) in (2, 3) and hasattr(value[0], "shape")
