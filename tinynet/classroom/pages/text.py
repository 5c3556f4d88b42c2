"""A report in a terminal: points per task, then what is wrong first, and why; the total last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ..judging.report import CheckResult, Report, TaskResult

WIDTH = 85  # characters beside the names
PRINTED = 5  # lines of what a submission printed that are shown


def told(report: Report, level: int = 1, of: str = "") -> str:
    """The report in words.

    Parameters
    ----------
    report : Report
        Of all checks, or of the public ones.
    level : int
        The hint that is given: 1 for a nudge, more for more.
    of : str
        Which checks the points are of, such as "the public checks".
    """
    lines = list(_table(report))
    if report.note:
        lines += ["", _sentence(report.note)]
    task = first_wrong(report)
    if task and _asked(report):
        lines += ["", *_task(task, level)]
    return "\n".join([*lines, "", total(report.earned, report.points, of)])


def total(earned: int, points: int, of: str = "") -> str:
    """The last line.

    >>> total(40, 62, "the public checks")
    'total: 40 of 62 points of the public checks'
    """
    return f"total: {earned} of {points} points{f' of {of}' if of else ''}"


def _sentence(note: str) -> str:
    """A note with its capital, unless it begins with the name of a file.

    >>> _sentence("the file cannot be run"), _sentence("means.ipynb was taken for means.py")
    ('The file cannot be run', 'means.ipynb was taken for means.py')
    """
    return note if "." in note.split()[0] else note[0].upper() + note[1:]


def _asked(report: Report) -> bool:
    """Was there anything to ask, or does its note say all?"""
    return not report.note or any(task.checks for task in report.tasks)


def first_wrong(report: Report) -> TaskResult | None:
    """The first task that was tried and failed; else the first that was not tried."""
    failed = [task for task in report.tasks if task.failed]
    tried = [task for task in failed if task.tried]
    return next(iter([*tried, *failed]), None)


def _table(report: Report) -> Iterator[str]:
    names = [task.name for task in report.tasks]
    wide, digits = max(map(len, names), default=0), len(str(report.points))
    asked = _asked(report)
    for task in report.tasks:
        points = f"{task.earned:{digits}} of {task.points:{digits}}"
        yield f"{task.name:{wide}}  {points}  {_state(task) if asked else ''}".rstrip()


def _state(task: TaskResult) -> str:
    if not task.failed or not task.tried:
        return task.note
    if task.told:
        return task.told.partition(". ")[0]
    return f"{len(task.failed)} of {len(task.checks)} checks fail"


def _task(task: TaskResult, level: int) -> Iterator[str]:
    if not task.tried:
        yield f"Next: {task.name}{f' ({task.title})' if task.title else ''}: {task.note}."
        return
    yield f"{task.name}, {task.failed[0].title}"
    yield from (f"  {line}" for line in check(task, task.failed[0], level))


def check(task: TaskResult, failed: CheckResult, level: int = 1) -> list[str]:
    """What a student is told of a check that fails, line by line."""
    printed = failed.printed.splitlines()
    more = ["…"] if len(printed) > PRINTED else []
    about = {
        "asked": failed.asked.splitlines(),
        "expected": [failed.expected],
        "came": [failed.came],
        "printed": printed[:PRINTED] + more,
        "why": [task.told, task.note],
        "hint": [_hint(task, level)],
        "read": [f"{task.tutorial}, in tinynet's repository" if task.tutorial else ""],
    }
    lines = []
    for name, said in about.items():
        wrapped = (part for line in said for part in textwrap.wrap(line, WIDTH))
        lines += [f"{name if i == 0 else '':9} {line}" for i, line in enumerate(wrapped)]
    return lines


def _hint(task: TaskResult, level: int) -> str:
    """The hint of this level, or the last."""
    if not task.hints:
        return ""
    number = min(level, len(task.hints))
    more = f" (hint {number} of {len(task.hints)})" if len(task.hints) > 1 else ""
    return task.hints[number - 1] + more
