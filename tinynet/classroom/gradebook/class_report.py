"""The class report: what a class earned, what it got wrong, and who thinks what; plain data."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..formats.gradebooks import plain
from ..judging.misconceptions import CATALOGUE, Misconception
from ..judging.report import NOT_WRITTEN, Report
from .similarity import Pair


@dataclass(frozen=True)
class Student:
    """A line of the table: one submission."""

    name: str
    folder: str  # where the report is, below that of the class
    earned: int
    points: int
    tasks: dict[str, int]  # what each earned
    misconceptions: tuple[str, ...]
    note: str
    ran: bool


@dataclass(frozen=True)
class TaskSummary:
    """One task over the class: quartiles of its points, and how many earned all and none."""

    name: str
    title: str
    points: int
    low: float
    median: float
    high: float
    full: int
    none: int


@dataclass(frozen=True)
class Held:
    """A misconception, and who holds it."""

    name: str
    title: str
    told: str
    tutorial: str
    tasks: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class CheckSummary:
    """A check, and at how many it fails."""

    task: str
    title: str
    failed: int


@dataclass(frozen=True)
class ClassReport:
    """What a class handed in."""

    assignment: str
    title: str
    points: int
    students: tuple[Student, ...]
    tasks: tuple[TaskSummary, ...]
    misconceptions: tuple[Held, ...]  # the most frequent first
    checks: tuple[CheckSummary, ...]  # the one that fails most first
    alike: tuple[Pair, ...] = ()
    surroundings: str = ""
    versions: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def ran(self) -> int:
        """How many could be run."""
        return sum(student.ran for student in self.students)

    @property
    def not_run(self) -> list[Student]:
        """Those whose file could not be run."""
        return [student for student in self.students if not student.ran]

    @property
    def median(self) -> float:
        """Of all points."""
        return float(np.median([student.earned for student in self.students]))

    def to_json(self) -> str:
        """All of it as JSON."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)


def class_report(
    reports: Mapping[str, Report],
    known: Mapping[str, Misconception] = CATALOGUE,
    alike: Sequence[Pair] = (),
) -> ClassReport:
    """What the reports of a class, by their folders, say together; ValueError where there are none.

    Parameters
    ----------
    reports : mapping from folders to Report
    known : mapping from names to Misconception
        `Assignment.known_misconceptions`.
    alike : sequence of Pair
        What `similarity.alike` found.
    """
    if not reports:
        raise ValueError("there are no reports, so there is nothing to say of a class")
    every = list(reports.values())
    return ClassReport(
        every[0].assignment,
        every[0].title,
        every[0].points,
        tuple(_student(folder, report) for folder, report in reports.items()),
        tuple(_task(every, i) for i in range(len(every[0].tasks))),
        _held(every, known),
        _checks(every),
        tuple(alike),
        every[0].surroundings,
        every[0].versions,
    )


def could_run(report: Report) -> bool:
    """Whether anything could be asked."""
    return any(task.checks for task in report.tasks)


def _student(folder: str, report: Report) -> Student:
    names = [name for task in report.tasks for name in task.misconceptions]
    tasks = {task.name: task.earned for task in report.tasks}
    told = tuple(dict.fromkeys(names))
    ran = could_run(report)
    about = (report.submission, folder, report.earned, report.points)
    return Student(*about, tasks, told, report.note, ran)


def _task(reports: Sequence[Report], i: int) -> TaskSummary:
    first, earned = reports[0].tasks[i], [report.tasks[i].earned for report in reports]
    low, median, high = map(float, np.percentile(earned, [25, 50, 75]))
    full, none = earned.count(first.points), earned.count(0)
    return TaskSummary(first.name, first.title, first.points, low, median, high, full, none)


def _held(reports: Sequence[Report], known: Mapping[str, Misconception]) -> tuple[Held, ...]:
    students: dict[str, list[str]] = defaultdict(list)
    tasks: dict[str, dict[str, None]] = defaultdict(dict)
    for report in reports:
        where = [(name, task.name) for task in report.tasks for name in task.misconceptions]
        for name, task in where:
            tasks[name][task] = None
        for name in dict.fromkeys(name for name, _ in where):
            students[name].append(report.submission)
    held = [
        Held(name, idea.title, idea.told, idea.tutorial, tuple(tasks[name]), tuple(who))
        for name, who in students.items()
        if (idea := known.get(name))
    ]
    return tuple(sorted(held, key=lambda each: (-len(each.students), each.name)))


def _checks(reports: Sequence[Report]) -> tuple[CheckSummary, ...]:
    failed = Counter(
        (task.name, check.title)
        for report in reports
        for task in report.tasks
        if task.note != NOT_WRITTEN
        for check in task.failed
    )
    return tuple(CheckSummary(*check, count) for check, count in failed.most_common())


def to_csv(report: ClassReport) -> str:
    """A line per student: the name, the total, each task, and the note.

    A name that a spreadsheet would run as a formula gets a quotation mark in front.
    """
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\r\n")
    names = [task.name for task in report.tasks]
    lines.writerow(["name", "total", *names, "note"])
    for student in report.students:
        points = [student.tasks[name] for name in names]
        lines.writerow([_cell(student.name), student.earned, *points, _cell(student.note)])
    return file.getvalue()


def _cell(text: str) -> str:
    """On one line, and no formula."""
    return plain(" ".join(text.split()))


def told_class(report: ClassReport) -> str:
    """What a teacher wants to know first, as text."""
    count = len(report.students)
    middle = f"median {report.median:g} of {report.points}"
    lines = [f"{report.title}: {count} submissions, {middle}", ""]
    width = max(len(task.name) for task in report.tasks)
    lines.append(f"{'task':{width}}  points  median  all  none")
    for task in report.tasks:
        numbers = f"{task.points:6}  {task.median:6g}  {task.full:3}  {task.none:4}"
        lines.append(f"{task.name:{width}}  {numbers}")
    lines += ["", *(counted(report, held) for held in report.misconceptions[:10])]
    lines += [f"could not be run: {each.name}: {each.note}" for each in report.not_run]
    return "\n".join(lines)


def counted(report: ClassReport, held: Held) -> str:
    """How many hold a misconception, among those who could be asked."""
    return f"{len(held.students)} of {report.ran}: {held.title}"
