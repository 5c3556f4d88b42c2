"""`tinynet classroom`: make, prove and hand out assignments."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..classroom import load
from ..classroom.assignment import names
from ..classroom.check import Proof, Proved, proved
from ..classroom.formats import EXPORTS, exported
from ..classroom.handout import make as handout
from ..classroom.handout.start import begin
from .options import number


def add_to(commands: Any) -> None:
    """Add the command and what it can do to the parser."""
    parser = commands.add_parser("classroom", help="make, prove and hand out assignments")
    does = parser.add_subparsers(required=True, metavar="list | new | check | make | export")
    for add in (_add_list, _add_new, _add_check, _add_make, _add_export):
        add(does)


def _add_list(does: Any) -> None:
    parser = does.add_parser("list", help="list the assignments that are found")
    parser.set_defaults(command=listing)


def _add_new(does: Any) -> None:
    parser = does.add_parser("new", help="begin an assignment of your own, from one that works")
    parser.add_argument("name", metavar="NAME", help="a folder that is not there yet")
    parser.set_defaults(command=new)


def _add_check(does: Any) -> None:
    parser = does.add_parser(
        "check",
        help="prove that an assignment is fair",
        epilog="Exit code 0: it is, as far as its banks can tell; 1: it is not.",
    )
    parser.add_argument("name", metavar="NAME", help="an assignment, or its folder")
    jobs = number(int, "a whole number of at least 1", lambda n: n >= 1)
    parser.add_argument("--jobs", type=jobs, metavar="N", help="graded at a time (the processors)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(command=check)


def _add_make(does: Any) -> None:
    parser = does.add_parser("make", help="write what students get")
    add = parser.add_argument
    add("name", metavar="NAME", help="an assignment, or its folder")
    add("folder", metavar="DIR", help="where the handout goes: a new folder, or an empty one")
    add("--notebook", action="store_true", help="a notebook in place of the Python file")
    add("--force", action="store_true", help="overwrite what is in DIR")
    add(
        "--with-earlier",
        action="store_true",
        help="add the solutions of the earlier assignments that it uses",
    )
    parser.set_defaults(command=make)


def _add_export(does: Any) -> None:
    parser = does.add_parser("export", help="write an assignment in the form of another grader")
    parser.add_argument("format", choices=EXPORTS, metavar="FORMAT", help=" | ".join(EXPORTS))
    parser.add_argument("name", metavar="NAME", help="an assignment, or its folder")
    parser.add_argument("folder", metavar="DIR", help="where the files go")
    parser.set_defaults(command=export)


def listing(options: argparse.Namespace) -> int:
    """A line for each assignment."""
    found = names()
    for name in found:
        about = load(name).assignment
        tasks = f"{len(about.tasks)} tasks, {about.minutes} minutes"
        print(f"{name:{max(map(len, found))}}  {tasks:24}  {about.title}")
    return 0


def new(options: argparse.Namespace) -> int:
    """Copy the template."""
    folder = Path(options.name)
    begin(folder)
    print(f"{folder} is an assignment that works: change it, and prove it again with")
    print(f"    tinynet classroom check {shlex.quote(str(folder))}")
    return 0


def make(options: argparse.Namespace) -> int:
    """Write a handout."""
    files = handout.make(
        load(options.name),
        Path(options.folder),
        as_notebook=options.notebook,
        force=options.force,
        with_earlier=options.with_earlier,
    )
    print(f"for students: {', '.join(file.name for file in files)} in {options.folder}")
    return 0


def export(options: argparse.Namespace) -> int:
    """Write what a grader takes."""
    folder = Path(options.folder)
    files = exported(options.format, load(options.name), folder)
    tops = dict.fromkeys(file.relative_to(folder).parts[0] for file in files)
    print(f"for {options.format}: {', '.join(tops)} in {folder}")
    return 0


# --- check ----------------------------------------------------------------------------------


def check(options: argparse.Namespace) -> int:
    """Grade the banks, and print a table."""
    source = load(options.name)
    with tqdm(disable=options.quiet, desc=source.name, unit="answer", leave=False) as bar:

        def progress(done: int, count: int) -> None:
            bar.total = count
            bar.update(done - bar.n)

        proof = proved(source, options.jobs, progress)
    print("\n".join(_table(proof)))
    return 0 if proof.holds else 1


def _table(proof: Proof) -> Iterator[str]:
    wide = max(len(row.answer.name) for row in proof.rows)
    for row in proof.rows:
        points = f"{row.report.earned:4} of {row.report.points}"
        yield f"{row.answer.name:{wide}}  {points}  {_verdict(row)}".rstrip()
    yield ""
    yield from (f"FAILS: {fault}" for fault in proof.faults)
    named, wrong = proof.named
    right = sum(row.answer.name.startswith("right/") for row in proof.rows)
    failed = sum(bool(row.fault) for row in proof.rows)
    yield f"{wrong} wrong answers, {named} of them told their misconception; {right} right answers"
    others = len(proof.faults)
    counted = f"{failed} answer{'s' * (failed != 1)}, {others} other fault{'s' * (others != 1)}"
    yield "fair" if proof.holds else f"not fair: {counted}"


def _verdict(row: Proved) -> str:
    return f"FAILS: {row.fault}" if row.fault else row.said
