"""What one has done of the course, kept in a file of the user's.

The file is JSON: for each tutorial the place where one stopped, the cells read, the answers given,
and the code of cells that one has changed (in the lab, whose files are of this kind, too). A file
that cannot be understood is put aside, and one begins anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...training.files import atomic_write


@dataclass(frozen=True)
class Given:
    """An answer as it was typed, and whether it was right."""

    text: str
    right: bool


@dataclass
class Done:
    """What one has done of a tutorial."""

    place: int = 0  # the cell where one stopped
    read: set[int] = field(default_factory=set)  # the cells that one has seen
    answers: dict[str, Given] = field(default_factory=dict)  # the last, by exercise
    changed: dict[str, str] = field(default_factory=dict)  # code, by the number of its cell

    @property
    def right(self) -> int:
        """How many exercises are answered right."""
        return sum(given.right for given in self.answers.values())


def folder() -> Path:
    """Where a program keeps what it should remember: TINYNET_STATE, or the system's place."""
    if own := os.environ.get("TINYNET_STATE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "tinynet"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/tinynet"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "tinynet"


class Progress:
    """The file, and what it holds.

    >>> import tempfile
    >>> progress = Progress(Path(tempfile.mkdtemp()) / "course.json")
    >>> progress.keep("01_what_is_wrong", Done(place=3, read={0, 1, 2, 3}))
    >>> progress.of("01_what_is_wrong").place
    3
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folder() / "course.json"

    def of(self, tutorial: str) -> Done:
        """What one has done of a tutorial, by its name."""
        return _done(self._tutorials().get(tutorial))

    def keep(self, tutorial: str, done: Done) -> None:
        """Write it down; what the file says of other tutorials stays. OSError where it cannot."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        known = self._tutorials()
        if not known and self.path.exists():
            with contextlib.suppress(OSError):
                os.replace(self.path, self.path.with_name(f"{self.path.name}.damaged"))
        known[tutorial] = asdict(done) | {"read": sorted(done.read)}
        text = json.dumps({"tutorials": known}, indent=1, ensure_ascii=False)
        with atomic_write(self.path) as file:
            file.write(text.encode())

    def _tutorials(self) -> dict[str, Any]:
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))["tutorials"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}


def _done(known: Any) -> Done:
    """What the file says of one tutorial, as far as it can be understood."""
    known = known if isinstance(known, Mapping) else {}
    place, read = known.get("place"), known.get("read")
    answers, changed = known.get("answers"), known.get("changed")
    return Done(
        place if _is_place(place) else 0,
        {i for i in read if _is_place(i)} if isinstance(read, list) else set(),
        {
            number: Given(given["text"], given["right"])
            for number, given in (answers.items() if isinstance(answers, Mapping) else ())
            if isinstance(given, Mapping)
            and isinstance(given.get("text"), str)
            and isinstance(given.get("right"), bool)
        },
        {
            cell: text
            for cell, text in (changed.items() if isinstance(changed, Mapping) else ())
            if cell.isdecimal() and isinstance(text, str)
        },
    )


def _is_place(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
