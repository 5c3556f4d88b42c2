"""Contents of a checkpoint: how a model, and perhaps a run, stand in a file.

A version; a description in JSON of what the layers, the data and the run are; and two groups of
arrays, the state of the model and that of the run. The description has a check sum of each group,
and the file one of the description, so that what was changed is not taken for what was saved.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.state import check_state
from ...engine.tensor import Tensor
from ...layers import Module, tensors
from ..files import kind_of
from . import archive
from .architecture import UnknownLayer, described
from .archive import LARGEST, Archive
from .packing import packed, unpacked
from .saved import facts_of

_VERSION, _ABOUT, _SUM = "tinynet.checkpoint", "tinynet.about", "tinynet.sha256"
_LATEST = 3  # in version 2 there were no check sums and no runs, in version 1 no _ABOUT
_STATE, _RUN = "state.", "run."


def description(model: Module, data: Dataset | None, loss: Any = None) -> dict[str, Any]:
    """What the layers and the data are, as plain data; for layers of one's own, their name."""
    about: dict[str, Any] = {"data": facts_of(model, data, loss)}
    try:
        return about | {"architecture": described(model)}
    except UnknownLayer as unknown:
        return about | {"architecture": None, "unknown": str(unknown)}


def write(
    path: str | os.PathLike, about: dict[str, Any], state: Mapping[str, Any], run: Any = None
) -> None:
    """Write a model to a file, and a run if there is one: plain data with arrays among them."""
    of_run: dict[str, Any] = {}
    about = about | {"run": packed(run, of_run)}
    groups = {_STATE: state, _RUN: of_run}
    native = {k: {n: _native(v) for n, v in group.items()} for k, group in groups.items()}
    about["sha256"] = {prefix: _sum(group) for prefix, group in native.items()}
    text = json.dumps(about).encode()
    if len(text) > LARGEST:
        raise ValueError(f"{path}: the names of layers and columns take {len(text):,} bytes")
    arrays = {_VERSION: np.array(_LATEST), _ABOUT: np.frombuffer(text, np.uint8)}
    arrays[_SUM] = np.frombuffer(hashlib.sha256(text).digest(), np.uint8)
    for prefix, group in native.items():
        arrays |= {prefix + name: array for name, array in group.items()}
    archive.write(path, arrays)


@contextlib.contextmanager
def judged(path: Any) -> Iterator[None]:
    """Whatever fails inside means a bad file."""
    try:
        yield
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(
            f"{path} is not a tinynet checkpoint, or is damaged: {error!s:.300}"
        ) from error


@contextlib.contextmanager
def opened(path: str | os.PathLike) -> Iterator[Contents]:
    """The contents of a file; ValueError for one that tinynet did not write."""
    kind = kind_of(path)
    if kind not in (None, "a file"):
        raise ValueError(f"{path} is {kind}, not a checkpoint")
    if archive.needs_safetensors(path):
        archive.safetensors()
    with open(path, "rb") as file:
        with judged(path):
            arrays = Archive.opened(path, file)
            if _VERSION not in arrays:
                raise ValueError("it was not written by tinynet")
            version = int(_short(arrays, _VERSION))
        if not 1 <= version <= _LATEST:
            raise ValueError(
                f"{path} has version {version} of the format, and this tinynet reads up to"
                f" {_LATEST}: pip install -U tinynet-learn"
            )
        with judged(path):
            contents = Contents(path, arrays, version)
        yield contents


class Contents:
    """A file that is open: `about` says what is in it."""

    def __init__(self, path: str | os.PathLike, arrays: Archive, version: int) -> None:
        known = {_VERSION, *[_ABOUT, _SUM][: version - 1]}
        prefixes = (_STATE, _RUN)[: max(1, version - 1)]
        strange = [name for name in arrays if name not in known and not name.startswith(prefixes)]
        if strange:
            raise ValueError(f"it holds {strange[0]:.80}, which was not written by tinynet")
        self.path, self._arrays, self._checked = path, arrays, version == _LATEST
        self.about: dict[str, Any] = {"architecture": None, "data": None, "run": None}
        if version > 1:
            text = bytes(_short(arrays, _ABOUT))
            if self._checked and bytes(_short(arrays, _SUM)) != hashlib.sha256(text).digest():
                raise ValueError("its check sum is wrong")
            self.about |= json.loads(text)

    @property
    def headers(self) -> Archive:
        """The arrays of the model by their paths."""
        return self._arrays.inside(_STATE)

    def state(self, own: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
        """The numbers of a model, if names, shapes and dtypes are those of its tensors."""
        with judged(self.path):
            state = self.headers
            headers = {name: state[name] if name in own else None for name in state}
        known = self.about["architecture"] is not None
        hint = "; tn.checkpoints.load_model makes the right one" if known else ""
        check_state(own, headers, hint)
        with judged(self.path):
            return self._read(_STATE)

    def run(self) -> Any:
        """What is known of the run: plain data with arrays among them; None without a run."""
        with judged(self.path):
            return unpacked(self.about["run"], self._read(_RUN))

    def fill(self, model: Module) -> None:
        """Copy the numbers in, if they fit the model."""
        model.load_state_dict(self.state(tensors(model)))

    def _read(self, prefix: str) -> dict[str, np.ndarray]:
        """The arrays of a group, which must have the sum that was taken when it was written."""
        group = self._arrays.inside(prefix)
        arrays = {name: group.read(name) for name in group}
        if self._checked and self.about["sha256"][prefix] != _sum(arrays):
            raise ValueError("its check sum is wrong")
        return arrays


def _short(arrays: Archive, name: str) -> np.ndarray:
    """One of the arrays that say what the file is."""
    shape, dtype = arrays[name]
    if math.prod(shape) * dtype.itemsize > LARGEST:
        raise ValueError(f"{name} has shape {shape}")
    return arrays.read(name)


def _native(value: Any) -> np.ndarray:
    """An array as every format keeps it, with the bytes in the order of this machine."""
    array = np.asarray(value)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _sum(arrays: Mapping[str, np.ndarray]) -> str:
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {np.shape(arrays[name])}\n".encode())
        total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()
