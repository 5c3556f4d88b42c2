"""Tasks: which loss fits which data, and how it wants the targets.

The one idea: a loss says itself what it takes. Each way to write the targets is tried on it, so
that its own checks decide; only what they cannot know, numbers from classes, is read off its axis.
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
from ..losses.cards import CLASS_LOGIT, CLASS_PROBABILITY, LOGIT, MARGIN, PROBABILITY

_CHANCES = {PROBABILITY.label, CLASS_PROBABILITY.label}
_TWO = {LOGIT.label, MARGIN.label, PROBABILITY.label}
_CLASSES = _CHANCES | _TWO | {CLASS_LOGIT.label}


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
    label, numbers = card_of(loss).axis.label, data.task == "regression"
    if loss.arrays != ("y_true", "y_pred"):
        raise ValueError(f"it compares {', '.join(loss.arrays)}")
    if numbers and loss.rows and data.y.shape[1] == 1:
        raise ValueError("it compares rows of several numbers")
    if (label in _CLASSES) == numbers:
        raise ValueError(f"it is for {'classes' if numbers else 'numbers'}")
    if label in _TWO and data.task == "multiclass":
        raise ValueError("it is for two classes")
    if label in _CHANCES:
        if "from_logits" not in loss.own_options:
            raise ValueError("its predictions are probabilities, and those of a Linear any numbers")
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
