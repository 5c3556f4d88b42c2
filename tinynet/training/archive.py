"""The arrays in an .npz file from anybody: what it claims is looked at before what it holds.

Nothing is unpickled, and nothing is read but what was asked for: headers, that is shapes and
dtypes, first; then numbers, never more of them than the file has bytes.
"""

from __future__ import annotations

import copy
import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

import numpy as np

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class Header(NamedTuple):
    """What an array in a file is going to be."""

    shape: tuple[int, ...]
    dtype: np.dtype


class Archive(Mapping[str, Header]):
    """The headers of the arrays in a file by their names; `read` gets one of the arrays.

    Raises ValueError where that cannot be right.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        self._members = {member.filename.removesuffix(".npy"): member for member in members}
        if len(self._members) < len(members):
            raise ValueError("it holds two arrays of one name")
        claimed, size = sum(m.file_size for m in members), os.fstat(file.fileno()).st_size
        if claimed > size:  # compressed: a small file could fill the memory
            raise ValueError(f"it has {size:,} bytes, but claims to hold {claimed:,}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, name: str) -> Header:
        member = self._members[name]
        with self._zip.open(member) as file:
            reader = _HEADERS.get(np.lib.format.read_magic(file))
            if reader is None:
                raise ValueError(f"{name:.80} is in a format that is not read here")
            shape, _, dtype = reader(file)
        size = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or size > member.file_size:
            raise ValueError(f"{name:.80} is said to hold {dtype} of shape {shape}")
        return Header(shape, dtype)

    def inside(self, prefix: str) -> Archive:
        """The arrays whose names begin so, named by the rest."""
        part = copy.copy(self)
        part._members = {
            name.removeprefix(prefix): member
            for name, member in self._members.items()
            if name.startswith(prefix)
        }
        return part

    def read(self, name: str) -> np.ndarray:
        """One of the arrays."""
        header = self[name]
        with self._zip.open(self._members[name]) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):  # this also compares the check sum
                raise ValueError(f"{name:.80} holds more than {header.dtype} of {header.shape}")
        return array
