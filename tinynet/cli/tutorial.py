"""`tinynet tutorial`: the course, listed, stepped through, or written as a notebook."""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..classroom.course import Tutorial, find, tutorials
from ..training.files import atomic_write
from ..views import terminal
from .options import new_file, number


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("tutorial", help="the course, stepped through in the terminal")
    positive = number(int, "the number of a tutorial, such as 7", lambda n: n > 0)
    parser.add_argument(
        "number", nargs="?", type=positive, metavar="NUMBER", help="left out: list the course"
    )
    parser.add_argument("--restart", action="store_true", help="begin at the first page")
    parser.add_argument("--lines", action="store_true", help="plain lines in place of a screen")
    parser.add_argument("--text", action="store_true", help="print all of it, and stop")
    parser.add_argument(
        "--notebook",
        nargs="?",
        const=...,
        type=new_file,
        metavar="FILE.ipynb",
        help="write it as a notebook, and stop",
    )
    parser.add_argument("--outputs", action="store_true", help="run the cells of the notebook")
    parser.add_argument(
        "--figures", type=Path, metavar="FOLDER", help="where figures are kept as files"
    )
    parser.set_defaults(command=tutorial)


def tutorial(options: argparse.Namespace) -> int:
    """List the course, or show one tutorial."""
    if options.outputs and options.notebook is None:
        raise ValueError("--outputs goes with --notebook")
    if options.number is None:
        if options.notebook is not None or options.text:
            raise ValueError("give the number of a tutorial, as in tinynet tutorial 1 --text")
        return _list()
    chosen = find(options.number)
    if options.notebook is not None:
        name = f"{chosen.name}.ipynb" if options.notebook is ... else options.notebook
        return _write(chosen, name, options.outputs)
    return _read(chosen, options)


def _list() -> int:
    """Each tutorial with its title, and what one has done of it."""
    from ..classroom.course.progress import Progress
    from ..classroom.course.reading import state

    course, progress = tutorials(), Progress()
    if not course:
        find(1)  # which says why
    for each in course:
        said = state(each, progress)
        print(f"{each.number:3}  {each.title:<36} {said}".rstrip())
    print("\nRead one: tinynet tutorial 1. Where you stop, you go on the next time.")
    return 0


def _write(chosen: Tutorial, name: str, outputs: bool) -> int:
    """Write a tutorial as a notebook; one that is there may hold a reader's answers, and stays."""
    from ..classroom.course.notebooks import notebook

    if os.path.exists(name):
        raise ValueError(f"there is a file {name} already: give another name after --notebook")
    with atomic_write(name) as file, tempfile.TemporaryDirectory() as figures:
        file.write(notebook(chosen, Path(figures) if outputs else None).encode())
    print(f"written: {name}")
    return 0


def _read(chosen: Tutorial, options: argparse.Namespace) -> int:
    """Show a tutorial as what the reader sits at allows."""
    from ..classroom.course.lines import Lines, whole
    from ..classroom.course.progress import Progress, folder
    from ..classroom.course.reading import Reading

    figures = options.figures or folder() / "figures"
    if options.text or not (options.lines or sys.stdout.isatty()):
        with tempfile.TemporaryDirectory() as unkept:
            reading = Reading(chosen, Progress(Path(unkept) / "course.json"), figures)
            for line in whole(reading):
                print(line)
        return 0
    reading = Reading(chosen, Progress(), figures)
    if options.restart:
        reading.restart()
    if terminal.has_reader() and not options.lines:
        if terminal.is_installed():
            from ..classroom.course.app import CourseApp

            CourseApp(reading).show()
            place = f"page {reading.place + 1} of {len(reading.pages)}"
            print(f"You stopped on {place}: tinynet tutorial {chosen.number} goes on there.")
            return 0
        print(terminal.MISSING)
    Lines(reading, sys.stdin or io.StringIO(), sys.stdout).run()
    return 0
