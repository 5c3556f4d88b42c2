"""Trees: the files below a folder or in a zip, read without trusting a name, a link or a size.

Nothing is unpacked: a file's bytes are read when they are wanted, and never more than a bound. What
is left out is said in words.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

LARGEST = 2**21  # bytes of a file that counts as an answer
LARGEST_ZIP = 2**24  # bytes of what one student hands in
LARGEST_CLASS = 2**30  # bytes of what a whole class handed in
MOST_FILES = 20_000
DEEPEST = 20  # folders in folders
JUNK = ("__MACOSX", "__pycache__", "node_modules", "site-packages", "Thumbs.db", "desktop.ini")


class Unreadable(ValueError):
    """A file that cannot be read, and why, in a few words."""


@dataclass
class Tree:
    """Files by their path, with "/" between folders; a path that ends in "/" is a folder."""

    files: dict[str, Callable[[int], bytes]] = field(default_factory=dict)  # of the most bytes
    left_out: dict[str, str] = field(default_factory=dict)  # why, by path

    def below(self, top: str) -> Tree:
        """The part below a folder, or about it."""
        start = len(top) + 1
        inside = {p[start:]: read for p, read in self.files.items() if p.startswith(f"{top}/")}
        about = {p: why for p, why in self.left_out.items() if f"{p}/".startswith(f"{top}/")}
        return Tree({path: read for path, read in inside.items() if path}, about)

    def tops(self) -> list[str]:
        """What stands at the top: files, and folders without their slash."""
        return list(dict.fromkeys(path.split("/")[0] for path in (*self.files, *self.left_out)))

    def notes(self) -> list[str]:
        """What was left out, in words."""
        return [f"{tidy_path(path)} {why}, and was left out" for path, why in self.left_out.items()]


def of_folder(folder: Path) -> Tree:
    """The files below a folder; links, devices and what is hidden are left out."""
    tree = Tree()
    for count, path in enumerate(_walked(folder)):
        if count == MOST_FILES:
            tree.left_out["…"] = f"is all that comes after {MOST_FILES:,} files"
            break
        name = path.relative_to(folder).as_posix()
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            tree.left_out[name] = f"cannot be read ({error.strerror})"
            continue
        if stat.S_ISDIR(mode):
            tree.files[f"{name}/"] = _nothing
        elif stat.S_ISREG(mode):
            tree.files[name] = partial(of_file, path)
        else:
            tree.left_out[name] = "is a link" if stat.S_ISLNK(mode) else "is no ordinary file"
    return tree


def _walked(folder: Path) -> Iterator[Path]:
    """All below a folder that is not hidden, in order; links are not followed."""
    for place, folders, files in os.walk(folder):
        deep = place.count(os.sep) - str(folder).count(os.sep) >= DEEPEST
        folders[:] = [] if deep else sorted(name for name in folders if not _is_junk(name))
        names = sorted([*folders, *(name for name in files if not _is_junk(name))])
        yield from (Path(place, name) for name in names)


def of_file(path: Path, most: int) -> bytes:
    """The bytes of a file; Unreadable where it is larger, or cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror})") from error
    return _bounded(content, most)


def of_zip(content: bytes) -> Tree:
    """The files in a zip; paths that lead out of it, links and what is hidden are left out."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, LookupError) as error:
        raise Unreadable(f"is no zip that can be read ({error})") from error
    if len(members) > MOST_FILES:
        raise Unreadable(f"holds {len(members):,} files, which is more than are looked at")
    tree = Tree()
    for member in members:
        path = _name(member)
        if any(map(_is_junk, path.split("/"))) and not _leads_out(path):
            continue
        if fault := _fault(member, path):
            tree.left_out[path.lstrip("/") or "/"] = fault
        elif path in tree.files and not path.endswith("/"):
            tree.left_out[path] = "is there once more"
        else:
            tree.files[path] = partial(_member, archive, member)
    return tree


def _name(member: zipfile.ZipInfo) -> str:
    """Its path, also where the program that packed it did not say that the name is UTF-8."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return name.replace("\\", "/").removeprefix("./")


def _fault(member: zipfile.ZipInfo, path: str) -> str:
    """Why a member of a zip is not looked at; "" where it is."""
    if _leads_out(path):
        return "has a path that leads out of the zip"
    if path.count("/") > DEEPEST:
        return "lies too deep"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & 1:
        return "is locked with a password"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unusual way"
    return ""


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member; no more are unpacked than may be, whatever the zip says of itself."""
    try:
        with archive.open(member) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Unreadable(f"is damaged ({error})") from error
    return _bounded(content, most)


def _bounded(content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise Unreadable(f"is larger than {most / 2**20:g} MB")
    return content


def _nothing(most: int) -> bytes:
    return b""


def _is_junk(name: str) -> bool:
    return name in JUNK or (name.startswith(".") and name not in (".", ".."))


def tidy(name: str, most: int = 80) -> str:
    """A name that can be shown and be a file's: no control characters, no separators.

    >>> tidy("../a\\x1b[2J\\u202eb?")
    '_a_[2J_b_'
    """
    name = os.fsencode(name).decode("utf-8", "replace") if not name.isprintable() else name
    kept = "".join(c if c.isprintable() and c not in '/\\:*?"<>|\ufffd' else "_" for c in name)
    return kept.strip(". ")[:most].strip() or "unnamed"


def tidy_path(path: str) -> str:
    """The end of a path, part by part."""
    return "/".join(map(tidy, path.strip("/").split("/")[-4:]))
