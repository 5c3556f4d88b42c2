"""The page, as Python asks it in the middle of an answer, and waits.

The browser switches Python's stack for that (JavaScript Promise Integration).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_connected: list[Callable[..., Any]] = []


def connect(ask: Callable[..., Any], wait: Callable[[Any], Any]) -> None:
    """From now on, the page is asked by `ask`, which promises what `wait` gives."""
    _connected[:] = [ask, wait]


def page(name: str, **payload: Any) -> dict[str, Any]:
    """What the page answers; ValueError where this browser cannot wait for it."""
    if not _connected:
        raise ValueError(
            "this browser cannot let Python wait for the page: open the lab in Chrome or Edge, from"
            " version 137 on, or in another browser with JavaScript Promise Integration"
        )
    ask, wait = _connected
    return wait(ask(name, payload)).to_py()
