"""Switches with an answer per thread: are operations recorded, are layers only evaluated?

`on` is True, False inside `no_grad`, or, in debug mode, the watcher that is to be told of every
node: so an ordinary operation asks one question, not two. `watcher` is told of gradients and steps,
also inside `no_grad` (diagnostics/debug.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Recording(threading.local):
    on: Any = True
    watcher: Any = None  # of debug mode, also inside no_grad
    evaluating = False  # see Module.training


recording = _Recording()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside the `with` block (or the decorated function), in this thread.

    >>> import tinynet as tn
    >>> x = tn.Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     print((x * 2).requires_grad)
    False
    """
    before = recording.on
    try:
        recording.on = False  # inside, for a Ctrl-C just now
        yield
    finally:
        recording.on = before


@contextmanager
def evaluating() -> Iterator[None]:
    """Every layer is in evaluation mode inside the `with` block, in this thread.

    Wherever it is kept; and a run of `fit` in another thread goes on with its dropout.

    >>> import tinynet as tn
    >>> model = tn.layers.Dropout(0.5)
    >>> with evaluating():
    ...     print(model.training)
    False
    """
    before = recording.evaluating
    try:
        recording.evaluating = True
        yield
    finally:
        recording.evaluating = before
