"""Arguments of different kinds: in the wrong order they are named before anything is done."""

from __future__ import annotations

import os
from typing import Any

WORDS = {
    "Module": "a model",
    "Units": "the Units it was trained in",
    "dict": "a History",
    "Figure": "a figure",
    "PathLike": "the path of a file",
}


def check_kinds(function: str, *given: tuple[Any, type]) -> None:
    """TypeError unless each value is of its kind; a path may be a text, too.

    >>> check_kinds("read", (3, os.PathLike), ("figure.png", list))
    Traceback (most recent call last):
    TypeError: read takes the path of a file, then a list, not int and str
    """
    if all(
        isinstance(value, (kind, str) if kind is os.PathLike else kind) for value, kind in given
    ):
        return
    takes = ", then ".join(WORDS.get(kind.__name__, f"a {kind.__name__}") for _, kind in given)
    types = " and ".join(type(value).__name__ for value, _ in given)
    raise TypeError(f"{function} takes {takes}, not {types}")
