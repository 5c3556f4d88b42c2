"""Which loss fits which data, and how it wants the targets.

A loss says itself what it takes: each way to write the targets is tried on it, so that its own
checks decide; only what they cannot know, numbers from classes, is read off the axis of its card.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import losses
from ..data import Dataset
from ..losses import Loss
from ..losses.base import card_of

_PROBABILITIES = {"probability", "class probability"}  # kinds of an axis, see losses/cards.py
_TWO_CLASSES = {"logit", "margin", "probability"}
_CLASSES = _PROBABILITIES | _TWO_CLASSES | {"class logit"}


def as_they_are(y: np.ndarray) -> np.ndarray:
    """Numbers (N, 1), or class ids (N,)."""
    return y


def zeros_and_ones(y: np.ndarray) -> np.ndarray:
    """Ids of two classes as a column: (N,) → (N, 1)."""
    return y[:, None].astype(float)


def signs(y: np.ndarray) -> np.ndarray:
    """Ids of two classes as a column of −1 and 1: (N,) → (N, 1)."""
    return 2.0 * y[:, None] - 1


def suited(
    loss: Loss, data: Dataset, options: Mapping[str, Any] | None = None
) -> tuple[Callable, Callable]:
    """The loss for a model that ends in a Linear, and the function that writes the targets for it.

    ValueError where they do not fit, with the losses that do.

    >>> from tinynet import datasets
    >>> suited(losses.hinge, datasets.make_moons())[1] is signs
    True
    """
    try:
        return _suited(loss, data, options or {})
    except ValueError as error:
        raise ValueError(
            f"the loss {loss.__name__} does not fit {data.name}, a {data.task} task: {error}. Those"
            f" that do: {', '.join(fitting(data))}"
        ) from None


def fitting(data: Dataset) -> list[str]:
    """The names of the losses that fit a dataset."""
    return [name for name, loss in losses.names().items() if _fits(loss, data)]


def outputs(targets: np.ndarray, data: Dataset) -> int:
    """How many columns the model needs: one per column of the targets, or one per class."""
    return targets.shape[1] if targets.ndim == 2 else len(data.target_names)


def _fits(loss: Loss, data: Dataset) -> bool:
    try:
        return bool(_suited(loss, data, {}))
    except ValueError:
        return False


def _suited(loss: Loss, data: Dataset, options: Mapping[str, Any]) -> tuple[Callable, Callable]:
    kind, numbers = card_of(loss).axis.kind, data.task == "regression"
    if loss.arrays != ("y_true", "y_pred"):
        raise ValueError(f"it compares {', '.join(loss.arrays)}")
    if numbers and loss.rows and data.y.shape[1] == 1:
        raise ValueError("it compares rows of several numbers")
    if (kind in _CLASSES) == numbers:
        raise ValueError(f"it is for {'classes' if numbers else 'numbers'}")
    if kind in _TWO_CLASSES and data.task == "multiclass":
        raise ValueError("it is for two classes")
    if kind in _PROBABILITIES:
        if "from_logits" not in loss.own_options:
            raise ValueError(
                "its predictions are probabilities, but a Linear layer outputs unbounded numbers"
            )
        options = {"from_logits": True, **options}
    function = functools.partial(loss, **options) if options else loss
    problem: Exception | None = None
    for encode in (zeros_and_ones, signs, as_they_are)[0 if data.task == "binary" else 2 :]:
        targets = encode(data.y)
        middle = np.median(data.y) if numbers else 0  # training, too, moves numbers there
        try:
            with np.errstate(all="ignore"):
                function(targets - middle, np.zeros((len(data), outputs(targets, data))))
            return function, encode
        except (TypeError, ValueError) as error:
            problem = error
    raise ValueError(str(problem))
