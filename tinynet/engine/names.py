"""Names that people type: look one up, and help when it is misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def lookup(kind: str, name: str, choices: Mapping[str, T]) -> T:
    """Return ``choices[name]``, or raise a ValueError that names the nearest right one.

    >>> lookup("fruit", "aple", {"apple": 1, "pear": 2})
    Traceback (most recent call last):
    ValueError: unknown fruit 'aple'; did you mean 'apple'? Known: apple, pear
    """
    if name in choices:
        return choices[name]
    import difflib  # only now, so that `import tinynet` stays fast

    lower = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    hint = f"did you mean {lower[near[0]]!r}? " if near else ""
    raise ValueError(f"unknown {kind} {name!r}; {hint}Known: {', '.join(sorted(choices))}")
