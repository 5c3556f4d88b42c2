"""Settings: is a file of this run? What must be alike, as texts that can be compared and shown."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np

from ...layers import Module, modules
from ..arguments import name_of, unwrapped
from ..callbacks import Run


def differences(now: dict[str, str], then: dict[str, Any]) -> list[str]:
    """What is not as it was, in words."""
    names = [*now, *(name for name in then if name not in now)]
    pairs = {name: (now.get(name, "not given"), then.get(name, "not given")) for name in names}
    return [
        f"{name} is {new:.150}, and was {old!s:.150}"
        for name, (new, old) in pairs.items()
        if new != old
    ]


def told(value: Any) -> str:
    """A setting as a text; equal texts mean equal settings.

    >>> told(np.zeros(3))
    'float64 of shape (3,), sha256 9d908ecfb6b256de'
    """
    if isinstance(value, np.ndarray):
        sum_of_bytes = hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()
        return f"{value.dtype} of shape {value.shape}, sha256 {sum_of_bytes[:16]}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(told, value)) if len(value) < 20 else told(np.asarray(value))
    function, options = unwrapped(value)
    if callable(function):
        given = ", ".join(f"{name}={told(option)}" for name, option in sorted(options.items()))
        return f"{name_of(function)}({given})" if given else name_of(function)
    return re.sub(" at 0x[0-9a-fA-F]+", "", str(value))


def facts(run: Run) -> dict[str, str]:
    """The layers of the model and the data: what a run must have been of to go on as this one."""
    facts = {"model": ", ".join(map(_layer, modules(run.model)))}
    for prefix, pair in run.parts.items():
        if not isinstance(pair, tuple):
            raise ValueError("fit: resume= needs arrays: other batches cannot be wound back")
        part = "validation" if prefix else "training"
        facts |= {f"{part} {name}": told(array) for name, array in zip("xy", pair, strict=True)}
    return facts


def _layer(layer: Module) -> str:
    """A layer in a few words, and the numbers that are its options, such as a slope."""
    numbers = {k: v for k, v in vars(layer).items() if type(v) in (int, float)}
    return " ".join([layer.describe(), *(f"{name}={value}" for name, value in numbers.items())])
