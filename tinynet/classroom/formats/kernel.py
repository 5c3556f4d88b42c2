"""For the cells and files of tests that nbgrader and otter run in a student's own kernel.

Both run tests where the student's code is: what stands there, a student can read and change. So the
tests hold no expected answer. They send the text of the cells, as IPython has kept it in `In`, to a
process of its own, and the judge there asks the student's code in yet another one, as everywhere.

What remains: the kernel writes down the points, and it is the student's. Whoever replaces the
functions of this file in a cell can write down any. `tinynet grade` on the same notebooks, which
runs nothing of them in its own process, gives the points that count where there is doubt.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..assignment import load
from ..handout.public_key import FILE, only, opened
from ..judging.grading import graded
from ..judging.key import Key, answer_key
from ..judging.report import Report, for_student, from_json
from ..submissions.notebooks import joined
from .rows import rows

_START = "import sys; sys.path[:] = [*sys.path[1:], sys.argv.pop(1)]; from {} import main; main()"


def points(task: str, cells: Sequence[str], place: str) -> int | None:
    """What a task earns, for the last line of a cell: nbgrader takes the number for partial credit.

    Parameters
    ----------
    task : str
        Its name.
    cells : sequence of str
        What was run so far: IPython's `In`.
    place : str
        The assignment: a folder or a zip, also in a folder above or in assignments/ there; or
        the public checks of a handout, checks.json.

    AssertionError, with the reason, where it earns nothing; else the reason is printed. Where all
    public checks hold, there is no number: they are fewer points than nbgrader knows of.
    """
    report = _report(task, tuple(cells), place)
    told = "\n\n".join(f"{row.name}\n{row.text}" for row in rows(report) if row.text)
    earned = next(result.earned for result in report.tasks if result.name == task)
    if told and not earned:
        raise AssertionError(f"{told}\n\n{report.note}".rstrip())
    if told:
        print(told)
    return None if place == FILE and not told else earned


def holds(task: str, number: int, cells: Sequence[str], place: str) -> None:
    """AssertionError, with the reason, where this check of a task earns nothing: for otter."""
    report = _report(task, tuple(cells), place)
    mine = [row for row in rows(report) if row.task == task]
    row = mine[number] if number < len(mine) else mine[0]
    if row.text:
        raise AssertionError(f"{row.text}\n{report.note}".rstrip())


@functools.lru_cache(maxsize=64)
def _report(task: str, cells: tuple[str, ...], place: str) -> Report:
    """The report on one task."""
    judge = _judge(str(_found(place)))
    to, back, errors = judge.stdin, judge.stdout, judge.stderr
    assert to is not None and back is not None and errors is not None
    with contextlib.suppress(BrokenPipeError):
        to.write(json.dumps({"task": task, "cells": cells}) + "\n")
        to.flush()
    line = back.readline()
    if not line:
        _judge.cache_clear()
        raise RuntimeError(f"the judge could not begin: {errors.read().strip()[-2000:]}")
    report = from_json(json.loads(line))
    mine = tuple(result for result in report.tasks if result.name == task)
    return replace(report, tasks=mine)


@functools.cache
def _judge(place: str) -> subprocess.Popen[str]:
    """A process that judges, until this one ends; nothing in the folder here is imported there."""
    here = str(Path(__file__).parents[3])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [sys.executable, "-c", _START.format(__name__), here, place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        encoding="utf-8",
    )


def _found(place: str) -> Path:
    """The assignment, here or in a folder above."""
    above = (Path.cwd(), *Path.cwd().parents)
    for path in (folder / inner / place for folder in above for inner in ("", "assignments")):
        if path.is_file() or (path / "assignment.py").is_file():
            return path
    raise ValueError(f"there is no {place} in {Path.cwd()}, nor in a folder above it")


# --- in the process of its own --------------------------------------------------------------


def main() -> None:
    """For each line of JSON in standard input, a task and cells, one with the report."""
    back, sys.stdout = sys.stdout, sys.stderr  # an assignment may print
    with _key(Path(sys.argv[1])) as key:
        for line in sys.stdin:
            asked = json.loads(line)
            files = {key.assignment.file: joined(asked["cells"]).encode()}
            beside = [name for name in key.assignment.uses if Path(name).is_file()]
            files |= {name: Path(name).read_bytes() for name in beside}
            report = graded(only(key, [asked["task"]]), "notebook", files)
            print(json.dumps(for_student(report).to_json()), file=back, flush=True)


@contextlib.contextmanager
def _key(place: Path) -> Iterator[Key]:
    """The key of an assignment: a folder, a zip of one, or the public part."""
    if place.suffix == ".json":
        yield opened(place)
        return
    with contextlib.ExitStack() as stack:
        if place.suffix == ".zip":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            with zipfile.ZipFile(place) as archive:
                archive.extractall(folder)
            place = Path(folder) / place.stem
        yield stack.enter_context(answer_key(load(place)))
