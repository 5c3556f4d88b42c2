"""The report: what a submission earned, task by task, and why; plain data that can be kept."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

NOT_WRITTEN = "not written yet"


@dataclass(frozen=True)
class CheckResult:
    """One check: whether it holds, and if not, what was asked, expected and given instead.

    A small array that came is kept for its picture (pictures.py): `matrix` holds its rows, number
    by number in a few digits; `wrong` the places, (row, column), where another number was expected.
    """

    title: str
    public: bool
    points: int
    holds: bool
    asked: str = ""
    expected: str = ""
    came: str = ""
    misconception: str = ""
    printed: str = ""
    matrix: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class TaskResult:
    """One task: its points, its checks, and what is said to the student."""

    name: str
    title: str
    points: int
    earned: int
    checks: tuple[CheckResult, ...]
    misconceptions: tuple[str, ...] = ()  # the first is the one that is told
    told: str = ""  # the misconception, in a sentence or two
    hints: tuple[str, ...] = ()  # by level, from a nudge to nearly the answer
    tutorial: str = ""
    given: tuple[str, ...] = ()  # what the reference stood in for
    note: str = ""

    @property
    def failed(self) -> list[CheckResult]:
        """The checks that do not hold."""
        return [check for check in self.checks if not check.holds]

    @property
    def tried(self) -> bool:
        """Was there something to ask?"""
        return self.note != NOT_WRITTEN and any(c.holds or c.asked for c in self.checks)


@dataclass(frozen=True)
class Report:
    """What a submission earned."""

    assignment: str
    title: str
    submission: str
    tasks: tuple[TaskResult, ...]
    surroundings: str = ""
    versions: dict[str, str] = dataclasses.field(default_factory=dict)
    files: dict[str, str] = dataclasses.field(default_factory=dict)  # the sha256 of each
    note: str = ""  # on the submission as a whole

    @property
    def earned(self) -> int:
        """The points of all tasks."""
        return sum(task.earned for task in self.tasks)

    @property
    def points(self) -> int:
        """What could be earned."""
        return sum(task.points for task in self.tasks)

    def to_json(self) -> str:
        """All of it as JSON; the same submission gives the same text.

        >>> Report("03_losses", "Six losses", "ann", ()).to_json()[:29]
        '{\\n  "assignment": "03_losses"'
        """
        about = dataclasses.asdict(self) | {"earned": self.earned, "points": self.points}
        return json.dumps(about, indent=2, ensure_ascii=False)


def for_student(report: Report) -> Report:
    """The report without the numbers of hidden checks: these say only what is wrong, and why."""
    tasks = tuple(
        dataclasses.replace(task, checks=tuple(map(_without_numbers, task.checks)))
        for task in report.tasks
    )
    return dataclasses.replace(report, tasks=tasks)


def _without_numbers(check: CheckResult) -> CheckResult:
    if check.public:
        return check
    check = dataclasses.replace(check, matrix=(), wrong=())
    return dataclasses.replace(check, asked="", expected="", came="", printed="")


def _check(about: dict[str, Any]) -> CheckResult:
    rows = {name: tuple(map(tuple, about.get(name, ()))) for name in ("matrix", "wrong")}
    return CheckResult(**about | rows)


def from_json(text: str) -> Report:
    """The report that `to_json` wrote; ValueError where it is none."""
    try:
        about: dict[str, Any] = json.loads(text)
        tasks = []
        for task in about["tasks"]:
            checks = tuple(map(_check, task["checks"]))
            lists = {name: tuple(task[name]) for name in ("misconceptions", "hints", "given")}
            tasks.append(TaskResult(**task | lists | {"checks": checks}))
        names = {field.name for field in dataclasses.fields(Report)}
        return Report(**{k: v for k, v in about.items() if k in names} | {"tasks": tuple(tasks)})
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"this is no report: {error}") from error
