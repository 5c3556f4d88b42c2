"""What the commands share: numbers and files among the options, and complaints."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import datasets
from ..data import Dataset


def complain(message: object, code: int) -> int:
    """Say what is wrong, and return the exit code."""
    print(f"tinynet: error: {message}", file=sys.stderr)
    return code


def number(convert: Callable, expected: str, fits: Callable[[Any], bool]) -> Callable[[str], Any]:
    """A type for argparse: a number that fits, or a message that says what would."""

    def parse(text: str) -> Any:
        with contextlib.suppress(ValueError):  # not a number at all
            if fits(value := convert(text)):
                return value
        raise argparse.ArgumentTypeError(f"must be {expected}, not {text!r}")

    return parse


def new_file(text: str) -> str:
    """A type for argparse: the name of a file."""
    if not text:
        raise argparse.ArgumentTypeError("must be the name of a file, not ''")
    return text


def check_apart(written: Mapping[str, str | None], read: Iterable[str] = ()) -> None:
    """ValueError where the file of an option is one that is read, or that of another option."""
    taken = dict.fromkeys(read, "what is read")
    for option, path in written.items():
        if path is None:
            continue
        for other, what in taken.items():
            if _are_one(path, other):
                raise ValueError(f"{option} {path} would overwrite {what}: give another name")
        taken[path] = f"the file of {option}"


def _are_one(path: str, other: str) -> bool:
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)


def bundled(name: str) -> Dataset:
    """A bundled dataset; ValueError with the nearest name, and how a file would be called."""
    try:
        return datasets.load(name)
    except ValueError as error:
        file = os.path.join(".", name) if os.path.exists(name) else f"{name}.csv"
        raise ValueError(f"{error}. A file needs its ending or its folder, as in {file}") from None


def add_notation(add: Callable) -> None:
    """How a CSV file is written."""
    add("--separator", metavar="CHARACTER", help="what stands between cells (found in the file)")
    add(
        "--decimal",
        choices=(".", ","),
        metavar="MARK",
        help="what stands before decimals, a point or a comma (found in the file)",
    )


def is_file_name(name: str) -> bool:
    """Whether it is the path of a file, and not the name of a dataset."""
    return bool(Path(name).suffix) or Path(name).name != name
