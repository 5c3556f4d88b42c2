"""Is an assignment fair? Its own banks are graded, and must earn what they deserve.

The one idea: grading is a program, and a program is tested. The solution earns everything and the
untouched handout nothing; each typical wrong answer in `wrong/` loses points in its own task, in no
other, and is told its misconception; each right answer in another style, in `right/`, loses none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from .assignment import Source, Task, unnumbered
from .handout.make import contents
from .handout.regions import secrets, skeleton
from .judging.grading import graded
from .judging.judgements import Equal
from .judging.judgements import error as told
from .judging.key import Key, answer_key, files_of
from .judging.misconceptions import alike
from .judging.report import Report

UNKNOWN = "unknown"  # a wrong answer for which there is no name
MOST_UNKNOWN = 0.1  # of a bank
UNREADABLE = ("SyntaxError", "IndentationError", "NameError")  # a slip of whoever wrote it


@dataclass(frozen=True)
class Answer:
    """One file of a bank, and what it must earn.

    Parameters
    ----------
    name : str
        The file's name, such as "wrong/mse.missing_mean.py".
    text : str
        The complete file, as it would be handed in.
    task, misconception : str
        Where it must lose points, and why; "" for a right answer.
    empty : bool
        Whether it must earn nothing at all.
    """

    name: str
    text: str
    task: str = ""
    misconception: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Proved:
    """What an answer of a bank earned, and what is wrong with that; "" where it is just."""

    answer: Answer
    report: Report
    fault: str

    @property
    def said(self) -> str:
        """The misconception that its task is told first."""
        names = [t.misconceptions for t in self.report.tasks if t.name == self.answer.task]
        return next((each[0] for each in names if each), "")


@dataclass(frozen=True)
class Proof:
    """What all of them earned, and what else is wrong with the assignment."""

    rows: tuple[Proved, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Is the grading fair, as far as the banks can tell?"""
        return not self.faults and not any(row.fault for row in self.rows)

    @property
    def named(self) -> tuple[int, int]:
        """How many wrong answers are told their misconception, and how many there are."""
        wrong = [row for row in self.rows if row.answer.task]
        right = [r for r in wrong if r.said == r.answer.misconception != UNKNOWN]
        return len(right), len(wrong)


def proved(
    source: Source, jobs: int | None = None, progress: Callable[[int, int], None] | None = None
) -> Proof:
    """Grade the banks of an assignment, several answers at a time.

    `progress` is told after each of them how many are done, and how many there are.
    """
    answers = bank(source)
    rows: list[Proved | None] = [None] * len(answers)
    with answer_key(source) as key, ThreadPoolExecutor(jobs or os.cpu_count()) as threads:
        files = files_of(source)
        asked = {threads.submit(_row, key, files, a): i for i, a in enumerate(answers)}
        for done, future in enumerate(as_completed(asked), 1):
            rows[asked[future]] = future.result()
            if progress:
                progress(done, len(answers))
        faults = tuple(_faults(source, key, answers))
    return Proof(tuple(row for row in rows if row), faults)


# --- the banks ------------------------------------------------------------------------------


def bank(source: Source) -> list[Answer]:
    """All that is graded: solution, handout, wrong and right answers."""
    tasks = {task.name for task in source.assignment.tasks}
    known = {*source.assignment.known_misconceptions, UNKNOWN}
    answers = [
        Answer("solution", source.solution),
        Answer("handout", skeleton(source), empty=True),
    ]
    for path in _files(source.folder / "wrong"):
        task, _, rest = path.stem.partition(".")
        misconception = rest.partition(".")[0]
        if task not in tasks or misconception not in known:
            kind = "task" if task not in tasks else "misconception"
            raise ValueError(
                f"{path}: there is no {kind} {misconception if task in tasks else task!r}; its name"
                " must be TASK.MISCONCEPTION.py or TASK.MISCONCEPTION.2.py"
            )
        answers.append(Answer(_name(path), _appended(source, path), task, misconception))
    for path in _files(source.folder / "right"):
        answers.append(Answer(_name(path), _appended(source, path)))
    return answers


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _appended(source: Source, path: Path) -> str:
    """The solution with other definitions behind it, which are those that count."""
    return f"{source.solution}\n\n{path.read_text(encoding='utf-8')}"


# --- what is just ---------------------------------------------------------------------------


def _row(key: Key, files: dict[str, bytes], answer: Answer) -> Proved:
    handed_in = files | {key.assignment.file: answer.text.encode()}
    report = graded(key, answer.name, handed_in)
    row = Proved(answer, report, "")
    return Proved(answer, report, _fault(row))


def _fault(row: Proved) -> str:
    answer, report = row.answer, row.report
    if report.note:
        return report.note
    if answer.empty:
        got = [task.name for task in report.tasks if task.earned]
        return f"earns points without an answer: {', '.join(got)}" if got else ""
    lost = [task for task in report.tasks if task.earned < task.points]
    elsewhere = [task.name for task in lost if task.name != answer.task]
    if elsewhere:
        check = next(check for task in lost for check in task.failed if task.name in elsewhere)
        return f"loses points in {', '.join(elsewhere)}: {check.title}: {check.came}"
    if answer.task and not lost:
        return "loses no points: add a check that it fails"
    due = "" if answer.misconception == UNKNOWN else answer.misconception
    if answer.task and row.said != due:
        return f"is told {row.said or 'no misconception'}"
    return ""


def _faults(source: Source, key: Key, answers: Sequence[Answer]) -> Iterator[str]:
    """What is wrong with the assignment as a whole."""
    yield from _of_handout(source, key)
    for task in key.assignment.tasks:
        yield from _not_told_apart(key, task)
    wrong = [answer for answer in answers if answer.task]
    unknown = sum(answer.misconception == UNKNOWN for answer in wrong)
    if unknown > max(1, MOST_UNKNOWN * len(wrong)):
        yield f"{unknown} of {len(wrong)} wrong answers have no name: {MOST_UNKNOWN:.0%} may"


def _of_handout(source: Source, key: Key) -> Iterator[str]:
    """Why it cannot be made, or what it tells."""
    try:
        files = contents(source, key)
    except ValueError as error:
        yield str(error)
        return
    if source.assignment.file not in files["README.md"]:
        yield f"README.md does not name {source.assignment.file}, which students write in"
    for line in sorted(secrets(source.solution)):
        for name, text in files.items():
            if line in text:
                yield f"{name} of the handout has a line of the solution: {line}"


def _not_told_apart(key: Key, task: Task) -> Iterator[str]:
    """Declared mistakes that no check tells from each other, or from what is right."""
    entries = [e for e in key.entries[task.name] if isinstance(e.check.judgement, Equal)]
    for name in task.mistakes:
        errors = [entry.mistaken[name].get("error", {}) for entry in entries]
        if errors and all(error.get("kind") in UNREADABLE for error in errors):
            why = told(entries[0].mistaken[name])
            yield f"{task.name}: the mistake {name} cannot be run: {why}"
        elif all(alike(entry.answer, entry.mistaken[name]) for entry in entries):
            yield f"{task.name}: no check tells the mistake {name} from what is right"
    for one, other in combinations(task.mistakes, 2):
        if unnumbered(one) != unnumbered(other) and all(
            alike(entry.mistaken[one], entry.mistaken[other]) for entry in entries
        ):
            yield f"{task.name}: no check tells the mistakes {one} and {other} apart"
