"""Where in the user's code: the frames of the stack that do not belong to tinynet."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

OURS = (str(Path(__file__).parents[1]) + os.sep, "<frozen ")


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """This frame and those that called it, innermost first."""
    while frame:
        yield frame
        frame = frame.f_back


def users(frame: FrameType) -> bool:
    """Is this a line of the user's?"""
    return not frame.f_code.co_filename.startswith(OURS)


def stacklevel() -> int:
    """For `warnings.warn`: how far up from the caller the innermost line of the user's is."""
    callers = frames(sys._getframe(1))
    return next((level for level, frame in enumerate(callers, 1) if users(frame)), 1)
