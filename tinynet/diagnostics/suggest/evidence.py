"""What targets look like: measurements, whose lines are shown with what they gave.

A line of the report is a line of one of these functions, so a reader can paste the report, check
each number, and change it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ...data import mean_and_deviation
from .targets import AMOUNTS, BINARY, CLASSES, COLUMNS, COUNTS, LABELS, POSITIVE, ROWS, SIGNS

Variables = dict[str, Any]
Measurement = Callable[..., Variables]  # from variables, taken by name, to these and new ones


@dataclass(frozen=True, eq=False)
class Fact:
    """A line of NumPy, what it means, and what came out: a number, or an array on the way."""

    name: str
    code: str
    meaning: str
    value: Any

    def __str__(self) -> str:
        number = f"{self.value:.3g}: " if isinstance(self.value, float) else ""
        return f"{f'{self.name} = {self.code}':54}  # {number}{self.meaning}"


# --- the measurements: a comment is the meaning of its line -------------------------------------


def alone(y: np.ndarray) -> Variables:
    r = y - np.median(y)  # residuals, without features
    width = 0.0  # of the noise at each row: not known
    return locals()


def smoothed(y: np.ndarray, x: np.ndarray) -> Variables:
    fit = np.median(y[neighbours(x, 5)], axis=1)  # what similar rows predict
    r = y - fit  # residuals: what is left
    return locals()


def growing_noise(fit: np.ndarray, r: np.ndarray) -> Variables:
    fan = np.corrcoef(ranks(fit), ranks(abs(r)))[0, 1]  # noise grows with y? 0 if not
    part = 4 * np.argsort(np.argsort(fit)) // len(fit)  # quarters of the rows, by fit
    width = 1.4826 * np.array([np.median(abs(r[part == k])) for k in range(4)])[part]  # there
    return locals()


def tails(r: np.ndarray, width: np.ndarray) -> Variables:
    q = np.quantile(r, [0.25, 0.5, 0.75])  # the quartiles
    sigma = 1.4826 * np.median(abs(r - q[1])) or 1.2533 * np.mean(abs(r - q[1]))  # width of all
    z = (r - q[1]) / np.where(width > 0, width, sigma)  # each in the width of its place
    outliers = np.mean(abs(z) > 3.5)  # fraction; Gaussian 0.0005
    farthest = np.max(abs(z))  # the farthest
    far = np.ptp(np.quantile(z, [0.025, 0.975]))  # how far they spread
    tail = far / np.ptp(np.quantile(z, [0.25, 0.75]))  # weight; Gaussian 2.91
    skew = (q[2] + q[0] - 2 * q[1]) / (q[2] - q[0])  # Bowley's; Gaussian 0
    return locals()


def ratios(y: np.ndarray) -> Variables:
    spread = np.quantile(y, 0.75) / np.quantile(y, 0.25)  # ratio of the quartiles
    log_d = abs(np.log(y) - np.median(np.log(y)))  # distances of the logarithms
    log_outliers = np.mean(log_d > 3.5 * 1.4826 * np.median(log_d))  # fraction of these
    return locals()


def zeros_of_amounts(y: np.ndarray) -> Variables:
    zeros = np.mean(y == 0)  # fraction
    return locals()


def counted(y: np.ndarray, r: np.ndarray) -> Variables:
    mean = np.mean(y)  # of the counts
    dispersion = np.var(r) / mean  # variance / mean; Poisson 1
    more_zeros = np.mean(y == 0) - np.exp(-mean)  # fraction beyond a Poisson's
    return locals()


def frequencies(y: np.ndarray) -> Variables:
    counts = np.unique(y, return_counts=True)[1]  # rows of each class
    classes = len(counts)  # classes
    imbalance = counts.max() / counts.min()  # commonest / rarest
    return locals()


def yes_and_no(y: np.ndarray) -> Variables:
    yes = np.sum(y == 1)  # rows of class 1
    no = np.sum(y == 0)  # rows of class 0
    return locals()


def votes(y: np.ndarray, x: np.ndarray) -> Variables:
    near = neighbours(x, 10)  # rows with similar features
    agree = np.mean(y[near] == y[:, None], axis=1)  # fraction with the same label
    outvoted = np.mean(agree < 0.5)  # rows whose neighbours disagree
    pure = np.mean(agree == 1) - (1 - outvoted) ** 11  # 0 if noise is all over
    return locals()


def of_labels(y: np.ndarray) -> Variables:
    labels = y.shape[1]  # labels
    true = np.mean(y)  # fraction of ones
    per_row = np.mean(y.sum(axis=1))  # labels that are true at once
    return locals()


def of_probabilities(y: np.ndarray) -> Variables:
    classes = y.shape[1]  # classes
    top = np.mean(y.max(axis=1))  # mean probability of the likeliest class
    return locals()


def of_columns(y: np.ndarray) -> Variables:
    w = np.subtract(*np.quantile(y, [0.75, 0.25], axis=0))  # width of each column
    units = w.max() / w.min()  # widest column / narrowest column
    z = 1.349 * abs(y - np.median(y, axis=0)) / w  # distances, in sigma
    outliers = np.mean(z > 3.5, axis=0).max()  # fraction in the worst column
    n = np.linalg.norm(y, axis=1)  # length of each row
    lengths = np.ptp(n) / n.max()  # do the lengths differ?
    return locals()


OWN: dict[str, Measurement] = {  # what is measured of one kind only
    POSITIVE: ratios,
    AMOUNTS: zeros_of_amounts,
    COUNTS: counted,
    BINARY: yes_and_no,
    LABELS: of_labels,
    ROWS: of_probabilities,
    COLUMNS: of_columns,
}


def measurements(kind: str, features: bool) -> list[Measurement]:
    """What is measured of targets of this kind."""
    own = [OWN[kind]] if kind in OWN else []
    if kind in (LABELS, ROWS, COLUMNS):
        return own
    if kind in (BINARY, SIGNS, CLASSES):
        return [frequencies, *own, *([votes] if features else [])]
    return [*([smoothed, growing_noise] if features else [alone]), tails, *own]


# --- how they are run, and shown ----------------------------------------------------------------


@np.errstate(all="ignore")
def measured(
    measurements: Sequence[Measurement], y: np.ndarray, x: np.ndarray | None = None
) -> tuple[Fact, ...]:
    """The facts, line by line; a measurement may use the variables of those before it.

    A number that does not exist (as 0 / 0, where half of the targets are equal) is left out.

    >>> for fact in measured([yes_and_no], np.array([0, 1, 1])):
    ...     print(fact)
    yes = np.sum(y == 1)                                    # 2: rows of class 1
    no = np.sum(y == 0)                                     # 1: rows of class 0
    """
    variables: Variables = {"y": y, "x": x}
    for measure in measurements:
        variables |= measure(*(variables[name] for name in inspect.signature(measure).parameters))
    values = {n: v if np.ndim(v) else float(v) for n, v in variables.items() if v is not None}
    facts = (Fact(*line, values[line[0]]) for measure in measurements for line in lines(measure))
    return tuple(fact for fact in facts if np.ndim(fact.value) or np.isfinite(fact.value))


@cache
def lines(measure: Measurement) -> list[tuple[str, str, str]]:
    """The (name, code, meaning) of each line of a measurement.

    >>> lines(zeros_of_amounts)
    [('zeros', 'np.mean(y == 0)', 'fraction')]
    """
    return re.findall(r"^ +(\w+) = (.+)  # (.+)$", inspect.getsource(measure), re.MULTILINE)


def ranks(values: np.ndarray) -> np.ndarray:
    """For each number, how many are smaller."""
    return np.searchsorted(np.sort(values), values)


def neighbours(x: np.ndarray, k: int) -> np.ndarray:
    """For each row the k nearest others, in columns of mean 0 and deviation 1: (N, F) → (N, k).

    ‖a − b‖² = ‖a‖² − 2 a·b + ‖b‖², of which the first term does not change the order.

    >>> neighbours(np.array([[0.0], [1.0], [5.0]]), 1)[:, 0].tolist()
    [1, 0, 1]
    """
    mean, deviation = mean_and_deviation(x)
    x = (x - mean) / deviation
    squares, nearest = (x**2).sum(axis=1), []
    for start in range(0, len(x), 1000):  # 1000 rows at a time, to keep memory small
        rows = np.arange(start, min(start + 1000, len(x)))
        distance = squares - 2 * x[rows] @ x.T  # (1000, N)
        distance[rows - start, rows] = np.inf
        nearest.append(np.argpartition(distance, k - 1, axis=1)[:, :k])
    return np.concatenate(nearest)
