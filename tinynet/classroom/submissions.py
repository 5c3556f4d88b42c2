"""Submissions: what was handed in, as names and bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Submission:
    """What one student handed in."""

    name: str
    files: Mapping[str, bytes]
    note: str = ""


def collected(paths: Sequence[Path], file: str) -> list[Submission]:
    """The submissions at these places; `file` is what the assignment asks for."""
    found = []
    for path in map(Path, paths):
        if not path.exists():
            raise ValueError(f"there is no {path}")
        if path.is_file():
            found.append(Submission(path.stem, {file: path.read_bytes()}))
        elif (path / file).is_file():
            found.append(Submission(path.name, _files(path)))
        else:
            inner = sorted(p for p in path.iterdir() if not p.name.startswith("."))
            found += [Submission(p.name, _files(p)) for p in inner if p.is_dir()]
            found += [
                Submission(p.stem, {file: p.read_bytes()}) for p in inner if p.suffix == ".py"
            ]
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
