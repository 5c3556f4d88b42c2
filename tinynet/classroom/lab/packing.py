"""What a lab holds beside Pyodide: tinynet with its data and course, tqdm, and all licences.

The same files give the same bytes, so that a lab that is written again is the same lab.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from ... import datasets
from ..course.tutorials import FOLDER

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1]
OF_THE_PAGE = ("editor", "licences", "web")  # folders here that Python in a browser does not need
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first date that a zip archive can hold


def tinynet() -> bytes:
    """tinynet as it is installed here, as a zip archive."""
    parts = {
        "tinynet": (PACKAGE, ("*",)),
        "tinynet/bundled": (datasets.FOLDER, ("*.csv", "*.md")),
        "tinynet/tutorials": (FOLDER, ("[0-9]*.py", "*.md", "solutions/*.py")),
    }
    files = {}
    for name, (folder, patterns) in parts.items():
        for pattern in patterns:
            for path in folder.rglob(pattern) if pattern == "*" else folder.glob(pattern):
                if path.is_file() and _is_needed(path):
                    files[f"{name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return archived(files)


def _is_needed(path: Path) -> bool:
    elsewhere = any(HERE / name in path.parents for name in OF_THE_PAGE)
    return not elsewhere and "__pycache__" not in path.parts


def tqdm() -> bytes:
    """tqdm as it is installed here, as a zip archive."""
    there = metadata.files("tqdm") or ()
    code = {str(path): path.read_binary() for path in there if path.suffix == ".py"}
    return archived(code)


def archived(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files.

    >>> archived({"b": b"2", "a": b"1"}) == archived({"a": b"1", "b": b"2"})
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, BEGINNING), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def small(content: bytes) -> bytes:
    """The bytes in gzip's format."""
    return gzip.compress(content, 9, mtime=0)


def licences(wheels: Mapping[str, bytes]) -> str:
    """The licences of all that a lab holds: those in its wheels, and those kept here."""
    texts = [
        (path.stem, path.read_text(encoding="utf-8")) for path in (HERE / "licences").iterdir()
    ]
    texts += _installed("tqdm")
    for name, content in wheels.items():
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            texts += [
                (name.partition("-")[0], wheel.read(member).decode("utf-8", "replace"))
                for member in wheel.namelist()
                if "LICEN" in member.rpartition("/")[2].upper() and not member.endswith(".py")
            ]
    return "\n\n".join(f"==== {name} ====\n\n{text.strip()}" for name, text in sorted(texts))


def _installed(name: str) -> Iterator[tuple[str, str]]:
    for path in metadata.files(name) or ():
        if "LICEN" in path.name.upper():
            yield name, path.read_text(encoding="utf-8")
