"""Settings: what y_true and y_pred can hold, as data.

Whatever a loss compares, it can be looked at along a line of predictions, on which x moves and the
target, the "truth", stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...functional import log_softmax, sigmoid, softmax, softplus

Arrays = tuple[np.ndarray, np.ndarray]


def identity(x: Any) -> Any:
    return x


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One meaning of the two arguments.

    For numbers, the best x of a truth is the truth itself; else it is the upper end of the line for
    the first truth, and the lower end for the second.
    """

    kind: str
    words: str
    standard: str  # the loss that one takes first
    label: str  # what x is
    low: float
    high: float
    truths: tuple[float, ...]
    at: Callable[[float, np.ndarray], Arrays]  # one sample of this truth for each x
    batch: Callable[[np.random.Generator, int], Arrays]  # so many random samples
    extremes: tuple[tuple[float, float], ...]  # pairs (truth, x)
    link: Callable = identity  # from any numbers, as a model gives, to predictions

    @property
    def unlimited(self) -> bool:
        """May predictions be any numbers?"""
        return self.link is identity

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def line(self, points: int = 80) -> np.ndarray:
        return np.linspace(self.low, self.high, points)


def _elements(truth: float, x: np.ndarray) -> Arrays:
    return np.full(x.shape, truth, float), x


# --- numbers ----------------------------------------------------------------------------------


def _normal(*shape: int) -> Callable:
    def batch(rng: np.random.Generator, n: int) -> Arrays:
        return rng.normal(size=(n, *shape)), 2 * rng.normal(size=(n, *shape))

    return batch


def _errors(words: str, at: Callable, batch: Callable) -> Setting:
    return Setting(
        kind="regression",
        words=words,
        standard="mse",
        label="y_pred",
        low=-3,
        high=5,
        truths=(1.0,),
        at=at,
        batch=batch,
        extremes=tuple((0, sign * e) for e in (0, 1e-300, 1e-8, 1e8, 1e150) for sign in (1, -1)),
    )


NUMBERS = _errors("numbers (N,)", _elements, _normal())
ROWS = _errors(
    "rows of numbers (N, D)",
    lambda truth, x: (np.full((len(x), 3), truth, float), np.stack([x, x, x], axis=-1)),
    _normal(3),
)
POSITIVE = Setting(
    kind="regression",
    words="positive numbers (N,)",
    standard="mse",
    label="y_pred",
    low=0.2,
    high=8,
    truths=(2.0,),
    at=_elements,
    batch=lambda rng, n: (rng.uniform(0.3, 4, n), rng.uniform(0.3, 4, n)),
    extremes=tuple((2, x) for x in (1e-300, 1e-8, 2, 1e8, 1e150)),
    link=softplus,
)

# --- yes or no --------------------------------------------------------------------------------


def _binary(words: str, label: str, truths: tuple, ends: tuple, extremes: tuple, link: Any) -> Any:
    def batch(rng: np.random.Generator, n: int) -> Arrays:
        return rng.permutation(np.resize(truths, n)), rng.uniform(ends[0], ends[1], n)

    return Setting(
        kind="binary",
        words=f"{words} (N,)",
        standard="soft_margin" if -1.0 in truths else "log_loss",
        label=label,
        low=ends[0],
        high=ends[1],
        truths=truths,
        at=_elements,
        batch=batch,
        extremes=tuple((truth, x) for truth in truths for x in extremes),
        link=link,
    )


LOGITS = _binary("0 or 1, and logits", "logit", (1.0, 0.0), (-6, 6), (-1e4, 1e4), identity)
PROBABILITIES = _binary(
    "0 or 1, and probabilities", "probability", (1.0, 0.0), (0.02, 0.98), (0, 1), sigmoid
)
SIGNS = _binary("−1 or 1, and scores", "score", (1.0, -1.0), (-6, 6), (-1e4, 1e4), identity)

# --- classes ----------------------------------------------------------------------------------


def _logits(x: np.ndarray) -> list:
    return [x, 0 * x, 0 * x + 0.7]


def _probabilities(x: np.ndarray) -> list:
    return [x, 0.6 * (1 - x), 0.4 * (1 - x)]


def _log_probabilities(x: np.ndarray) -> list:
    rest = np.log(-np.expm1(x))
    return [x, rest + np.log(0.6), rest + np.log(0.4)]


def _classes(
    scores: str, columns: Callable, ends: tuple, extremes: tuple, link: Callable, one_hot: bool
) -> Setting:
    """Three classes; x is the score of the first."""

    true = "rows with a single 1 (N, C)" if one_hot else "class ids (N,)"

    def targets(ids: np.ndarray) -> np.ndarray:
        return np.eye(3)[ids] if one_hot else ids

    def batch(rng: np.random.Generator, n: int) -> Arrays:
        return targets(rng.permutation(np.arange(n) % 3)), link(2 * rng.normal(size=(n, 3)))

    return Setting(
        kind="classes",
        words=f"{true} and {scores} (N, C)",
        standard="nll" if link is log_softmax else "cross_entropy",
        label=f"{scores.replace('ies', 'y').replace('its', 'it')} of class 0",
        low=ends[0],
        high=ends[1],
        truths=(0, 1),
        at=lambda truth, x: (targets(np.full(len(x), int(truth))), np.stack(columns(x), axis=-1)),
        batch=batch,
        extremes=tuple((truth, x) for truth in (0, 1) for x in extremes),
        link=link,
    )


CLASSES = tuple(
    _classes(scores, columns, ends, extremes, link, one_hot)
    for scores, columns, ends, extremes, link in (
        ("logits", _logits, (-6, 6), (-1e4, 1e4), identity),
        ("probabilities", _probabilities, (0.01, 0.99), (0, 1), softmax),
        ("log probabilities", _log_probabilities, (-6, -0.01), (-1e4, -1e-9), log_softmax),
    )
    for one_hot in (False, True)
)

SETTINGS = (NUMBERS, POSITIVE, LOGITS, PROBABILITIES, SIGNS, ROWS, *CLASSES)
