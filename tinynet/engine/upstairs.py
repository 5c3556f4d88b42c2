"""Upstairs: how a floor calls one above it, whose modules it must not import.

`tinynet/__init__.py`, which stands above all floors, says what there is; it is imported when used.
"""

from __future__ import annotations

import importlib
from typing import Any

places: dict[str, tuple[str, str]] = {}  # what it is asked for by -> its module, its name there


def upstairs(what: str) -> Any:
    """What an upper floor offers under this name, such as "History.plot"."""
    module, name = places[what]
    return getattr(importlib.import_module(module), name)


class Displayed:
    """What a notebook shows as more than text, where it is the last line of a cell."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Asked for by notebooks; None where the text says it all."""
        return upstairs("html")(self)
