"""Dataset: two arrays and everything a reader must know about them.

What is learned from data (the mean, the scale) is learned from the training part only; `split` and
`standardize` make the right way the short way.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.upstairs import Displayed
from .numbers import label
from .standardizer import Standardizer

if TYPE_CHECKING:
    from .preparation import Preparation

TASKS = ("regression", "binary", "multiclass")


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Displayed):
    """Inputs, targets, and their meaning.

    Attributes
    ----------
    x : ndarray of shape (N, features)
        Copied, like y, so that nothing done to the array given changes the dataset.
    y : ndarray
        Class ids of shape (N,), or for regression numbers of shape (N, 1), the shape of an output.
    feature_names : tuple of str
        x, or x0, x1 … unless given.
    target_names : tuple of str
        The names of the classes, or of the one target. Unless given, y may hold the classes
        themselves: text, or at most 10 different whole numbers, each there twice or more on
        average. They are then numbered in their order.
    task : {"regression", "binary", "multiclass"}
        What the target names, or y, make it unless given.
    card : str
        Where the data come from, their licence and units, and what to beware of.
    truth : ndarray of shape (features + 1,), optional
        Where y is a linear function of x, plus noise: its weights, then its bias.
    preparation : Preparation, optional
        Where they were read from a file: how, to read new rows in the same way.

    ValueError for empty data, NaN or inf, lengths that differ, or ids that are not a class.

    >>> Dataset("toy", [[0.0], [1.0]], ["no", "yes"])
    Dataset toy: binary, 2 rows, 1 feature, classes no (1), yes (1)
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    task: str = ""
    card: str = ""
    truth: np.ndarray | None = None
    preparation: Preparation | None = None

    def __post_init__(self) -> None:
        x = np.array(self.x, dtype=np.float64)
        if x.ndim != 2:
            raise ValueError(f"{self.name}: x must have shape (rows, features), not {x.shape}")
        if len(x) == 0:
            raise ValueError(f"{self.name}: the dataset is empty")
        y = np.asarray(self.y)
        if y.ndim == 0 or len(x) != len(y):
            rows = len(y) if y.ndim else "none: it is one number"
            raise ValueError(f"{self.name}: x has {len(x)} rows but y has {rows}")
        y, target_names, task = _meaning(self.name, y, tuple(self.target_names), self.task)
        features = tuple(self.feature_names) or _numbered("x", x.shape[1])
        truth = None if self.truth is None else np.array(self.truth, dtype=np.float64)
        fields: dict[str, Any] = {"x": x, "y": y, "truth": truth, "task": task}
        fields |= {"feature_names": features, "target_names": target_names}
        for field, value in fields.items():
            object.__setattr__(self, field, value)  # frozen for everybody else
        self._check()

    def _check(self) -> None:
        columns = self.x.shape[1]
        if len(self.feature_names) != columns:
            raise ValueError(
                f"{self.name}: there are {len(self.feature_names)} feature names for the"
                f" {columns} columns of x"
            )
        if self.truth is not None and self.truth.shape != (columns + 1,):
            raise ValueError(
                f"{self.name}: truth must hold a weight for each of the {columns} columns of x,"
                f" then the bias, but its shape is {self.truth.shape}"
            )
        _check_finite(self.name, "x", self.x)

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        rows, features = self.x.shape
        what = f"target {self.target_names[0]}"
        if self.task != "regression":
            counts = np.bincount(self.y, minlength=len(self.target_names))
            classes = zip(self.target_names, counts, strict=True)
            what = "classes " + ", ".join(f"{name} ({count})" for name, count in classes)
        plural = "" if features == 1 else "s"
        return f"Dataset {self.name}: {self.task}, {rows} rows, {features} feature{plural}, {what}"

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """Where the features are the pixels of an image, by their names, its rows and columns.

        >>> from tinynet.datasets import load_digits, load_iris
        >>> load_digits().image_shape, load_iris().image_shape
        ((8, 8), None)
        """
        last = re.fullmatch(r"pixel_(\d+)_(\d+)", self.feature_names[-1])
        shape = (int(last[1]) + 1, int(last[2]) + 1) if last else (0, 0)
        return shape if pixel_names(*shape) == self.feature_names else None

    def take(self, rows: Any) -> Dataset:
        """The dataset with only these rows, given as indices or as a mask."""
        return replace(self, x=self.x[rows], y=self.y[rows])

    def split(
        self,
        fractions: Sequence[float] = (0.7, 0.15, 0.15),
        rng: Any = 0,
        stratify: bool | None = None,
    ) -> tuple[Dataset, ...]:
        """Cut into disjoint random parts; with `stratify` each has the same fraction of each class.

        Stratified unless it is regression: each part has as many rows as its fraction says, and
        each class as many of them, up to one row of rounding. A class that is so rare that a part
        lacks it is a warning. ValueError where the fractions are not positive, sum to more than 1,
        or leave a part without rows.

        >>> from tinynet.datasets import load_iris
        >>> [len(part) for part in load_iris().split((0.8, 0.2), rng=0)]
        [120, 30]
        """
        fractions = _checked_fractions(fractions)
        rng = np.random.default_rng(rng)
        groups = self.y if self._stratified(stratify) else np.zeros(len(self))
        rows = [rng.permutation(np.flatnonzero(groups == group)) for group in np.unique(groups)]
        counts = _cut(np.array([len(each) for each in rows]), fractions)
        pieces = [np.split(each, np.cumsum(n)) for each, n in zip(rows, counts, strict=True)]
        of_part = list(zip(*pieces, strict=True))[: len(fractions)]
        parts = [rng.permutation(np.concatenate(piece)) for piece in of_part]
        if not all(map(len, parts)):
            raise ValueError(f"{len(self)} rows are too few to split into {fractions}")
        made = tuple(self.take(part) for part in parts)
        self._warn_of_lost_classes(made)
        return made

    def _stratified(self, stratify: Any) -> bool:
        """Whether to stratify; what cannot be is refused."""
        if stratify is None:
            return self.task != "regression"
        if not isinstance(stratify, (bool, np.bool_)):
            raise ValueError(
                "stratify must be True or False: the classes are those of y, they need not be given"
            )
        if stratify and self.task == "regression":
            raise ValueError(
                f"{self.name} is a regression and has no classes to keep in proportion: leave"
                " stratify out"
            )
        return bool(stratify)

    def _warn_of_lost_classes(self, parts: Sequence[Dataset]) -> None:
        """Name the classes that are here but not in each part, in one warning."""
        if self.task == "regression":
            return
        here, *there = (np.bincount(d.y, minlength=len(self.target_names)) for d in (self, *parts))
        lost = [
            f"part {number} of {len(parts)} has no row of the class {_shown(names)}"
            for number, counts in enumerate(there, 1)
            if (names := [self.target_names[i] for i in np.flatnonzero((counts == 0) & (here > 0))])
        ]
        if lost:
            warnings.warn(
                f"{self.name}: some classes have so few rows that {'; '.join(lost)}. No figure of"
                " such a part says anything about it",
                stacklevel=3,
            )

    def check_alike(self, other: Dataset) -> None:
        """ValueError unless the other has the same features and the same classes, by name.

        A model knows them only by their numbers: what was red for one must not be blue for the
        other.
        """
        check_names(self.name, "features", self.feature_names, other.name, other.feature_names)
        mine, others = ((data.task, *data.target_names) for data in (self, other))
        check_names(self.name, "targets", mine, other.name, others)

    def standardize(self, *others: Dataset) -> Any:
        """Scale x by the mean and standard deviation of each column of this (training) set.

        The others are scaled by the same numbers, so that nothing of them is known in training:
        ``train, validation, test = train.standardize(validation, test)``. Alone it returns just
        the Dataset. A constant column is only shifted. y stays as it is. ValueError where the
        features or classes differ.
        """
        for other in others:
            self.check_alike(other)
        scaler = Standardizer.of(self.x)
        parts = [  # without what tells of x as it was
            replace(part, x=scaler.transform(part.x), truth=None, preparation=None)
            for part in (self, *others)
        ]
        return parts[0] if not others else tuple(parts)


def pixel_names(rows: int, columns: int) -> tuple[str, ...]:
    """What the features are called that are the pixels of an image, row by row."""
    return tuple(f"pixel_{row}_{column}" for row in range(rows) for column in range(columns))


def check_names(
    owner: str, what: str, names: Sequence[str], other: str, others: Sequence[str]
) -> None:
    """ValueError unless both have the same names in order; it tells where they first differ."""
    if tuple(names) == tuple(others):
        return
    pairs = enumerate(itertools.zip_longest(names, others, fillvalue="none"))
    first, (ours, theirs) = next((i, pair) for i, pair in pairs if pair[0] != pair[1])
    raise ValueError(
        f"{owner} has the {what} {_shown(names)}, but {other} has {_shown(others)}: the first"
        f" difference is {ours} and {theirs} in place {first + 1}; give both the same, in the same"
        " order (a file is read as another one was with read_csv(…, preparation=…))"
    )


# --- what the targets mean ------------------------------------------------------------------


def few_whole(values: np.ndarray) -> bool:
    """Whether numbers look like classes: at most 10 whole ones, each twice or more on average."""
    distinct = np.unique(values)
    return bool(np.all(distinct == np.round(distinct))) and len(distinct) <= min(
        10, len(values) / 2
    )


def _meaning(
    name: str, y: np.ndarray, target_names: tuple[str, ...], task: str
) -> tuple[np.ndarray, tuple[str, ...], str]:
    """The targets, their names and the task, where some are not given."""
    if task and task not in TASKS:
        raise ValueError(f"{name}: the task must be one of {TASKS}, not {task!r}")
    if y.dtype == object:
        y = np.array(y.tolist())  # of one kind, where it can be
    if not target_names and task != "regression" and _holds_classes(y, task):
        y, target_names = _numbered_classes(y)
    if not task:
        tasks = {0: "regression", 1: "regression", 2: "binary"}
        task = tasks.get(len(target_names), "multiclass")
    target_names = target_names or ("y",)
    needed = {"regression": 1, "binary": 2}.get(task, len(target_names))
    if len(target_names) != needed:
        raise ValueError(
            f"{name}: {task} needs {needed} in target_names, but there are {len(target_names)}"
        )
    if y.dtype.kind not in "fiub":
        raise ValueError(
            f"{name}: y holds {y.dtype} where numbers are needed: a number for each row of a"
            " regression, the id of a class otherwise (or text, and no target_names)"
        )
    y = y.astype(np.float64)
    _check_finite(name, "y", y)
    y = y.reshape(len(y), -1) if task == "regression" else _ids(name, y, needed)
    return y, target_names, task


def _numbered_classes(y: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """The id of each row's class, in the order of the classes, and their names."""
    classes, ids = np.unique(y, return_inverse=True)
    names = (label(each) if isinstance(each, float) else str(each) for each in classes.tolist())
    return ids.reshape(-1), tuple(names)


def _holds_classes(y: np.ndarray, task: str) -> bool:
    """Whether y holds the classes themselves, to be numbered."""
    if y.size != len(y):
        return False
    return bool(task) or y.dtype.kind in "USb" or few_whole(y)


def _ids(name: str, y: np.ndarray, classes: int) -> np.ndarray:
    """y as integers of shape (N,), each the number of a class."""
    if y.size != len(y):
        raise ValueError(f"{name}: y must hold one class id per row, not {y.shape}")
    last = classes - 1
    if not (y.min() >= 0 and y.max() <= last and np.all(y == np.round(y))):
        raise ValueError(
            f"{name}: class ids must be 0 to {last}, but they range from {y.min():g} to"
            f" {y.max():g}, and must be whole numbers"
        )
    return y.reshape(-1).astype(np.int64)


def _check_finite(name: str, which: str, array: np.ndarray) -> None:
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        raise ValueError(
            f"{name}: {which} holds NaN or inf in {len(bad)} places, first in row"
            f" {bad[0, 0]}, column {bad[0, -1]}: drop such rows or fill in the values"
        )


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return (letter,) if count == 1 else tuple(f"{letter}{i}" for i in range(count))


def _shown(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


# --- how many rows go where -----------------------------------------------------------------


def _checked_fractions(fractions: Any) -> tuple[float, ...]:
    if np.ndim(fractions) != 1:
        raise ValueError(
            f"fractions must be one number for each part, such as (0.8, 0.2), not {fractions!r}"
        )
    fractions = tuple(fractions)
    if not (min(fractions, default=0) > 0 and sum(fractions) <= 1 + 1e-9):
        raise ValueError(f"fractions must be above 0 and sum to at most 1, not {fractions}")
    return fractions


def _cut(sizes: np.ndarray, fractions: Sequence[float]) -> np.ndarray:
    """How many rows of each group go to each part, and, last, to none: shape (groups, parts + 1).

    Each is its share rounded down, and one more for some; the parts in all are rounded by largest
    remainder, too. Groups give their rows left over to the parts that lack most (Gale 1957).
    """
    shares = np.array([*fractions, max(0.0, 1 - sum(fractions))])
    counts = _floor(np.outer(sizes, shares))
    lacking = _rounded(sizes.sum() * shares) - counts.sum(axis=0)
    for group in np.argsort(-sizes, kind="stable"):
        exact = sizes[group] * shares - counts[group]
        order = np.lexsort((-exact, -lacking))
        more = order[: sizes[group] - counts[group].sum()]
        counts[group, more] += 1
        lacking[more] -= 1
    return counts


def _floor(values: np.ndarray) -> np.ndarray:
    return np.floor(values + 1e-9).astype(np.int64)  # 0.15 · 20 is 3, not 2.9999999999999996


def _rounded(values: np.ndarray) -> np.ndarray:
    """Rounded so that the sum stays: those with the largest remainders go up (Hamilton 1792)."""
    counts = _floor(values)
    left = round(values.sum()) - counts.sum()
    counts[np.argsort(counts - values, kind="stable")[:left]] += 1
    return counts
