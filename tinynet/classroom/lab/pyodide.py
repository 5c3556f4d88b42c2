"""Pyodide, which is Python for a browser: the files that a lab holds of it, and whence they come.

pins/ lists them by SHA-256, in the format of `sha256sum`; with these sums it does not matter where
a file comes from: a folder, an archive, or an address, which is asked once for each.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.client
import os
import tarfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from ...training.files import atomic_write
from ..course.progress import folder

VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
PINS = Path(__file__).parent / "pins"
SILENCE = 30  # seconds
LARGEST = 64_000_000  # bytes of one file
Read = Callable[[str], bytes]


def pinned(group: str) -> dict[str, str]:
    """The files of a group, "runtime" or "matplotlib", with their sums.

    >>> list(pinned("runtime"))[:2]
    ['pyodide.js', 'pyodide.asm.js']
    """
    lines = (PINS / f"{group}.sha256").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in map(str.split, lines)}


def collected(
    groups: Sequence[str], place: str = ADDRESS, progress: bool = True
) -> dict[str, bytes]:
    """The contents of all files of these groups.

    Parameters
    ----------
    groups : sequence of str
        See `pinned`.
    place : str
        A folder, an archive (.zip, .whl, .tar, .tgz, .tar.bz2), or an http address: there the files
        lie, in whatever folder. What came from an address is kept for the next time.
    progress : bool
        Whether to show a progress bar.

    Raises
    ------
    ValueError
        If a file is missing there, or is not the one that is pinned.
    OSError
        If the address does not answer.
    """
    from tqdm import tqdm

    wanted = {name: digest for group in groups for name, digest in pinned(group).items()}
    with _reader(place) as read:
        names = tqdm(wanted, desc="Pyodide", unit="file", disable=not progress, leave=False)
        return {name: _checked(name, read, wanted[name], place) for name in names}


def _checked(name: str, read: Read, digest: str, place: str) -> bytes:
    """A file, if it is the one that is pinned."""
    try:
        content = read(name)
    except KeyError:
        raise ValueError(f"{place} has no {name}: it must hold Pyodide {VERSION}") from None
    if (came := hashlib.sha256(content).hexdigest()) != digest:
        raise ValueError(
            f"{name} from {place} is not the file of Pyodide {VERSION} that tinynet knows: its"
            f" SHA-256 is {came[:16]}… ({len(content)} bytes), not {digest[:16]}…"
        )
    return content


@contextlib.contextmanager
def _reader(place: str) -> Iterator[Read]:
    """What reads a file of this place by its name; KeyError where there is none."""
    if place.startswith(("http://", "https://")):
        yield functools.partial(_kept, place)
    elif os.path.isdir(place):
        found = {path.name: path for path in sorted(Path(place).rglob("*"))}
        yield lambda name: found[name].read_bytes()
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            inside = {PurePosixPath(member).name: member for member in archive.namelist()}
            yield lambda name: archive.read(inside[name])
    elif os.path.isfile(place) and tarfile.is_tarfile(place):
        with tarfile.open(place) as tar:
            members = {PurePosixPath(each.name).name: each for each in tar if each.isfile()}
            yield lambda name: _extracted(tar, members[name])
    else:
        raise ValueError(f"{place} is no folder, archive or http address that holds Pyodide")


def _extracted(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    assert content is not None  # it is a file
    return content.read()


# --- from an address ------------------------------------------------------------------------


def _kept(address: str, name: str) -> bytes:
    """A file of an address, fetched unless it was before; only what is whole is kept."""
    cache = folder() / f"pyodide-{VERSION}"
    digest = {**pinned("runtime"), **pinned("matplotlib")}[name]
    with contextlib.suppress(OSError):
        content = (cache / name).read_bytes()
        if hashlib.sha256(content).hexdigest() == digest:
            return content
    content = _fetched(f"{address.rstrip('/')}/{name}")
    if hashlib.sha256(content).hexdigest() == digest:
        cache.mkdir(parents=True, exist_ok=True)
        with atomic_write(cache / name) as file:
            file.write(content)
    return content


def _fetched(address: str) -> bytes:
    """What an address answers; OSError in a sentence where it does not."""
    instead = "download it elsewhere, and name the folder with --pyodide"
    try:
        with urllib.request.urlopen(address, timeout=SILENCE) as reply:
            content = reply.read(LARGEST)
    except (OSError, http.client.HTTPException) as error:  # the latter where it is cut off
        raise OSError(f"cannot fetch {address} ({error}): {instead}") from None
    return content
