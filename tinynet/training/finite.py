"""Where a run stops being numbers: the loss, or a parameter, is NaN or infinite."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .callbacks import Run


def finite(loss: Any, run: Run) -> float:
    """The loss as a number, or an error that says where it stopped being one."""
    value = float(loss)
    if not math.isfinite(value):
        check_parameters(run)
        raise FloatingPointError(
            f"the loss became {value} in epoch {run.history.epochs + 1}, batch {run.batch};"
            f" {_advice(run)}"
        )
    run.last_loss = value
    return value


def check_parameters(run: Run) -> None:
    """An error where a step made a parameter NaN, infinite, or too large to be squared."""
    vector = run.optimizer.vector
    wide = vector.astype(np.promote_types(vector.dtype, np.float32), copy=False)
    if np.isfinite(np.dot(wide, wide)):
        return
    what, advice = "a step made a parameter", _advice(run)
    if not np.isfinite(run.optimizer.gradient).all():
        what, advice = "a gradient made a parameter", "find where it began: with tn.debug(): fit(…)"
    size = np.max(np.abs(vector))
    raise FloatingPointError(
        f"{what} {'NaN' if np.isnan(size) else f'{size:.3g}'} in epoch {run.history.epochs + 1},"
        f" batch {run.batch} or before; {advice}"
    )


def _advice(run: Run) -> str:
    if math.isnan(run.last_loss):
        return "no step was taken yet, so it is the data, the loss or the initial weights"
    return (
        f"the last finite loss was {run.last_loss:.6g}. Try a smaller learning rate (now"
        f" {run.optimizer.lr:g})"
    )
