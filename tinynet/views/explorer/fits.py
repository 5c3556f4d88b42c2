"""Fits: the same model, from the same seed, trained with several losses.

The one idea: everything but the loss is held fixed. The model is one Linear layer; x is scaled to
mean 0 and deviation 1. Errors of numbers are measured in units of the noise, since options such as
the δ of huber are lengths: the unit is the median absolute residual of a first fit with mae,
divided by 0.6745, which for Gaussian noise is its standard deviation (Huber 1981, Robust
Statistics, chapter 7). The parameters are given back in the units of the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ... import losses, metrics
from ...data import Dataset, mean_and_deviation
from ...layers import Linear
from ...losses import Loss
from ...losses.base import called
from ...optimizers import Adam
from ...training import History, fit, predict
from ...training import suited as tasks

EPOCHS, RATE = 800, 0.3
TOLERANCE = 5.0  # percent


@dataclass(frozen=True)
class Fit:
    """What one loss made of the model.

    `score` is the accuracy for classes, the median absolute error for numbers. `off` is how far
    each parameter is from the true one, in percent of it; None where the truth is not known.
    """

    name: str
    model: Linear  # takes and gives raw units
    history: History
    score: float
    off: tuple[float, ...] | None

    @property
    def parameters(self) -> np.ndarray:
        """Weights, then biases: (parameters,)."""
        return _flat(self.model)

    @property
    def recovered(self) -> bool:
        """Is every parameter within 5 % of the truth?"""
        return self.off is not None and max(self.off) <= TOLERANCE


@dataclass(frozen=True)
class Fits:
    """All of them, with the data, the unit in which errors were measured, and the truth."""

    data: Dataset
    unit: float
    given: bool  # was the unit asked for? else it is the noise
    truth: np.ndarray | None  # weights, then the bias
    fits: tuple[Fit, ...]

    @property
    def meaning(self) -> str:
        """What an error of 1, and so an option such as delta=1, means."""
        what = "as asked" if self.given else "the size of the noise"
        return f"errors are measured in units of {self.unit:.4g}, {what}: delta=1 means that much"


@dataclass(frozen=True)
class _Units:
    x_mean: np.ndarray
    x_deviation: np.ndarray
    y_middle: float = 0.0
    y_unit: float = 1.0


def train(
    asked: Sequence[Loss],
    data: Dataset,
    *,
    options: Sequence[Mapping[str, Any]] | None = None,
    seed: int = 0,
    unit: float | None = None,
) -> Fits:
    """Train a Linear on all rows of `data` with each loss: Adam, the learning rate falling to 0.

    Parameters
    ----------
    options : sequence of dict, optional
        For each loss.
    unit : float, optional
        What counts as an error of 1 (regression); as a default, the noise.

    ValueError where a loss does not fit the data.
    """
    chosen = options or [{}] * len(asked)
    ready = [tasks.suited(loss, data, given) for loss, given in zip(asked, chosen, strict=True)]
    units = _Units(*mean_and_deviation(data.x))
    if data.task == "regression":
        units = replace(units, y_middle=float(np.median(data.y)), y_unit=unit or noise(data, seed))
    truth = true_line(data)
    found = []
    for loss, given, (function, encode) in zip(asked, chosen, ready, strict=True):
        model, history = _trained(function, data, encode(data.y), units, seed)
        off = None if truth is None else _off(_flat(model), truth)
        found.append(Fit(called(loss, given), model, history, _score(model, data), off))
    return Fits(data, units.y_unit, unit is not None, truth, tuple(found))


def noise(data: Dataset, seed: int = 0) -> float:
    """The size of the noise: the median absolute residual of a fit with mae, divided by 0.6745."""
    middle = float(np.median(data.y))
    spread = float(np.median(np.abs(data.y - middle))) or 1.0
    units = _Units(*mean_and_deviation(data.x), middle, spread)
    model, _ = _trained(losses.mae, data, data.y, units, seed)
    return float(np.median(np.abs(data.y - predict(model, data.x)))) / 0.6745 or 1.0


def true_line(data: Dataset) -> np.ndarray | None:
    """Weights, then the bias, where the card of the dataset says y = 2x + 1 + noise, or the like.

    >>> from tinynet import datasets
    >>> true_line(datasets.make_outliers())
    array([2., 1.])
    >>> true_line(datasets.make_sine()) is None
    True
    """
    stated = re.search(r"\by = ([\d.x₀-₉ +−]+) \+ noise", data.card)
    if data.task != "regression" or stated is None:
        return None
    truth = np.zeros(data.x.shape[1] + 1)
    term = r"([+−]?) ?(\d+(?:\.\d+)?)? ?(x[₀-₉]?)?(?= |$)"
    for sign, number, variable in re.findall(term, stated[1]):
        if number or variable:
            index = "₀₁₂₃₄₅₆₇₈₉".find(variable[1:]) if variable else -1
            truth[index] = float(number or 1) * (-1 if sign == "−" else 1)
    return truth


# --- the training ---------------------------------------------------------------------------


def _trained(
    loss: Callable, data: Dataset, targets: np.ndarray, units: _Units, seed: int
) -> tuple[Linear, History]:
    """A Linear in the units of the data, trained in those units where everything is about 1."""
    x = (data.x - units.x_mean) / units.x_deviation
    y = (targets - units.y_middle) / units.y_unit if data.task == "regression" else targets
    model = Linear(x.shape[1], tasks.outputs(targets, data), rng=seed)
    optimizer = Adam(model.parameters(), lr=RATE)

    def falling(history: History, model: Any) -> None:
        optimizer.lr = RATE * max(1 - history.epochs / EPOCHS, 1e-6)

    history = fit(
        model,
        loss,
        optimizer,
        (x, y),
        epochs=EPOCHS,
        batch_size=len(x),
        callbacks=[falling],
        rng=seed,
        progress=False,
    )
    weight, bias = model.weight.data, model.bias.data
    weight *= units.y_unit / units.x_deviation[:, None]
    bias[...] = bias * units.y_unit + units.y_middle - units.x_mean @ weight
    return model, history


def _score(model: Linear, data: Dataset) -> float:
    y_pred = predict(model, data.x)
    if data.task == "regression":
        return float(np.median(np.abs(data.y - y_pred)))
    return metrics.accuracy(data.y, y_pred if y_pred.shape[1] > 1 else y_pred[:, 0], threshold=0.0)


def _flat(model: Linear) -> np.ndarray:
    return np.concatenate([model.weight.data.ravel(), model.bias.data])


def _off(found: np.ndarray, truth: np.ndarray) -> tuple[float, ...]:
    """Percent of each parameter that is not 0 in truth."""
    counts = truth != 0
    return tuple(100 * np.abs(found[counts] - truth[counts]) / np.abs(truth[counts]))
