"""The arrays in a file from anybody: what it claims is looked at before what it holds.

The ending of the path says which format it is: .safetensors, or else NumPy's .npz. Nothing is
unpickled, and nothing is read but what was asked for: headers, that is shapes and dtypes, first;
then numbers, never more of them than the file has bytes.
"""

from __future__ import annotations

import copy
import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ..files import atomic_write

LARGEST = 2**21  # bytes of a list or a text in the file: read, they take thirty times as many
_DTYPES = {"BOOL": "?", "F16": "f2", "F32": "f4", "F64": "f8"} | {
    f"{kind.upper()}{8 * size}": f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)
}
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

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members

    @staticmethod
    def opened(path: str | os.PathLike, file: BinaryIO) -> Archive:
        """The arrays in a file that is open, in the format of its path."""
        return Safetensors(path, file) if needs_safetensors(path) else Npz(file)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, name: str) -> Header:
        raise NotImplementedError

    def read(self, name: str) -> np.ndarray:
        """One of the arrays."""
        raise NotImplementedError

    def inside(self, prefix: str) -> Archive:
        """The arrays whose names begin so, named by the rest."""
        part = copy.copy(self)
        part._members = {
            name.removeprefix(prefix): member
            for name, member in self._members.items()
            if name.startswith(prefix)
        }
        return part


class Npz(Archive):
    """NumPy's own format: a zip file with an .npy file for each array."""

    def __init__(self, file: BinaryIO) -> None:
        size = os.fstat(file.fileno()).st_size
        _check_directory(file, size)
        self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        super().__init__({member.filename.removesuffix(".npy"): member for member in members})
        if len(self) < len(members):
            raise ValueError("it holds two arrays of one name")
        claimed = sum(member.file_size for member in members)
        if claimed > size:  # compressed: a small file could fill the memory
            raise ValueError(f"it has {size:,} bytes, but claims to hold {claimed:,}")

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

    def read(self, name: str) -> np.ndarray:
        header = self[name]
        with self._zip.open(self._members[name]) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):  # this also compares the check sum
                raise ValueError(f"{name:.80} holds more than {header.dtype} of {header.shape}")
        return array


class Safetensors(Archive):
    """The format of Hugging Face, read by their library: a header in JSON, then the numbers."""

    def __init__(self, path: str | os.PathLike, file: BinaryIO) -> None:
        library, start = safetensors(), file.read(8)
        header = int.from_bytes(start, "little")
        if len(start) < 8 or header > LARGEST:
            raise ValueError(f"its header is said to have {header:,} bytes")
        self._file = library.safe_open(os.fspath(path), "numpy")
        names = self._file.keys()
        super().__init__({name: name for name in names})

    def __getitem__(self, name: str) -> Header:
        part = self._file.get_slice(self._members[name])
        return Header(tuple(part.get_shape()), np.dtype(_DTYPES[part.get_dtype()]))

    def read(self, name: str) -> np.ndarray:
        return self._file.get_tensor(self._members[name])


def write(path: str | os.PathLike, arrays: Mapping[str, Any]) -> None:
    """Write the arrays to a file, in the format of its ending: all of them, or nothing.

    ValueError for what .safetensors does not know, such as longdouble.
    """
    if not needs_safetensors(path):
        with atomic_write(path) as file:
            np.savez(file, **arrays)
        return
    for name, array in arrays.items():
        if array.dtype.newbyteorder("=") not in map(np.dtype, _DTYPES.values()):
            raise ValueError(f"{path}: .safetensors has no {array.dtype} ({name}); use .npz")
    content = safetensors().numpy.save(dict(arrays))
    with atomic_write(path) as file:
        file.write(content)


def needs_safetensors(path: str | os.PathLike) -> bool:
    return os.fspath(path).endswith(".safetensors")


def safetensors() -> Any:
    """The library; ImportError where it is missing."""
    try:
        import safetensors.numpy
    except ImportError:
        raise ImportError(
            'files in .safetensors need an extra: pip install "tinynet-learn[safetensors]", or'
            " use .npz"
        ) from None
    return safetensors


def _check_directory(file: BinaryIO, size: int) -> None:
    """ValueError unless a zip file ends with how long the list of its members is, and that is not
    too long to be read.
    """
    file.seek(max(0, size - 42))
    tail = file.read(42)
    longer, end = tail[:-22], tail[-22:]
    if end[:4] != b"PK\5\6":
        raise ValueError("it is no zip file, or its end is missing")
    another = longer[:4] == b"PK\6\7" and size < 2**31  # the list for what 32 bits cannot count
    if another or int.from_bytes(end[12:16], "little") > LARGEST:
        raise ValueError("its list of arrays is too long")
