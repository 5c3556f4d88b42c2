"""What the exports have in common: a source and its numbers beside it, and extras to install."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ..training.files import atomic_write


@contextlib.contextmanager
def needing(extra: str) -> Iterator[None]:
    """Around an import of what is an extra: where it is missing, the line that installs it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ImportError(
            f'{error.name} is not installed: pip install "tinynet-learn[{extra}]"', name=error.name
        ) from error


def source_path(path: str | os.PathLike, to: str) -> Path:
    """The path of a Python source; ValueError for one that ends otherwise."""
    path = Path(path)
    if path.suffix != ".py":
        raise ValueError(
            f"export.{to} writes a Python program: give it a path such as model.py, not {path}"
        )
    return path


def write(path: str | os.PathLike, content: bytes | str) -> None:
    """All of it, or nothing."""
    with atomic_write(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
