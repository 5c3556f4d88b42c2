"""Ranks: how well predictions order the rows, whatever their size."""

from __future__ import annotations

from typing import Any

import numpy as np

from .answers import check_shapes, class_ids, without_nan, yes
from .classes import AVERAGES


def auc(y_true: Any, y_pred: Any, *, average: str | None = "macro") -> Any:
    """The area under the ROC curve: the chance that a yes is ranked above a no.

    Parameters
    ----------
    y_true : array_like
        1 for yes and 0, or −1, for no, in the shape of y_pred: (N,), (N, 1), or (N, K) for K
        questions. With scores (N, C) also class ids (N,): each class against the rest.
    y_pred : array_like
        Anything that is larger where yes is more likely: a probability or a logit. The columns of
        classes are ranked one by one: give softmax of logits to compare rows, as scikit-learn does.
    average : {"macro", "weighted", "micro", None}
        The mean over the columns, weighted or not by how often they are yes; all columns as one; or
        an array with a number for each.

    P positive and N negative rows make P · N pairs; a tie counts half (Mann and Whitney 1947). A
    column that is only yes or only no has no pairs: NaN, which is left out of the mean. The mean
    is NaN where nothing is left.

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    >>> auc([0, 1, 2], [[2.0, 1, 1], [0, 1, 3], [0, 1, 4]], average=None)
    array([1. , 0.5, 1. ])
    """
    if average not in AVERAGES:
        listed = ", ".join(map(repr, AVERAGES))
        raise ValueError(f"auc: average must be one of {listed}, not {average!r}")
    y_true, y_pred = without_nan("auc", y_true, y_pred)
    if y_pred.ndim > 1 and y_pred.shape[-1] > 1 and y_true.shape == y_pred.shape[:-1]:
        positive = class_ids("auc", y_true, y_pred)[..., None] == np.arange(y_pred.shape[-1])
    else:
        check_shapes(y_true, y_pred)
        positive = yes("auc", y_true)
    columns = (-1, 1) if y_pred.ndim == 1 or average == "micro" else (-1, y_pred.shape[-1])
    positive, y_pred = positive.reshape(columns), y_pred.reshape(columns)
    each = np.array([_area(*column) for column in zip(positive.T, y_pred.T, strict=True)])
    if average is None:
        return each
    weights = positive.sum(axis=0) if average == "weighted" else np.ones(len(each))
    weights = np.where(np.isnan(each), 0, weights)
    return float(np.average(np.nan_to_num(each), weights=weights)) if weights.any() else np.nan


def _area(positive: np.ndarray, y_pred: np.ndarray) -> float:
    """The share of the pairs of a yes and a no in which the yes is above; a tie counts half."""
    above, below = y_pred[positive], np.sort(y_pred[~positive])
    if not (above.size and below.size):
        return np.nan
    wins = sum(int(np.searchsorted(below, above, side).sum()) for side in ("left", "right"))
    return wins / (2 * above.size * below.size)
