"""The state of a model, its arrays by their paths: does it fit this model?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .tensor import Tensor


def fitting(own: Mapping[str, Tensor], state: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays of a state in the dtype of the tensors; ValueError where they do not fit."""
    check_state(own, state)
    with np.errstate(over="ignore"):
        cast = {name: state[name].astype(tensor.dtype) for name, tensor in own.items()}
    _refuse(
        f"{name} holds {state[name][lost].flat[0]:g}, too large for {cast[name].dtype}"
        for name in own
        if (lost := np.isinf(cast[name]) & np.isfinite(state[name])).any()
    )
    return cast


def check_state(own: Mapping[str, Tensor], state: Mapping[str, Any], hint: str = "") -> None:
    """ValueError unless `state` has an array of the right form for each tensor, and no other.

    Only the shape and dtype of the arrays are looked at. A hint ends the message.
    """
    faults = [f"missing: {name}" for name in own if name not in state]
    faults += [f"not in this model: {name}" for name in state if name not in own]
    for name in own.keys() & state.keys():
        array, like = state[name], own[name]
        if array.shape != like.shape:
            faults.append(f"{name} has shape {array.shape}, the model's has {like.shape}")
        if not np.can_cast(array.dtype, like.dtype, "same_kind"):
            faults.append(f"{name} holds {array.dtype}, not {like.dtype}")
    _refuse(faults, hint)


def _refuse(faults: Iterable[str], hint: str = "") -> None:
    """Raise a ValueError if there are any; it stays short for a file of 60,000 wrong names."""
    if listed := sorted(faults):
        shown = [fault if len(fault) <= 200 else f"{fault[:200]}…" for fault in listed[:10]]
        shown += [f"and {len(listed) - 10:,} more"] if len(listed) > 10 else []
        raise ValueError("the state does not fit this model: " + "; ".join(shown) + hint)
