"""Classes: how many answers are right, and which are taken for which."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .answers import Answers, answers

AVERAGES = ("macro", "weighted", "micro", None)
LARGEST = 10_000  # of class ids, of which each has a place of its own in a table


def accuracy(
    y_true: Any, y_pred: Any, *, kind: str | None = None, threshold: float | None = None
) -> float:
    """The fraction of rows whose answer is right.

    Parameters
    ----------
    kind : str, optional
        What y_pred holds. It may be left out for scores (N, C) with ids (N,), and for nothing else,
        since numbers alone do not tell a probability from a logit or a class id:

        - ``"scores"``, (N, C): the class with the largest is the answer. y_true holds class ids
          (N,), or rows (N, C) that are one-hot or probabilities.
        - ``"ids"``, (N,): the answer itself, in the shape of y_true.
        - ``"probabilities"``, (N,), (N, 1) or, for K questions, (N, K): above 0.5 means yes. y_true
          has the same shape, with 1 for yes and 0, or −1, for no. A row is right if all of it is.
        - ``"logits"``: the same, but above 0 means yes; so it is for the outputs of a hinge loss.
    threshold : float, optional
        Where yes begins instead, for probabilities and logits.

    In `fit`, say it with ``metrics=[functools.partial(tn.metrics.accuracy, kind="logits")]``.

    Raises ValueError for what does not fit the kind, and for NaN.

    >>> accuracy([0, 1], [[2.0, 1.0], [2.0, 1.0]])
    0.5
    >>> accuracy([0, 1, 1], [-1.0, 0.2, 3.0], kind="logits")
    1.0
    """
    true, said, kind, _ = answers("accuracy", y_true, y_pred, kind, threshold)
    right = true == said
    together = () if kind == "scores" else tuple(range(1, right.ndim))
    return float(np.mean(np.all(right, axis=together)))


def precision(
    y_true: Any,
    y_pred: Any,
    *,
    kind: str | None = None,
    threshold: float | None = None,
    average: str | None = "macro",
) -> Any:
    """Of what was said to be of a class, the fraction that is: tp / (tp + fp).

    Parameters
    ----------
    kind, threshold : optional
        What y_pred holds, as for `accuracy`. Scores and ids give a number for each class;
        probabilities and logits one for each question, about its yes.
    average : {"macro", "weighted", "micro", None}
        How one number is made of those: their mean, the mean weighted by how often each class is
        true, the fraction over all of them together, or not at all: an array, (C,) or (K,).

    A class of which nothing was said has precision 0. One that is neither true nor said anywhere
    is left out of the mean. Both as in scikit-learn.

    >>> precision([0, 1, 1, 1], [0, 0, 1, 1], kind="ids", average=None)
    array([0.5, 1. ])
    >>> precision([0, 1, 1, 1], [-1.0, -2, 3, 4], kind="logits")
    1.0
    """
    counts = _counts("precision", y_true, y_pred, kind, threshold)
    return _averaged("precision", counts, counts.hits, counts.said, average)


def recall(
    y_true: Any,
    y_pred: Any,
    *,
    kind: str | None = None,
    threshold: float | None = None,
    average: str | None = "macro",
) -> Any:
    """Of what is of a class, the fraction that was found: tp / (tp + fn).

    The options are those of `precision`. A class that is nowhere true has recall 0.

    >>> recall([0, 1, 1, 1, 1], [0, 0, 0, 1, 1], kind="ids", average=None)
    array([1. , 0.5])
    """
    counts = _counts("recall", y_true, y_pred, kind, threshold)
    return _averaged("recall", counts, counts.hits, counts.true, average)


def f1(
    y_true: Any,
    y_pred: Any,
    *,
    kind: str | None = None,
    threshold: float | None = None,
    average: str | None = "macro",
) -> Any:
    """The harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn).

    The options are those of `precision`. Where both are 0, so is it.

    >>> f1([1, 0, 1], [0.9, 0.8, 0.7], kind="probabilities")
    0.8
    """
    counts = _counts("f1", y_true, y_pred, kind, threshold)
    return _averaged("f1", counts, 2 * counts.hits, counts.true + counts.said, average)


def confusion(
    y_true: Any,
    y_pred: Any,
    *,
    kind: str | None = None,
    threshold: float | None = None,
    classes: int | None = None,
) -> np.ndarray:
    """How often each class (row) is taken for each other (column): counts, (C, C).

    Parameters
    ----------
    kind, threshold : optional
        What y_pred holds, as for `accuracy`. The rows of a single question are no and yes.
    classes : int, optional
        C for ids, if it is more than the largest of them says.

    It is a table and not a number, so no metric of `fit`.

    >>> confusion([0, 1, 1, 2], [0, 1, 2, 2], kind="ids")
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    found = answers("confusion", y_true, y_pred, kind, threshold)
    if found.true.dtype == bool:
        if found.true.size != len(found.true):
            raise ValueError(
                f"confusion: y_true of shape {found.true.shape} asks several questions: give one"
                " column, y_true[:, 0] and y_pred[:, 0], at a time"
            )
        found = Answers(found.true.astype(int), found.said.astype(int), "ids", 2)
    true, said, count = _numbered("confusion", found)
    if classes is not None and classes < count:
        raise ValueError(f"confusion: classes={classes}, but the ids go up to {count - 1}")
    count = classes or count
    pairs = (count * true + said).astype(np.intp)
    return np.bincount(pairs, minlength=count**2).reshape(count, count)


# --- counts ---------------------------------------------------------------------------------


class _Counts(NamedTuple):
    """For each class, or each question: how often it was said and true, said, true: (K,)."""

    hits: np.ndarray
    said: np.ndarray
    true: np.ndarray
    present: np.ndarray  # whether it goes into the mean


def _counts(
    name: str, y_true: Any, y_pred: Any, kind: str | None, threshold: float | None
) -> _Counts:
    found = answers(name, y_true, y_pred, kind, threshold)
    if found.true.dtype == bool and found.said.dtype == bool and found.kind != "ids":
        true, said = (y.reshape(len(y), -1) for y in (found.true, found.said))  # (N, K)
        hits, of_said, of_true = (np.sum(y, axis=0) for y in (true & said, said, true))
        return _Counts(hits, of_said, of_true, np.full(hits.shape, True))
    true, said, count = _numbered(name, found)
    hits, of_said, of_true = (
        np.bincount(y.astype(np.intp), minlength=count) for y in (true[true == said], said, true)
    )
    return _Counts(hits, of_said, of_true, of_said + of_true > 0)


def _numbered(name: str, found: Answers) -> tuple[np.ndarray, np.ndarray, int]:
    """The ids as whole numbers from 0, (N,), and how many there may be."""
    both = [np.ravel(found.true), np.ravel(found.said)]
    for y in both:
        wrong = y[(y < 0) | (y > LARGEST) | (y != np.floor(y))]
        if wrong.size:
            raise ValueError(
                f"{name}: class ids are whole numbers from 0 to {LARGEST}, not {wrong[0]:g}: number"
                ' the classes, or for −1 and 1 take kind="logits"'
            )
    true, said = (y.astype(np.intp) for y in both)
    return true, said, found.classes or int(max(true.max(), said.max())) + 1


def _averaged(
    name: str, counts: _Counts, part: np.ndarray, whole: np.ndarray, average: str | None
) -> Any:
    """part / whole of each class, and one number made of them; 0 / 0 is 0."""
    if average not in AVERAGES:
        listed = ", ".join(map(repr, AVERAGES))
        raise ValueError(f"{name}: average must be one of {listed}, not {average!r}")
    if average == "micro":
        return float(part.sum() / max(whole.sum(), 1))
    each = part / np.maximum(whole, 1)
    if average is None:
        return each
    weights = counts.true if average == "weighted" else counts.present
    return float(np.sum(each * weights) / max(np.sum(weights), 1))
