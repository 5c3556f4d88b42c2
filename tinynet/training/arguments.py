"""What `fit` and `evaluate` are given: checked before the work starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.methods import raw
from ..layers import Module
from ..optimizers import Optimizer


def check_model(model: Any) -> None:
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, such as tn.layers.MLP([2, 16, 2]), not {model!r}")


def check_kinds(model: Any, optimizer: Any, functions: dict[str, Any]) -> None:
    """Refuse at once what is not a model, not an optimizer or not a function."""
    check_model(model)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer must be made of the model's parameters, as in"
            f" tn.optimizers.SGD(model.parameters(), lr=0.1), not {optimizer!r}"
        )
    examples = {
        "loss": "tn.losses.mse",
        "metrics": "[tn.metrics.accuracy]",
        "callbacks": "[tn.training.EarlyStopping()]",
    }
    for name, listed in functions.items():
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise TypeError(f"{name} must be a list of functions, not {listed!r}: put it in [ ]")
        for function in listed:
            if not callable(function) or isinstance(function, type):
                raise TypeError(
                    f"{name}: {function!r} is not a function; pass the function itself, as in"
                    f" {examples[name]}"
                )


def check_counts(**counts: Any) -> None:
    for name, value in counts.items():
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")


def pair(data: Any, which: str) -> tuple[Any, Any]:
    if isinstance(data, Dataset):
        return data.x, data.y
    if not (isinstance(data, (tuple, list)) and len(data) == 2):
        raise ValueError(
            f"{which} must be a Dataset or a pair (x, y), in parentheses:"
            " fit(model, loss, optimizer, (x, y), …)"
        )
    return data[0], data[1]


def arrays(data: Any, dtype: Any, which: str) -> tuple[np.ndarray, np.ndarray]:
    """x and y as arrays: checked, and floats in the dtype of the model."""
    x, y = (np.asarray(raw(array)) for array in pair(data, which))
    if len(x) != len(y):
        raise ValueError(f"{which}: x has {len(x)} rows but y has {len(y)}")
    if len(x) == 0:
        raise ValueError(f"{which}: the dataset is empty")
    for name, array in (("x", x), ("y", y)):
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{which}: {name} must hold numbers, not {array.dtype}")
        bad = ~np.isfinite(array)
        if bad.any():
            rows = np.unique(np.argwhere(bad)[:, 0])
            listed = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
            raise ValueError(
                f"{which}: {name} holds NaN or inf in {len(rows)} rows ({listed}): drop these rows"
                " or fill in the values"
            )
    x = x.astype(dtype, copy=False)
    return x, y.astype(dtype, copy=False) if y.dtype.kind == "f" else y
