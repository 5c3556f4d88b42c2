"""Answers: what a model said, read from its output in the way the caller says."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..engine.methods import raw

LIMITS = {"probabilities": 0.5, "logits": 0.0}  # above this, a prediction means yes
KINDS = ["scores", "ids", *LIMITS]


class Answers(NamedTuple):
    """Of each row what is true and what was said: class ids, or True for yes and False for no."""

    true: np.ndarray
    said: np.ndarray
    kind: str
    classes: int = 0  # as many as there are columns of scores; 0 where nobody said it


def array_of(value: Any) -> np.ndarray:
    """The numbers, at least one, as an array of one or more axes."""
    value = raw(value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("a masked array: pass the rows that count, y[~mask], for both arguments")
    array = np.atleast_1d(np.asarray(value))
    if array.size == 0:
        raise ValueError("the data are empty, so the metric has no value")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a metric takes arrays of numbers, not of {array.dtype}")
    return array


def without_nan(name: str, y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays; an error for NaN, which is no answer."""
    arrays = {"y_true": array_of(y_true), "y_pred": array_of(y_pred)}
    for which, y in arrays.items():
        if np.isnan(y).any():
            raise ValueError(f"{name}: {which} holds {np.isnan(y).sum()} NaN among {y.size}")
    return arrays["y_true"], arrays["y_pred"]


def check_shapes(y_true: np.ndarray, y_pred: np.ndarray) -> None:
    if y_true.shape != y_pred.shape:
        fix = f"; try y_true.reshape{y_pred.shape}" if y_true.size == y_pred.size else ""
        shapes = f"y_true has shape {y_true.shape}, but y_pred has shape {y_pred.shape}"
        raise ValueError(shapes + fix)


def answers(
    name: str, y_true: Any, y_pred: Any, kind: str | None, threshold: float | None
) -> Answers:
    """What is true and what was said, for the metric of this name; see `accuracy` for the kinds."""
    y_true, y_pred = without_nan(name, y_true, y_pred)
    kind = _kind(name, y_true, y_pred, kind)
    if threshold is not None and kind not in LIMITS:
        raise ValueError(f'{name}: a threshold is for {" and ".join(LIMITS)}, not kind="{kind}"')
    if kind == "scores":
        true = class_ids(name, y_true, y_pred)
        return Answers(true, np.argmax(y_pred, axis=-1), kind, y_pred.shape[-1])
    check_shapes(y_true, y_pred)
    if kind == "ids":
        return Answers(y_true, y_pred, kind)
    limit = LIMITS[kind] if threshold is None else threshold
    return Answers(yes(name, y_true), y_pred > limit, kind)


def _kind(name: str, y_true: np.ndarray, y_pred: np.ndarray, kind: str | None) -> str:
    """What y_pred holds, as said or by the shapes, once it is known to fit."""
    if kind is None:
        if y_pred.ndim > 1 and y_pred.shape[-1] > 1 and y_true.shape == y_pred.shape[:-1]:
            return "scores"
        check_shapes(y_true, y_pred)
        raise ValueError(
            f"{name}: with y_true and y_pred of shape {y_pred.shape}, say what y_pred holds:"
            ' kind="probabilities" of yes, "logits" of yes (above 0; also for targets −1 and 1),'
            ' "ids" for class ids, or "scores" of classes where y_true is one-hot. In fit:'
            f' metrics=[functools.partial(tn.metrics.{name}, kind="logits")]'
        )
    if kind not in KINDS:
        raise ValueError(f"{name}: kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if kind == "probabilities" and (y_pred.min() < 0 or y_pred.max() > 1):
        raise ValueError(
            f"{name}: probabilities are from 0 to 1, but y_pred goes from {y_pred.min():g} to"
            f' {y_pred.max():g}: for outputs without sigmoid, kind="logits"'
        )
    return kind


def class_ids(name: str, y_true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The class ids of y_true, given as such or as rows: (N,)."""
    classes = scores.shape[-1]
    if scores.ndim == 1 or classes == 1:
        raise ValueError(
            f"{name}: scores have one column for each class, (N, C), but y_pred has shape"
            f' {scores.shape}: say kind="probabilities" or "logits"'
        )
    if y_true.shape == scores.shape:
        if y_true.min() < 0 or not np.allclose(np.sum(y_true, axis=-1), 1, atol=1e-3):
            raise ValueError(
                f"{name}: y_true of shape {y_true.shape} must be one-hot, or probabilities that"
                ' sum to 1 in each row; for several yes or no, kind="probabilities" or "logits"'
            )
        return np.argmax(y_true, axis=-1)
    if y_true.shape != scores.shape[:-1]:
        check_shapes(y_true, scores)
    wrong = y_true[~np.isin(y_true, np.arange(classes))]
    if wrong.size:
        raise ValueError(
            f"{name}: y_pred has {classes} columns, so class ids are 0 to {classes - 1}, not"
            f" {wrong[0]:g}"
        )
    return y_true


def yes(name: str, y_true: np.ndarray) -> np.ndarray:
    """Where y_true means yes: 1, with 0 for no throughout or −1 throughout."""
    found = np.unique(y_true)
    if not (np.isin(found, (0, 1)).all() or np.isin(found, (-1, 1)).all()):
        listed = ", ".join(f"{value:g}" for value in found[:5])
        raise ValueError(
            f"{name}: for yes or no, y_true must hold 1 and 0, or 1 and −1, but it holds"
            f" {listed}{', …' if found.size > 5 else ''}"
        )
    return y_true == 1
