"""What one puts into a lab, by the words of the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...engine.names import lookup
from ..assignment import names as assignments
from .desk import cells, grading, handing, playing, stepping

ALWAYS = ("play", "step", "course")


def faces(parts: Sequence[str] = (), graded: str | None = None) -> dict[str, Any]:
    """What each face of a lab needs that shows these parts, by its name.

    A part is one of ALWAYS, the number of a tutorial, a script to step through (.py), or an
    assignment: its name or its folder. What is `graded` is an assignment, too: the lab then holds
    its solution. Without any of these, all of ALWAYS.

    >>> list(faces(["7", "play"]))
    ['play', 'course']
    """
    shown: dict[str, list[str]] = {}
    for part in dict.fromkeys(parts or (() if graded else ALWAYS)):
        shown.setdefault(_face_of(part), []).append(part)
    made: dict[str, Any] = {}
    if "play" in shown:
        made["play"] = playing.face()
    if "step" in shown:
        made["step"] = stepping.face([Path(part) for part in shown["step"] if part != "step"])
    if "course" in shown:
        numbers = [int(part) for part in shown["course"] if part != "course"]
        made["course"] = cells.face(() if "course" in shown["course"] else numbers)
    if "hand" in shown:
        made["hand"] = handing.face(shown["hand"])
    if graded:
        made["grade"] = grading.face(graded)
    return made


def need_matplotlib(faces: Mapping[str, Any]) -> bool:
    """Whether an assignment among them allows Matplotlib.

    >>> need_matplotlib({"play": {}, "grade": {"packages": ["numpy", "matplotlib"]}})
    True
    """
    assignments = [faces.get("grade", {}), *faces.get("hand", {}).get("assignments", ())]
    return any("matplotlib" in each.get("packages", ()) for each in assignments)


def _face_of(part: str) -> str:
    """Which face shows a part."""
    if part.isdecimal():
        return "course"
    if part.endswith(".py"):
        return "step"
    if os.path.isdir(part):
        return "hand"
    faces = dict(zip(ALWAYS, ALWAYS, strict=True)) | dict.fromkeys(assignments(), "hand")
    return lookup("part", part, faces)
