"""What takes long to make is made several at a time, and kept as long as nothing has changed."""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from links import ROOT

SOURCES = ["tinynet/**/*.py", "tinynet/**/*.js", "tinynet/**/*.css"]
SOURCES += [f"tutorials/site/{name}.py" for name in ("catalogue", "course", "formulas", "links")]


class Workshop:
    """Calls `write(what, folder)` in other processes.

    What they write is kept in a folder, if there is one, under a name that is made of `what`, of
    the text it depends on, and of all of tinynet.
    """

    def __init__(self, pool: Executor, folder: Path | None) -> None:
        self.pool, self.folder, self.begun = pool, folder, []

    def begin(self, write: Callable[[Any, Path], None], what: Any, text: str, folder: Path) -> None:
        """Begin with one; `finish` waits for it."""
        name = _digest(repr(what), text, _everything()) if self.folder else ""
        place = self.folder / name if self.folder else None
        self.begun.append(self.pool.submit(_make, write, what, folder, place))

    def finish(self) -> None:
        """Wait for all; what one of them raised is raised here."""
        for each in self.begun:
            each.result()


def _make(write: Callable[[Any, Path], None], what: Any, folder: Path, place: Path | None) -> None:
    if place is None:
        write(what, folder)
        return
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as unfinished:
            write(what, Path(unfinished))
            shutil.copytree(unfinished, place, dirs_exist_ok=True)
    shutil.copytree(place, folder, dirs_exist_ok=True)


@functools.cache
def _everything() -> str:
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return _digest(*(path.read_text(encoding="utf-8") for path in paths))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
