"""Losses for classes: what the model gives are logits or probabilities, and they are checked."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..functional import clip_probabilities, sigmoid, softmax, stable_log_softmax
from ..methods import raw
from ..tensor import Primitive
from .base import loss, same_shape

# --- checks ---------------------------------------------------------------------------------


def binary_targets(
    name: str, y_true: Any, y_pred: Any, from_logits: bool = False
) -> tuple[Any, tuple]:
    """Targets 0, 1 or between; predictions likewise, unless they are logits."""
    y_true, shape = same_shape(name, y_true, y_pred)
    _check_probabilities(name, "y_true", y_true, "use 0 for no and 1 for yes")
    if from_logits:
        _warn_if_applied(name, sigmoid, y_pred)
    else:
        _check_probabilities(
            name,
            "y_pred",
            y_pred,
            "if these are logits, pass from_logits=True (better than a sigmoid in front)",
        )
    return y_true, shape


def class_targets(
    name: str, y_true: Any, y_pred: Any, from_logits: bool = True
) -> tuple[Any, tuple]:
    """Class ids (N,) become rows with a single 1; rows of probabilities (N, C) stay."""
    shape = y_pred.shape
    classes = shape[-1] if shape else 1
    if classes < 2:
        raise ValueError(
            f"{name}: y_pred has shape {shape}, but needs one column per class, at least 2;"
            " for a single yes/no output use log_loss"
        )
    if y_true.shape == shape[:-1]:
        y_true = _one_hot(name, raw(y_true), classes).astype(y_pred.dtype)
    elif y_true.shape == shape:
        y_true, _ = same_shape(name, y_true, y_pred)
        one_row = "; for one yes/no output per sample use log_loss" if len(shape) == 1 else ""
        _check_rows(name, "y_true", y_true, f"give class ids or rows of probabilities{one_row}")
    else:
        raise ValueError(_misshapen_ids(name, y_true.shape, shape))
    if from_logits:
        _warn_if_applied(name, softmax, y_pred)
    else:
        _check_rows(name, "y_pred", y_pred, "for logits, leave from_logits=True")
    return y_true, shape[:-1]


def _misshapen_ids(name: str, true: tuple, pred: tuple) -> str:
    message = f"{name}: y_true has shape {true} but y_pred has shape {pred}: "
    if true[:-1] == pred:
        return f"{message}they seem to be swapped, the order is {name}(y_true, y_pred)"
    here = ", here y_true[..., 0]," if true == (*pred[:-1], 1) else ","
    return f"{message}give class ids of shape {pred[:-1]}{here} or probabilities of shape {pred}"


def _one_hot(name: str, ids: Any, classes: int) -> Any:
    """One row per id with True at that class: (N,) → (N, C). An id that is no class has none."""
    rows = ids[..., None] == np.arange(classes)
    if np.count_nonzero(rows) != ids.size:
        if ids.dtype.kind not in "iufb":
            raise ValueError(
                f"{name}: class ids must be whole numbers, but y_true holds {ids.dtype}: number the"
                " classes with names, ids = np.unique(y_true, return_inverse=True)"
            )
        position = tuple(int(i) for i in np.argwhere(~rows.any(axis=-1))[0])
        raise ValueError(
            f"{name}: class ids must be whole numbers from 0 to {classes - 1} (y_pred has"
            f" {classes} columns), but y_true[{', '.join(map(str, position))}] is"
            f" {ids[position]:g}"
            + ("; subtract 1?" if ids.min() == 1 and ids.max() == classes else "")
        )
    return rows


def _check_probabilities(name: str, which: str, p: Any, mend: str) -> None:
    p = raw(p)
    slack = 4 * np.finfo(p.dtype).eps
    if p.size and not (np.min(p) >= -slack and np.max(p) <= 1 + slack):
        if np.isnan(p).any():
            mend = "it holds NaN: look into the data, or let tn.debug() find the first one"
        raise ValueError(
            f"{name}: {which} must be probabilities from 0 to 1, but ranges from {np.min(p):.6g}"
            f" to {np.max(p):.6g}: {mend}"
        )


def _check_rows(name: str, which: str, p: Any, mend: str) -> None:
    """Each row is a distribution: from 0 to 1, with a sum of 1."""
    _check_probabilities(name, which, p, mend)
    off = np.abs(np.sum(raw(p), axis=-1) - 1)
    if p.size and np.max(off) > np.sqrt(np.finfo(p.dtype).eps):
        row = int(np.argmax(off))
        raise ValueError(
            f"{name}: the rows of {which} must sum to 1, but row {row} sums to"
            f" {np.sum(raw(p), axis=-1).flat[row]:.6g}: {mend}"
        )


def _warn_if_applied(name: str, activation: Primitive, y_pred: Any) -> None:
    """Report a softmax or sigmoid in front of a loss that applies it itself."""
    node = getattr(y_pred, "node", None)
    if node is None or node.operation is not activation:
        return
    classes = y_pred.shape[-1]
    floor = f"{np.log(np.e + classes - 1) - 1:.3f} for {classes} classes"
    if activation is sigmoid:
        floor = "0.313 where y_true is 1, and below 0.693 where it is 0"
    warnings.warn(
        f"{name} applies {activation.__name__} itself, but y_pred is the output of a"
        f" {activation.__name__}: the loss cannot fall below {floor}. Remove the"
        f" {activation.__name__}, or pass from_logits=False",
        stacklevel=4,
    )


# --- the losses -----------------------------------------------------------------------------


@loss(prepare=class_targets, saves=True)
def cross_entropy(y_true: Any, y_pred: Any, *, from_logits: bool = True) -> Any:
    """One of C classes: −Σ_c t_c log p_c, with p = softmax(y_pred).

    y_true holds class ids 0…C−1, shape (N,), or probabilities (N, C); y_pred logits (N, C): any
    numbers, no softmax in front. One loss per row. Estimates the probability of each class.
    The gradient in the logits is p − t. With ``from_logits=False`` y_pred holds probabilities;
    an exact 0 counts as one eps of its dtype, and the gradient is −t / p.

    Raises ValueError for ids outside 0…C−1, for rows that do not sum to 1, and for C < 2.

    >>> float(cross_entropy([0], [[0.0, 0.0]]))     # log 2: as good as a coin
    0.6931471805599453

    Source: Good 1952; Bridle 1990 for the softmax.
    """
    p = y_pred if from_logits else clip_probabilities(y_pred)
    log_p = stable_log_softmax(p) if from_logits else np.log(p)  # (N, C)
    return -np.vecdot(y_true, log_p), log_p


cross_entropy.defslope(
    lambda y_true, y_pred, log_p, from_logits=True: (
        np.exp(log_p) - y_true if from_logits else -y_true / clip_probabilities(y_pred)
    ),
    lambda y_true, y_pred, log_p, from_logits=True: -log_p,
)


@loss(prepare=binary_targets)
def log_loss(y_true: Any, y_pred: Any, *, from_logits: bool = False) -> Any:
    """Yes or no: −t log p − (1 − t) log(1 − p).

    y_true holds 0 and 1 (or probabilities), y_pred probabilities of the same shape. Estimates the
    probability of a yes. The gradient is (1 − t)/(1 − p) − t/p; exact 0 and 1 count as one eps of
    their dtype inside, so both stay finite. With ``from_logits=True``, which is more precise,
    y_pred holds logits z, p = sigmoid(z), and the gradient is p − t.

    Raises ValueError for numbers outside 0…1.

    >>> float(log_loss([1.0], [0.5]))
    0.6931471805599453

    Source: Good 1952; Cox 1958.
    """
    if from_logits:  # max(z, 0) − t z + log(1 + e^−|z|): no overflow, and nothing cancels
        z = y_pred
        return np.maximum(z, 0) - y_true * z + np.log1p(np.exp(-np.abs(z)))
    p = clip_probabilities(y_pred)
    return -y_true * np.log(p) - (1 - y_true) * np.log(1 - p)


def _log_loss_slope(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    if from_logits:
        return sigmoid(y_pred) - y_true
    p = clip_probabilities(y_pred)
    return (1 - y_true) / (1 - p) - y_true / p


def _log_loss_target_slope(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    p = clip_probabilities(y_pred)
    return -y_pred if from_logits else np.log(1 - p) - np.log(p)


log_loss.defslope(_log_loss_slope, _log_loss_target_slope)
