"""The judge: asks a submission, compares, and says what is wrong and why.

It never imports a submission. Expected answers and the hidden inputs of other checks are only here;
what a runner brings back is data, so a forged answer can only be a right one.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..assignment import Assignment, Task
from ..runner.exchange import Answer, Runner
from .derivatives import verdict
from .judgements import Equal, Fast, Fault
from .key import Entry, Key
from .naming import Evidence, named
from .report import NOT_WRITTEN, CheckResult, TaskResult
from .words import call, rows, wrong_places

PATIENCE = 2  # answers of a task that may take too long; after them, no more are asked
MOST_PICTURED = 20  # rows and columns of an answer that is kept for its picture


def judged(key: Key, runner: Runner, failed: Collection[str] = ()) -> tuple[TaskResult, ...]:
    """What each task of a submission earns; `failed` are names of earlier assignments that did."""
    results: list[TaskResult] = []
    wanting = set(failed)
    for task in key.assignment.tasks:
        given = sorted(wanting & {*key.assignment.needed(task), *failed})
        result = _task(key, task, runner, given)
        if result.failed:
            wanting.add(task.name)
        results.append(result)
    return tuple(results)


def _task(key: Key, task: Task, runner: Runner, given: Sequence[str]) -> TaskResult:
    """Ask everything of one task, and judge it."""
    entries = key.entries[task.name]
    needed = ""
    if given and key.reference is None:  # nothing can stand in
        needed = _to_be_mended(key, task, given)
        if {*task.needs} & {*given}:
            checks = tuple(_not_asked(entry) for entry in entries)
            return TaskResult(task.name, task.title, task.points, 0, checks, note=needed)
        given = ()
    answers = _answers(key, entries, runner, _standing_in(key.assignment, task, given))
    faults = [
        entry.check.judgement(answer, entry.answer)
        for entry, answer in zip(entries, answers, strict=True)
    ]
    engine = functools.partial(verdict, key.reference, task, runner, given)
    names = named(Evidence(task, entries, answers, faults), engine)
    checks = tuple(map(_result, entries, answers, faults, names))
    earned = sum(check.points for check in checks if check.holds)
    if not all(checks[i].holds for i in task.gates if i < len(checks)):
        earned = 0
    return TaskResult(
        task.name,
        task.title,
        task.points,
        earned,
        checks,
        misconceptions=tuple(dict.fromkeys(filter(None, names))),
        given=tuple(given),
        note=_note(task, answers) or (needed if any(faults) else ""),
        **_told(key, task, checks, names),
    )


def _to_be_mended(key: Key, task: Task, given: Sequence[str]) -> str:
    """What a task needs that fails: tasks beside it, or files of earlier assignments."""
    wanting = [name for name in task.needs if name in given]
    files = [file for file, before in key.earlier.items() if _has(before.assignment, given)]
    return f"needs {', '.join(wanting or files or given)}, where a check fails: mend that first"


def _standing_in(assignment: Assignment, task: Task, given: Sequence[str]) -> list[str]:
    """What failed, and the needed tasks that call it: one call instead of the many that they make.

    Training asks for gradients in each step, and these for each layer.
    """
    calling = {other.name for other in assignment.tasks if assignment.needed(other) & {*given}}
    return sorted({*given} | (assignment.needed(task) & calling))


def _answers(
    key: Key, entries: Sequence[Entry], runner: Runner, given: Sequence[str]
) -> list[Answer]:
    """What came of each question."""
    call_reference = key.reference.call if key.reference else None
    answers: list[Answer] = []
    for entry in entries:
        late = [a for a in answers if a.get("error", {}).get("kind") == "Timeout"]
        if len(late) >= PATIENCE:
            answers.append(late[-1])
            continue
        question = entry.check.question | {"given": list(given), "public": entry.check.public}
        answer = runner.ask(question, call_reference)
        for _ in range(2):
            if not _seems_slow(entry, answer):
                break
            again = runner.ask(question, call_reference)
            answer |= {"seconds": min(a.get("seconds", np.inf) for a in (answer, again))}
        answers.append(answer)
    return answers


def _seems_slow(entry: Entry, answer: Answer) -> bool:
    """Did it take too long, perhaps only because the machine was busy?"""
    judgement = entry.check.judgement
    return (
        isinstance(judgement, Fast)
        and "result" in answer
        and judgement(answer, entry.answer) is not None
    )


def _result(entry: Entry, answer: Answer, fault: Fault | None, name: str) -> CheckResult:
    check = entry.check
    about: dict[str, Any] = {"title": check.title, "public": check.public, "points": check.points}
    if fault is None:
        return CheckResult(**about, holds=True, **(_picture(entry, answer) if check.public else {}))
    return CheckResult(
        **about,
        **_picture(entry, answer),
        holds=False,
        asked=call(check.source, dict(check.inputs)),
        expected=fault.expected,
        came=fault.came,
        misconception=name,
        printed=str(answer.get("printed", "")),
    )


def _picture(entry: Entry, answer: Answer) -> dict[str, Any]:
    """A small array that came, and where it is wrong: what pictures.py draws."""
    judgement = entry.check.judgement
    if "error" in answer or not isinstance(judgement, Equal):
        return {}
    came, expected = answer["result"], entry.answer["result"]
    matrix = rows(came, MOST_PICTURED)
    if not matrix or not rows(expected, MOST_PICTURED) or np.shape(came) != np.shape(expected):
        return {"matrix": matrix}
    came, expected = np.asarray(came), np.asarray(expected)
    wrong = np.atleast_2d(wrong_places(expected, came, judgement.tolerance, judgement.absolute))
    return {"matrix": matrix, "wrong": tuple((int(i), int(j)) for i, j in np.argwhere(wrong))}


def _not_asked(entry: Entry) -> CheckResult:
    check = entry.check
    return CheckResult(check.title, check.public, check.points, holds=False, came="not asked")


def _note(task: Task, answers: Sequence[Answer]) -> str:
    """Where it was not even tried, or calls what was not."""
    errors = [answer.get("error", {}) for answer in answers]
    if all(error.get("text") == f"name {task.name!r} is not defined" for error in errors):
        return f"there is no {task.name} in what was handed in"
    if {error.get("kind") for error in errors} != {"NotImplementedError"}:
        return ""
    text, *others = {error["text"] for error in errors}
    name = text.removeprefix("task ")
    if others or name in (text, task.name):
        return NOT_WRITTEN
    return f"it calls {name}, which is {NOT_WRITTEN}"


def _has(assignment: Assignment, names: Collection[str]) -> bool:
    """Is one of these a task of it?"""
    return any(task.name in names for task in assignment.tasks)


def _told(
    key: Key, task: Task, checks: Sequence[CheckResult], names: Sequence[str]
) -> dict[str, Any]:
    """What is said to the student of the first thing that is wrong."""
    wrong = [i for i, check in enumerate(checks) if not check.holds]
    if not wrong:
        return {}
    name = next(filter(None, names), "")
    known = key.assignment.known_misconceptions.get(name)
    told = f"{known.title[0].upper()}{known.title[1:]}. {known.told}" if known else ""
    hints = (known.hint if known else "", task.checks[wrong[0]].hint, *task.hints)
    tutorial = task.tutorial or (known.tutorial if known else "")
    return {"told": told, "hints": tuple(filter(None, hints)), "tutorial": tutorial}
