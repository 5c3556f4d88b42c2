"""Replies: what a worker sends is made an answer, whatever the submission did to its worker.

An answer is a dict with `result`, `inputs` and `seconds`, or with `error`; and with `printed`. Its
parts are of the kinds that they should be, and its texts can be shown anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .worker.wire import NotPlain

Answer = dict[str, Any]
LONGEST = 1000  # characters of a message
PRINTED = 2000


def answer_of(reply: Mapping[str, Any], number: int) -> Answer:
    """The answer to the question with this number; NotPlain where it is none."""
    if not _is(reply.get("number"), int) or reply["number"] != number:
        raise NotPlain("no answer to what was asked")
    printed = harmless(_part(reply, "printed", str), PRINTED, kept="\n")
    if "error" in reply:
        return {"error": _error(_part(reply, "error", dict)), "printed": printed}
    if "result" not in reply or not (seconds := _part(reply, "seconds", float)) >= 0:
        raise NotPlain("no answer to what was asked")
    inputs = _part(reply, "inputs", dict)
    return {"result": reply["result"], "inputs": inputs, "seconds": seconds, "printed": printed}


def failure(kind: str, text: str) -> dict[str, Any]:
    """An error that is the process's, not one that was raised in it."""
    return {"kind": kind, "kinds": [kind], "text": harmless(text), "places": []}


def _error(error: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [harmless(kind, 80) for kind in _part(error, "kinds", list)[:50] if _is(kind, str)]
    places = [
        [harmless(file, 80), line, harmless(code, 200)]
        for place in _part(error, "places", list)[-3:]
        if _is(place, list) and len(place) == 3
        for file, line, code in [place]
        if _is(file, str) and _is(line, int) and _is(code, str)
    ]
    kind, text = harmless(_part(error, "kind", str), 80), harmless(_part(error, "text", str))
    return {"kind": kind, "kinds": kinds, "text": text, "places": places}


def _part(reply: Mapping[str, Any], name: str, kind: type) -> Any:
    if not _is(reply.get(name), kind):
        raise NotPlain("no answer to what was asked")
    return reply[name]


def _is(value: Any, kind: type) -> bool:
    return type(value) is kind


def harmless(text: str, most: int = LONGEST, kept: str = "") -> str:
    """A text that cannot move the cursor, break the line or turn the direction of what follows.

    >>> harmless("no\\x1b[2J\\nPassed: 100 \\u202e%")
    'no�[2J Passed: 100 �%'
    """
    shown = (
        c if c.isprintable() or c in kept else " " if c.isspace() else "�" for c in text[:most]
    )
    return "".join(shown)
