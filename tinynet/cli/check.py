"""`tinynet check`: a student's file before the public checks of its assignment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..classroom.handout import self_check
from ..classroom.pages import pictures, text
from ..engine.names import lookup
from .options import check_apart, new_file, number


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "check",
        help="check your answer to an assignment",
        epilog="Exit code 0: all public checks hold; 1: one does not.",
    )
    add = parser.add_argument
    add("file", metavar="FILE", help="the file of the handout, with checks.json beside it")
    add("--task", action="append", default=[], metavar="NAME", help="only this task")
    level = number(int, "a whole number of at least 1", lambda n: n >= 1)
    add("--hint", type=level, default=1, metavar="LEVEL", help="1 for a nudge, more for more (1)")
    add("--pictures", type=new_file, metavar="FILE", help="draw the answers into a file (.png)")
    parser.set_defaults(command=check)


def check(options: argparse.Namespace) -> int:
    """Ask, and print what came of it."""
    if options.pictures:
        from ..views import plots

        check_apart({"--pictures": options.pictures}, [options.file])
        plots.check_path(options.pictures)
    path = Path(options.file)
    key = self_check.key_beside(path)
    names = {task.name: task.name for task in key.assignment.tasks}
    chosen = [lookup("task", name, names) for name in options.task]
    report = self_check.checked(path, key, chosen)
    print(text.told(report, options.hint, self_check.OF))
    if options.pictures:
        pictures.save(report, options.pictures)
        print(f"pictures: {options.pictures}")
    return 0 if report.earned == report.points else 1
