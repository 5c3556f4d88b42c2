"""Fits: the same model, from the same seed, trained with several losses.

Everything but the loss is held fixed. The model is one Linear layer; x is scaled to mean 0 and
standard deviation 1. Errors of numbers are measured in units of the noise, since options such as
the δ of huber are lengths: the unit is the median absolute residual of a first fit with mae,
divided by 0.6745, which for Gaussian noise is its standard deviation (Huber 1981, Robust
Statistics, chapter 7). A loss that needs the zero of the targets, or their own unit, gets them. The
parameters are given back in the units of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import losses, metrics
from ...data import Dataset, Standardizer
from ...layers import Linear
from ...losses import Loss
from ...losses.base import called
from ...optimizers import Adam
from ...training import History, fit, predict
from ...training.suited import inverse_link, outputs, suited, target_units
from ...training.units import Units

EPOCHS, RATE = 800, 0.3
REACH = EPOCHS * RATE / 8  # how far Adam gets and still settles; beyond, its steps are larger
TOLERANCE = 5.0  # percent


@dataclass(frozen=True)
class Fit:
    """What one loss made of the model.

    `score` is the accuracy for classes, the median absolute error for numbers. `off` is how far
    each parameter is from the true one, in percent of it; None where the truth is not known, or
    the model is of logarithms.
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
    ready = [suited(loss, data, given) for loss, given in zip(asked, chosen, strict=True)]
    scale = (unit or noise(data, seed)) if data.task == "regression" else 1.0
    fits = []
    for loss, given, (function, encode) in zip(asked, chosen, ready, strict=True):
        model, history = _trained(function, data, encode(data.y), scale, seed)
        answer = inverse_link(function)
        truth = None if answer is np.exp else data.truth
        off = None if truth is None else _off(_flat(model), truth)
        how_good = score(data, answer(predict(model, data.x)))
        fits.append(Fit(called(loss, given), model, history, how_good, off))
    return Fits(data, scale, unit is not None, data.truth, tuple(fits))


def noise(data: Dataset, seed: int = 0) -> float:
    """The size of the noise: the median absolute residual of a fit with mae, divided by 0.6745."""
    spread = float(np.median(np.abs(data.y - np.median(data.y)))) or 1.0
    model, _ = _trained(losses.mae, data, data.y, spread, seed)
    return score(data, predict(model, data.x)) / 0.6745 or 1.0


def score(data: Dataset, y_pred: np.ndarray) -> float:
    """The accuracy for classes, the median absolute error for numbers."""
    if data.task == "regression":
        return float(np.median(np.abs(data.y - y_pred)))
    if y_pred.shape[1] > 1:
        return metrics.accuracy(data.y, y_pred)
    return metrics.accuracy(data.y, y_pred[:, 0], kind="logits")


# --- the training ---------------------------------------------------------------------------


def _trained(
    loss: Callable, data: Dataset, targets: np.ndarray, scale: float, seed: int
) -> tuple[Linear, History]:
    """A Linear in the units of the data, trained where x is standardized and y is in units of
    `scale`, counted from its median, as far as the loss allows it."""
    allowed = target_units(loss) if data.task == "regression" else "own"
    center = np.median(data.y) if allowed == "standardized" else 0.0
    y_units = None if allowed == "own" else Standardizer(np.array([center]), np.array([scale]))
    units = Units(Standardizer.of(data.x), y_units)
    x, y = units.remove(data.x, targets)
    model = Linear(x.shape[1], outputs(targets, data), rng=seed)
    rate = RATE if y_units is None else RATE * max(1.0, float(np.sqrt(np.mean(y**2))) / REACH)
    optimizer = Adam(model.parameters(), lr=rate)

    def falling(history: History, model: Any) -> None:
        optimizer.lr = rate * max(1 - history.epochs / EPOCHS, 1e-6)

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
    if history.stopped:  # by Ctrl-C: half a fit compares with nothing
        raise KeyboardInterrupt
    _give_back(units, model)
    return model, history


def _give_back(units: Units, model: Linear) -> None:
    """Let the model itself take and give numbers in the units of the data, to read its weights."""
    weight, bias = model.weight.data, model.bias.data
    weight /= units.x.scale[:, None]
    bias -= units.x.center @ weight
    if units.y is not None:
        weight *= units.y.scale
        bias[...] = bias * units.y.scale + units.y.center


def _flat(model: Linear) -> np.ndarray:
    return np.concatenate([model.weight.data.ravel(), model.bias.data])


def _off(parameters: np.ndarray, truth: np.ndarray) -> tuple[float, ...]:
    """How far off each parameter is that is not 0 in truth, in percent of it."""
    counts = truth != 0
    return tuple(100 * np.abs(parameters[counts] - truth[counts]) / np.abs(truth[counts]))
