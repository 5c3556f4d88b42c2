"""Packing: plain data with arrays among them, as JSON and a flat dict of arrays, and back.

The one idea: what comes back is what went in, to the bit and to the type; where that cannot be, the
packing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

_KINDS = {  # how an array comes back as what it was
    "array": lambda array: array,
    "scalar": lambda array: array[()],
    "floats": lambda array: array.tolist(),
}


def packed(value: Any, arrays: dict[str, np.ndarray], path: str = "") -> Any:
    """The value as JSON has it; its arrays, and long lists of floats, are added to `arrays`.

    >>> arrays = {}
    >>> packed({"lr": 0.5, "moment": np.zeros(2), "loss": [0.25, 0.125]}, arrays)
    {'lr': 0.5, 'moment': {'': ['array', '.moment#0']}, 'loss': {'': ['floats', '.loss#1']}}
    >>> arrays[".loss#1"]
    array([0.25 , 0.125])

    TypeError for what is neither a number, text, array, None, list nor dict.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is dict and all(type(key) is str and key for key in value):
        return {key: packed(inner, arrays, f"{path}.{key}") for key, inner in value.items()}
    floats = kind is list and set(map(type, value)) == {float}
    if kind is list and not floats:
        return [packed(inner, arrays, f"{path}.{i}") for i, inner in enumerate(value)]
    array = np.asarray(value, float if floats else None)
    if not (floats or isinstance(value, (np.ndarray, np.generic))) or array.dtype.hasobject:
        raise TypeError(
            f"{path.lstrip('.')} is {kind.__name__}, which no file keeps: make it of numbers,"
            " texts, arrays, lists, and dicts with texts as keys"
        )
    name = f"{path}#{len(arrays)}"  # "a.b" may be the path of two
    arrays[name] = array
    return {"": ["floats" if floats else "array" if kind is np.ndarray else "scalar", name]}


def unpacked(plain: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """What was packed; KeyError, TypeError or ValueError where that cannot be."""
    if isinstance(plain, list):
        return [unpacked(inner, arrays) for inner in plain]
    if not isinstance(plain, dict):
        return plain
    if "" in plain:
        kind, name = plain[""]
        return _KINDS[kind](arrays[name])
    return {key: unpacked(inner, arrays) for key, inner in plain.items()}
