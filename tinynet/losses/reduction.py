"""How much each loss counts: reduction, sample weights and masks.

The one idea: every reduction is a weighted sum. "mean" gives each loss the weight 1/N, sample
weights replace the ones, and a mask makes some of them 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine.arrays import as_array
from ..engine.methods import raw
from ..engine.tensor import Tensor
from .checks import numbers


def given_weights(name: str, shape: tuple, dtype: Any, sample_weight: Any, where: Any) -> Any:
    """The weight of each loss, from what the caller gave."""
    _check_size(name, shape)
    if sample_weight is None:
        total = np.ones_like(raw(where), dtype, shape=shape)
    else:
        total = _sample_weights(name, sample_weight, shape, dtype)
    return total if where is None else total * _per_loss(name, "where", where, shape)


def weights(
    name: str, reduction: str, shape: tuple, dtype: Any, total: Any = None, counts: Any = None
) -> Any:
    """What each loss is multiplied with, chosen so that the mean, too, is only a sum.

    `total` is the weight of each loss and `counts` how much it counts in the divisor of the mean,
    where they are not 1.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'{name}: reduction must be "mean", "sum" or "none", not {reduction!r}')
    size = _check_size(name, shape)
    if total is None and counts is None:
        return 1 / size if reduction == "mean" else 1.0
    total = np.ones_like(counts, dtype, shape=shape) if total is None else total
    if reduction != "mean":
        return total
    divisor = np.sum(total if counts is None else total * counts)
    if not divisor > 0:
        raise ValueError(
            f"{name}: no target counts, since all are masked or ignored, so there is no mean: skip"
            ' this batch, or use reduction="sum", which is 0'
        )
    return total / divisor


def _check_size(name: str, shape: tuple) -> int:
    size = math.prod(shape)
    if size == 0:
        raise ValueError(f"{name}: the batch is empty (shape {shape})")
    return size


def _sample_weights(name: str, sample_weight: Any, shape: tuple, dtype: Any) -> Any:
    if requires_grad(sample_weight):
        raise ValueError(
            f"{name}: sample_weight gets no gradient; pass its .data, or multiply"
            ' with it yourself after reduction="none"'
        )
    weights = numbers(name, "sample_weight", as_array(raw(sample_weight)))
    weights = _per_loss(name, "sample_weight", weights.astype(dtype, copy=False), shape)
    if not (np.min(weights) >= 0 and np.max(weights) > 0):
        raise ValueError(f"{name}: sample weights must be at least 0, and not all of them 0")
    return weights


def _per_loss(name: str, which: str, per_sample: Any, shape: tuple) -> Any:
    """One number per sample, or per loss, as one per loss."""
    if per_sample.shape != shape and per_sample.shape != shape[:1]:
        raise ValueError(
            f"{name}: {which} has shape {per_sample.shape}, but there are losses of shape"
            f" {shape}: give one per sample, {shape[:1]}, or one per loss"
        )
    if per_sample.shape != shape:
        per_sample = per_sample.reshape(shape[:1] + (1,) * len(shape[1:]))
    return np.broadcast_to(per_sample, shape)


def kept(name: str, where: Any, shape: tuple, y_true: Any, ignore_index: int | None) -> Any:
    """Which samples, or losses, count; None if all do."""
    if where is not None:
        where = as_array(raw(where))
        if where.dtype != bool:
            raise ValueError(
                f"{name}: where must hold True and False, not {where.dtype}: use"
                " where=mask.astype(bool), or sample_weight= for numbers"
            )
        per_loss = _per_loss(name, "where", where, shape)
    if ignore_index is None or y_true.shape != shape:  # of ids only
        return where
    others = raw(y_true) != ignore_index
    return others if where is None else per_loss & others


def requires_grad(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad
