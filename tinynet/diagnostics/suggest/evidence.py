"""Facts about targets: what kind they are, and the numbers by which one chooses a loss.

The one idea: a fact is a line of NumPy, and the very line that is shown is the one that was run.
So a reader can paste the report, check each number, and change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...data import Dataset, mean_and_deviation
from ...engine.methods import raw

NUMBERS, POSITIVE, AMOUNTS = "numbers", "positive numbers", "amounts with zeros"
COUNTS, SHARES, COLUMNS = "counts", "shares from 0 to 1", "several columns of numbers"
BINARY, SIGNS, CLASSES = "two classes", "two classes as −1 and 1", "several classes"
LABELS, ROWS = "several labels at once", "rows of probabilities"

OF_NUMBERS = ("mean", "median", "quantile", "width", "ratio")
OF_CLASSES = ("probability", "decision", "order")
SMOOTHERS, VOTERS = 5, 10  # how many neighbours
MOST_ROWS, FEW = 10_000, 30


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets in a fixed order, that is by size, so that the order of the rows decides nothing."""

    name: str
    kind: str
    y: np.ndarray
    x: np.ndarray | None
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Fact:
    """A line of NumPy, what it means, and what came out: a number, or an array on the way."""

    name: str
    code: str
    words: str
    value: Any = None

    def __str__(self) -> str:
        number = f"{self.value:.3g}: " if isinstance(self.value, float) else ""
        return f"{f'{self.name} = {self.code}':54}  # {number}{self.words}"


# --- the lines --------------------------------------------------------------------------------

ALONE = (Fact("r", "y - np.median(y)", "residuals, without features"),)
NEAR = (
    Fact("near", f"neighbours(x, {SMOOTHERS})", "rows with similar features"),
    Fact("fit", "np.median(y[near], axis=1)", "what they say"),
    Fact("r", "y - fit", "residuals: what is left"),
)
TAILS = (
    Fact("q", "np.quantile(r, [0.025, 0.25, 0.5, 0.75, 0.975])", "the quartiles, and far out"),
    Fact("d", "abs(r - q[2])", "distances from the middle"),
    Fact("sigma", "1.4826 * np.median(d) or 1.2533 * np.mean(d)", "width of the noise"),
    Fact("outliers", "np.mean(d > 3.5 * sigma)", "share; Gaussian 0.0005"),
    Fact("farthest", "np.max(d) / sigma", "the farthest, in sigma"),
    Fact("tail", "(q[4] - q[0]) / (q[3] - q[1])", "weight; Gaussian 2.91"),
    Fact("skew", "(q[3] + q[1] - 2 * q[2]) / (q[3] - q[1])", "Bowley's; Gaussian 0"),
)
FAN = (
    Fact("rank", "lambda v: np.searchsorted(np.sort(v), v)", "how many are smaller"),
    Fact("fan", "np.corrcoef(rank(fit), rank(abs(r)))[0, 1]", "noise grows with y? 0 if not"),
)
SPREAD = (
    Fact("spread", "np.quantile(y, 0.75) / np.quantile(y, 0.25)", "ratio of the quartiles"),
    Fact("l", "abs(np.log(y) - np.median(np.log(y)))", "distances of the logarithms"),
    Fact("log_outliers", "np.mean(l > 3.5 * 1.4826 * np.median(l))", "share of the logarithms"),
)
ZEROS = (Fact("zeros", "np.mean(y == 0)", "share"),)
OF_COUNTS = (
    Fact("mean", "np.mean(y)", "of the counts"),
    Fact("dispersion", "np.var(r) / mean", "variance / mean; Poisson 1"),
    Fact("more_zeros", "np.mean(y == 0) - np.exp(-mean)", "share beyond a Poisson's"),
)
OF_LABELLED = (
    Fact("counts", "np.unique(y, return_counts=True)[1]", "rows of each class"),
    Fact("classes", "len(counts)", "classes"),
    Fact("imbalance", "counts.max() / counts.min()", "commonest / rarest"),
)
OF_BINARY = (
    Fact("yes", "np.sum(y == 1)", "rows of class 1"),
    Fact("no", "np.sum(y == 0)", "rows of class 0"),
)
VOTES = (
    Fact("near", f"neighbours(x, {VOTERS})", "rows with similar features"),
    Fact("agree", "np.mean(y[near] == y[:, None], axis=1)", "share with the same label"),
    Fact("outvoted", "np.mean(agree < 0.5)", "rows whose neighbours disagree"),
    Fact(
        "pure",
        f"np.mean(agree == 1) - (1 - outvoted) ** {VOTERS + 1}",
        "0 if noise is all over",
    ),
)
OF_LABELS = (
    Fact("labels", "y.shape[1]", "labels"),
    Fact("true", "np.mean(y)", "share of ones"),
    Fact("per_row", "np.mean(y.sum(axis=1))", "labels that are true at once"),
)
OF_ROWS = (
    Fact("classes", "y.shape[1]", "classes"),
    Fact("top", "np.mean(y.max(axis=1))", "mean probability of the likeliest class"),
)
OF_COLUMNS = (
    Fact("w", "np.subtract(*np.quantile(y, [0.75, 0.25], axis=0))", "width of each column"),
    Fact("units", "w.max() / w.min()", "widest column / narrowest column"),
    Fact("z", "1.349 * abs(y - np.median(y, axis=0)) / w", "distances, in sigma"),
    Fact("outliers", "np.mean(z > 3.5, axis=0).max()", "share in the worst column"),
    Fact("n", "np.linalg.norm(y, axis=1)", "length of each row"),
    Fact("lengths", "np.ptp(n) / n.max()", "do the lengths differ?"),
)


def program(kind: str, features: bool) -> tuple[Fact, ...]:
    """The lines for targets of this kind."""
    if kind in (BINARY, SIGNS, CLASSES):
        own = OF_BINARY if kind == BINARY else ()
        return OF_LABELLED + own + (VOTES if features else ())
    if kind in (LABELS, ROWS, COLUMNS):
        return {LABELS: OF_LABELS, ROWS: OF_ROWS, COLUMNS: OF_COLUMNS}[kind]
    more = {POSITIVE: SPREAD, AMOUNTS: ZEROS, COUNTS: OF_COUNTS}.get(kind, ())
    return (NEAR + TAILS + FAN if features else ALONE + TAILS) + more


@np.errstate(all="ignore")
def measured(lines: Sequence[Fact], y: np.ndarray, x: np.ndarray | None = None) -> tuple:
    """Run the lines one after the other; each may use those before. Fills in the values.

    A number that does not exist (as 0 / 0, where half of the targets are equal) is left out.

    >>> for fact in measured(OF_LABELLED[:2], np.array([0, 1, 1])):
    ...     print(fact)
    counts = np.unique(y, return_counts=True)[1]            # rows of each class
    classes = len(counts)                                   # 2: classes
    """
    known: dict[str, Any] = {"np": np, "neighbours": neighbours, "y": y, "x": x}
    found = []
    for fact in lines:
        # The lines are those above, never a user's text; to run what is shown keeps the two one.
        value = known[fact.name] = eval(fact.code, known)
        if np.ndim(value) or callable(value):
            found.append(replace(fact, value=value))
        elif np.isfinite(value):
            found.append(replace(fact, value=float(value)))
    return tuple(found)


def neighbours(x: np.ndarray, k: int) -> np.ndarray:
    """For each row the k nearest others, in columns of mean 0 and deviation 1: (N, F) → (N, k).

    ‖a − b‖² = ‖a‖² − 2 a·b + ‖b‖², of which the first term does not change the order.

    >>> neighbours(np.array([[0.0], [1.0], [5.0]]), 1)[:, 0].tolist()
    [1, 0, 1]
    """
    mean, deviation = mean_and_deviation(x)
    x = (x - mean) / deviation
    squares, found = (x**2).sum(axis=1), []
    for start in range(0, len(x), 1000):  # 1000 rows at a time, to keep memory small
        rows = np.arange(start, min(start + 1000, len(x)))
        distance = squares - 2 * x[rows] @ x.T  # (1000, N)
        distance[rows - start, rows] = np.inf
        found.append(np.argpartition(distance, k - 1, axis=1)[:, :k])
    return np.concatenate(found)


# --- what the targets are -----------------------------------------------------------------------


def read(data: Any, goal: str | None, x: Any) -> Targets:
    """The targets of a Dataset or an array, checked, in order, and of which kind they are."""
    name, task = "targets", None
    notes: list[str] = []
    if isinstance(data, Dataset):
        if x is not None:
            raise TypeError(f"{data.name} is a Dataset and brings its own features: leave x out")
        name, task, x, y = data.name, data.task, data.x, data.y
        if task == "multiclass" and all(n.lstrip("-").isdigit() for n in data.target_names):
            notes.append('The classes are named by numbers: if they have an order, goal="order".')
    else:
        y = _array(data, notes)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    x = None if x is None else _features(x, len(y))
    y, x, note = _in_order(y, x)
    kind, y, more = _kind_of_rows(y) if y.ndim == 2 else _kind(y, task, goal)
    if len(y) < FEW:
        more += f" Only {len(y)} targets: the shares below are rough."
    fits = x is not None and len(y) > VOTERS and y.ndim == 1
    notes += [text for text in (note.strip(), more.strip()) if text]
    return Targets(name, kind, y, x if fits else None, tuple(notes))


def _array(data: Any, notes: list[str]) -> np.ndarray:
    """Targets as floats; names of classes become their numbers."""
    if data is None or isinstance(data, (str, bytes, Mapping)):
        raise TypeError(
            f"suggest takes a Dataset or an array of targets, not {type(data).__name__}: for"
            ' example suggest(tn.datasets.load("moons")), or suggest(y, x=x)'
        )
    try:
        y = np.asarray(raw(data))
    except ValueError:
        raise ValueError("the targets are rows of different lengths: give an array") from None
    if y.size == 0:
        raise ValueError(f"there are no targets: y has shape {y.shape}")
    if y.ndim not in (1, 2):
        raise ValueError(f"y must have shape (N,) or (N, columns), not {y.shape}: reshape it")
    if y.dtype.kind == "O":
        missing = [i for i, value in enumerate(y.flat) if value is None or value != value]
        _complain_of_missing("y", missing)
    if y.dtype.kind in "US" or (y.dtype.kind == "O" and all(isinstance(v, str) for v in y.flat)):
        _, ids = np.unique(y, return_inverse=True)
        notes.append("The classes have names; y = np.unique(names, return_inverse=True)[1].")
        return ids.reshape(y.shape).astype(float) + 0.0
    return _finite("y", y)


def _finite(which: str, array: np.ndarray) -> np.ndarray:
    try:
        if array.dtype.kind in "cMm":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"{which} must hold numbers, or only names of classes, not {array.dtype} values:"
            " look at its first entries"
        ) from None
    _complain_of_missing(which, np.flatnonzero(~np.isfinite(array)).tolist())
    return array


def _complain_of_missing(which: str, where: Sequence[int]) -> None:
    if where:
        raise ValueError(
            f"{which} holds NaN, None or inf in {len(where)} places, first at number {where[0]}:"
            " drop these rows, or fill the values in, before choosing a loss"
        )


def _features(x: Any, rows: int) -> np.ndarray:
    x = _finite("x", np.asarray(raw(x)))
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or len(x) != rows:
        raise ValueError(f"x must have shape ({rows}, features), as y has {rows} rows: {x.shape}")
    return x


def _in_order(y: np.ndarray, x: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None, str]:
    """The rows sorted by y, then by x; of many, with features, every so many."""
    columns = [*np.atleast_2d(y.T)] + ([] if x is None else [*x.T])
    order, note = np.lexsort(columns[::-1]), ""
    if x is not None and len(y) > MOST_ROWS:
        step = -(-len(y) // MOST_ROWS)
        note = f"Of {len(y)} rows, sorted by y, one in {step} is looked at."
        order = order[::step]
    return y[order], None if x is None else x[order], note


def _kind_of_rows(y: np.ndarray) -> tuple[str, np.ndarray, str]:
    sums_to_1 = np.allclose(y.sum(axis=1), 1) and y.min() >= 0
    if np.all((y == 0) | (y == 1)):
        if not sums_to_1:
            return LABELS, y, ""
        ids = y.argmax(axis=1)
        return _classes(ids, " Each row has a single 1: y = y.argmax(axis=1), below, is the class.")
    return ROWS if sums_to_1 else COLUMNS, y, ""


def _kind(y: np.ndarray, task: str | None, goal: str | None) -> tuple[str, np.ndarray, str]:
    if task == "regression" or (task is None and goal in OF_NUMBERS):
        return _numbers(y)
    whole = bool(np.all(y == np.round(y)))
    if task or (whole and goal in OF_CLASSES) or (whole and len(np.unique(y)) <= 2):
        return _classes(y)
    if whole and _like_classes(y):
        return _classes(y, ' Whole numbers: if they count something, goal="mean" says so.')
    return _numbers(y)


def _like_classes(y: np.ndarray) -> bool:
    """No gaps, at most 20 values, found twice each on average, and the largest is not very rare.

    A guess: nothing in the numbers 0, 1, 2 says whether they count or name something.
    """
    values, counts = np.unique(y, return_counts=True)
    no_gaps = values[0] in (0, 1) and len(values) == values[-1] - values[0] + 1
    like_counts = len(values) >= 4 and counts[-1] < 0.1 * counts.max()
    return bool(no_gaps and len(values) <= min(20, len(y) / 2) and not like_counts)


def _classes(y: np.ndarray, note: str = "") -> tuple[str, np.ndarray, str]:
    values, ids = np.unique(y, return_inverse=True)
    if len(values) == 1:
        raise ValueError(_constant(values[0]))
    if values.tolist() == [-1, 1]:
        return SIGNS, y, note
    if not np.array_equal(values, np.arange(len(values))):
        shown = f"{values[0]:g} to {values[-1]:g}"
        note += f" The classes, {shown}, are numbered: y = np.unique(y, return_inverse=True)[1]."
    return BINARY if len(values) == 2 else CLASSES, ids.reshape(-1), note


def _numbers(y: np.ndarray) -> tuple[str, np.ndarray, str]:
    low, high = y.min(), y.max()
    if low == high:
        raise ValueError(_constant(low))
    whole = bool(np.all(y == np.round(y)))
    if low >= 0 and high <= 1:
        return SHARES, y, " All lie from 0 to 1: taken as shares, not as numbers that were scaled."
    if whole and low >= 0 and np.median(y) < 100:
        return COUNTS, y, ' Whole numbers, taken as counts: for classes, goal="probability".'
    if low > 0:
        return POSITIVE, y, " Whole numbers, but large: taken as measured." if whole else ""
    return AMOUNTS if low == 0 else NUMBERS, y, ""


def _constant(value: float) -> str:
    return (
        f"every target is {value:g}, so whatever the loss, the best model says {value:g}: look"
        " whether the right column was taken"
    )
