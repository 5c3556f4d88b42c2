"""What the commands share: numbers and files among the options, and complaints."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
    """A type for argparse: a file to write."""
    if not text:
        raise argparse.ArgumentTypeError("must be the name of a file, not ''")
    return text


def is_file_name(name: str) -> bool:
    """Whether it is the path of a file, and not the name of a dataset."""
    return bool(Path(name).suffix) or Path(name).name != name
