"""Packing: an assignment, and tinynet itself, as files for a machine that has neither."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from ..assignment import Source
from ..judging.key import earlier

LEFT_OUT = ("wrong", "right", "__pycache__")  # the banks, which only prove that it is fair
PACKAGE = Path(__file__).parents[2]
DATASETS = PACKAGE / "bundled" if (PACKAGE / "bundled").is_dir() else PACKAGE.parent / "datasets"


def packed(source: Source, folder: str = "") -> dict[str, bytes]:
    """The files by which an assignment is graded, and those of the earlier ones that it uses."""
    files = {
        f"{folder}{source.name}/{path.relative_to(source.folder).as_posix()}": path.read_bytes()
        for path in sorted(source.folder.rglob("*"))
        if path.is_file() and _counts(path.relative_to(source.folder))
    }
    for name in source.assignment.uses.values():
        files |= packed(earlier(source, name), folder)
    return files


def _counts(path: Path) -> bool:
    return not any(part in LEFT_OUT or part.startswith(".") for part in path.parts)


def vendored() -> dict[str, bytes]:
    """tinynet as it is here, with its datasets."""
    code = [(PACKAGE.name, PACKAGE, path) for path in sorted(PACKAGE.rglob("*"))]
    data = [(f"{PACKAGE.name}/bundled", DATASETS, path) for path in sorted(DATASETS.glob("*.*"))]
    return {
        f"{to}/{path.relative_to(base).as_posix()}": path.read_bytes()
        for to, base, path in (*code, *data)
        if path.is_file() and "__pycache__" not in path.parts
    }


def zip_of(files: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """A zip: the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(name)  # of 1980, whatever the clock says
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return content.getvalue()


def unpacked(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files below a folder; ValueError where one of them is there already."""
    paths = [folder / name for name in files]
    if there := next((path for path in paths if path.exists()), None):
        raise ValueError(f"{there} is there already: name a folder that is empty")
    for path, content in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return paths
