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

from ..course.tutorials import FOLDER
from ..formats.packing import vendored, zip_of

HERE = Path(__file__).parent
OF_THE_PAGE = ("editor", "licences", "web")  # folders here that Python in a browser does not need
COURSE = ("[0-9]*.py", "*.md", "solutions/*.py")


def tinynet() -> bytes:
    """tinynet as it is installed here, as a zip archive."""
    apart = tuple(f"tinynet/classroom/lab/{name}/" for name in OF_THE_PAGE)
    files = {name: text for name, text in vendored().items() if not name.startswith(apart)}
    for path in (path for pattern in COURSE for path in FOLDER.glob(pattern)):
        files[f"tinynet/tutorials/{path.relative_to(FOLDER).as_posix()}"] = path.read_bytes()
    return zip_of(files)


def tqdm() -> bytes:
    """tqdm as it is installed here, as a zip archive."""
    there = metadata.files("tqdm") or ()
    return zip_of({str(path): path.read_binary() for path in there if path.suffix == ".py"})


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
