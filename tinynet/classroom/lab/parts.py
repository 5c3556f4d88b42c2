"""What one puts into a lab, by the words of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...engine.names import lookup
from .desk import playing

ALWAYS: dict[str, Callable[[], Any]] = {"play": playing.face}


def faces(parts: Sequence[str] = ()) -> dict[str, Any]:
    """The faces that show these parts, by name; without any, all that every lab can show.

    >>> list(faces(["play"]))
    ['play']
    """
    return {part: lookup("part", part, ALWAYS)() for part in parts or ALWAYS}
