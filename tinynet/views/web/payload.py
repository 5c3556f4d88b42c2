"""What a page sends with a question: its parts, each of the kind that it should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def expect(payload: Mapping[str, Any], name: str, kind: type) -> Any:
    """A part of the payload; ValueError if it is missing or of another type.

    >>> expect({"id": "a"}, "id", str)
    'a'
    """
    if type(payload.get(name)) is not kind:
        raise ValueError(f"a request needs {name}, as JSON's {kind.__name__}")
    return payload[name]
