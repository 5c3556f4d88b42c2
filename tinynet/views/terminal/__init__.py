"""Faces for a terminal, made with Textual: single keys, and panes that scroll.

Textual is the extra `terminal`. Where it is not installed, or nobody sits at a screen, the commands
speak in plain lines.

program.py   an app that leaves the terminal as it was
folded.py    code and other text whose long lines are folded where they can be read
pictures.py  a picture in blocks of colour
stepper.py   the stepper; the course has its own, in classroom/course/app.py
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

INSTALL = 'python -m pip install "tinynet-learn[terminal]"'
MISSING = f"For single keys, colours and pictures in the terminal: {INSTALL}"


def has_reader() -> bool:
    """Does somebody sit at a terminal that can do more than print lines?"""
    streams = sys.stdin, sys.stdout
    seen = all(stream is not None and stream.isatty() for stream in streams)
    return seen and os.environ.get("TERM") != "dumb"


def is_installed() -> bool:
    """Is Textual there?"""
    return find_spec("textual") is not None
