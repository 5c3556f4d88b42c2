"""Rows: a report as the lines of a grader's table, whose points add up to what was earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..judging.report import NOT_WRITTEN, CheckResult, Report, TaskResult


@dataclass(frozen=True)
class Row:
    """A check of a task; or a task of which nothing could be asked."""

    number: str  # such as "2.1": the second task, its first check
    task: str
    name: str
    points: int
    earned: int
    holds: bool
    public: bool
    misconception: str
    text: str  # what is said of it; "" where all is well


def rows(report: Report) -> Iterator[Row]:
    """A row for each check, in order.

    A check that holds earns nothing where a gate of its task fails (`Task.gates`), and its row says
    so: the points of all rows are those of the report.
    """
    for number, task in enumerate(report.tasks, 1):
        if not task.checks:
            yield _row(f"{number}", task, CheckResult("", True, task.points, holds=False))
        for i, check in enumerate(task.checks, 1):
            yield _row(f"{number}.{i}", task, check)


def _row(number: str, task: TaskResult, check: CheckResult) -> Row:
    counts = check.holds and task.earned > 0
    return Row(
        number,
        task.name,
        f"{task.name}: {check.title}" if check.title else task.name,
        check.points,
        check.points if counts else 0,
        check.holds,
        check.public,
        check.misconception,
        "" if counts else said(task, check),
    )


def said(task: TaskResult, check: CheckResult) -> str:
    """What a student is told of a check that earns nothing."""
    first = next(iter(task.failed), check)
    if check.holds:
        return f"This holds, but {task.name} earns nothing while {first.title!r} does not."
    lines = [f"asked: {check.asked}", f"expected: {check.expected}"] if check.asked else []
    if check.came:
        lines.append(f"came: {check.came}")
    elif check.title:
        lines.append("This check is hidden: its numbers stay with the judge.")
    if check.printed:
        lines.append(f"printed: {check.printed.rstrip()}")
    return "\n".join([*lines, *(about(task) if check is first else [])])


def about(task: TaskResult) -> list[str]:
    """What is said of a task as a whole, line by line."""
    lines = [task.note, task.told, *(f"Hint: {hint}" for hint in task.hints[:1])]
    lines.append(f"Read: {task.tutorial}, in tinynet's repository" if task.tutorial else "")
    given = ", ".join(task.given) if task.note != NOT_WRITTEN else ""
    lines.append(f"Where it calls {given}, the reference stood in." if given else "")
    return [line for line in lines if line]


def total(report: Report) -> str:
    """What was earned, in a line or two.

    >>> total(Report("03_losses", "Six losses", "ann", ()))
    'Six losses: 0 of 0 points.'
    """
    line = f"{report.title}: {report.earned} of {report.points} points."
    return f"{line}\n{report.note}" if report.note else line
