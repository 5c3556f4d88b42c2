"""Files: complete, or not there.

The one idea: a file is written next to its place and then moved over it, so whatever goes wrong
half-way, be it a full disk or a kill, leaves the old one as it was.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
_KINDS |= {stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
_HOUR = 3600


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[Any]:
    """Open a file for binary writing that appears under `path` only when all went well.

    A file that was there keeps its rights; where `path` is a symbolic link, it is the file behind
    it that is written. ValueError where `path` cannot be written, or is no file: a device stays.
    """
    path = Path(path)
    check_can_write(path)
    target = _behind(path)
    _tidy(target.parent)
    temporary = target.with_name(f".tinynet-{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb") as file:
            if target.exists():
                _copy_rights(target, temporary)
            yield file
        os.replace(temporary, target)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, str(temporary)) and error.errno:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def check_can_write(path: str | os.PathLike) -> None:
    """Find out before the work, not after it, that a file cannot be written: ValueError."""
    path = Path(path)
    kind, folder = kind_of(path), _behind(path).parent
    if kind not in (None, "a file"):
        raise ValueError(f"cannot write {path}: it is {kind}")
    if not folder.is_dir():
        raise ValueError(f"cannot write {path}: there is no folder {folder}")
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:  # the folder's rights, a disk that is full or only to be read
        raise ValueError(f"cannot write {path}: {error.strerror} in the folder {folder}") from None


def kind_of(path: str | os.PathLike) -> str | None:
    """What stands there: "a file", "a folder", "a device" …; None where nothing does."""
    try:
        return _KINDS.get(stat.S_IFMT(Path(path).stat().st_mode), "a file")
    except FileNotFoundError:
        return None
    except OSError as error:  # a name that is too long, a link to itself
        raise ValueError(f"{path}: {error.strerror}") from None


def _behind(path: Path) -> Path:
    """The path itself, or where the symbolic link leads that it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _copy_rights(old: Path, new: Path) -> None:
    """The owner, where this process may say who that is, and who may read and write."""
    rights = old.stat()
    with contextlib.suppress(OSError, AttributeError):  # not root; Windows
        os.chown(new, rights.st_uid, rights.st_gid)
    new.chmod(stat.S_IMODE(rights.st_mode))


def _tidy(folder: Path) -> None:
    """Remove what a killed run left behind; an hour later nobody is writing it any more."""
    for left in folder.glob(".tinynet-*.tmp"):
        with contextlib.suppress(OSError):  # another process was quicker
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()
