"""Checkpoints: a model's parameters in a file, and back.

The one idea: a file is complete or it is not there. It is written next to its final name and then
moved over it, so a crash half-way leaves the old file as it was. The format is NumPy's .npz
without pickle: reading a file from a stranger runs none of their code.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..layers import Module

_FORMAT, _PREFIX = "tinynet.checkpoint", "state."


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[Any]:
    """Open a file for binary writing that appears under `path` only when all went well."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with open(temporary, "xb") as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_can_write(path: str | os.PathLike) -> None:
    """Find out before the work, not after it, that a file cannot be written: ValueError."""
    folder = Path(path).parent
    if Path(path).is_dir():
        raise ValueError(f"cannot write {path}: it is a folder")
    if not folder.is_dir():
        raise ValueError(f"cannot write {path}: there is no folder {folder}")
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:  # the folder's rights, a disk that is full or only to be read
        raise ValueError(f"cannot write {path}: {error.strerror} in the folder {folder}") from None


def save(model: Module, path: str | os.PathLike) -> None:
    """Write every parameter and buffer of `model` to `path`, whatever its ending.

    >>> import tempfile, tinynet as tn
    >>> path = Path(tempfile.mkdtemp()) / "model.npz"
    >>> save(tn.layers.MLP([2, 3], rng=0), path)
    >>> load(tn.layers.MLP([2, 3]), path)
    """
    arrays: dict[str, Any] = {_FORMAT: np.array(1)}
    arrays |= {_PREFIX + name: value for name, value in model.state_dict().items()}
    with atomic_write(path) as file:
        np.savez(file, **arrays)


def load(model: Module, path: str | os.PathLike) -> None:
    """Read a file written by `save` into `model`.

    Raises ValueError where the file is damaged, is not a checkpoint, or does not fit the model.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            if _FORMAT not in archive:
                raise ValueError("it was not written by tinynet")
            state = {k.removeprefix(_PREFIX): archive[k] for k in archive.files if k != _FORMAT}
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(f"{path} is not a tinynet checkpoint, or is damaged: {error}") from error
    model.load_state_dict(state)
