"""The judge: asks a submission, compares, and says what is wrong and why.

It never imports a submission. Expected answers and the hidden inputs of other checks are only here;
what a runner brings back is data, so a forged answer can only be a right one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..diagnostics.differences import REFUSED, case_of, measure
from ..diagnostics.verdicts import explain
from ..engine.tensor import Tensor, primitive
from .assignment import Task, unnumbered
from .judgements import Equal, Fast, Fault
from .key import Entry, Key, Reference
from .misconceptions import OF_GRADCHECK, alike, of_any_answer
from .report import NOT_WRITTEN, CheckResult, TaskResult
from .runner import Answer, Runner
from .words import call, is_numbers, rows, wrong_places

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
        needed = f"needs {', '.join(given)}, where a check fails: mend that first"
        if {*given} & {*task.needs}:
            checks = tuple(_not_asked(entry) for entry in entries)
            return TaskResult(task.name, task.title, task.points, 0, checks, note=needed)
        given = ()
    answers = _answers(key, entries, runner, given)
    faults = [
        entry.check.judgement(answer, entry.answer)
        for entry, answer in zip(entries, answers, strict=True)
    ]
    names = _named(key, task, entries, answers, faults, runner, given)
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
        note=_note(answers) or (needed if any(faults) else ""),
        **_told(key, task, checks, names),
    )


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
        question = entry.check.question | {"given": list(given)}
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


def _note(answers: Sequence[Answer]) -> str:
    """Where it was not even tried."""
    kinds = {answer.get("error", {}).get("kind") for answer in answers}
    return NOT_WRITTEN if kinds == {"NotImplementedError"} else ""


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


# --- which misconception it is -------------------------------------------------------------


def _named(
    key: Key,
    task: Task,
    entries: Sequence[Entry],
    answers: Sequence[Answer],
    faults: Sequence[Fault | None],
    runner: Runner,
    given: Sequence[str],
) -> list[str]:
    """The misconception behind each fault; "" where none is known."""
    numbers = [i for i, entry in enumerate(entries) if isinstance(entry.check.judgement, Equal)]
    wrong = [i for i in numbers if faults[i]]
    foreseen = _foreseen(task, entries, answers, numbers) if wrong else ""
    names = [fault.misconception if fault else "" for fault in faults]
    general = ""
    if wrong and not foreseen and not any(names[i] for i in wrong):
        general = _general(key, task, entries, answers, numbers, wrong, runner, given)
    gates = [i for i in task.gates if i < len(entries) and faults[i]]
    stuck = bool(gates)
    finite = any(not _infinite(answers[i]) for i in gates)  # then no extreme is to blame
    for i, (entry, fault) in enumerate(zip(entries, faults, strict=True)):
        if fault is None:
            continue
        if i in wrong:
            blamed = "" if finite else _blamed(entry, answers[i])
            names[i] = names[i] or foreseen or blamed or general
        elif not stuck:  # else it says little that the rest fails, too
            names[i] = names[i] or _blamed(entry, answers[i])
    return names


def _kinds(answer: Answer) -> list[str]:
    return answer.get("error", {}).get("kinds", [])


def _foreseen(
    task: Task, entries: Sequence[Entry], answers: Sequence[Answer], numbers: Sequence[int]
) -> str:
    """The mistake of the task that gives these answers in every check of numbers."""
    for mistake in task.mistakes:
        if all(alike(entries[i].mistaken[mistake], answers[i]) for i in numbers):
            return unnumbered(mistake)
    return ""


def _blamed(entry: Entry, answer: Answer) -> str:
    """What the check says that a failure shows: of numbers, only that they are not finite."""
    numbers = isinstance(entry.check.judgement, Equal)
    shows = _infinite(answer) if numbers else "error" not in answer
    return entry.check.blames if shows else ""


def _infinite(answer: Answer) -> bool:
    """Is there a NaN or an infinity, or an error of arithmetic?"""
    if "error" in answer:
        return "ArithmeticError" in _kinds(answer) or "RuntimeWarning" in _kinds(answer)
    result = answer["result"]
    values = result if isinstance(result, list) else [result]
    return any(
        not np.all(np.isfinite(v))
        for v in values
        if isinstance(v, (int, float, np.ndarray, np.generic))
    )


def _general(
    key: Key,
    task: Task,
    entries: Sequence[Entry],
    answers: Sequence[Answer],
    numbers: Sequence[int],
    wrong: Sequence[int],
    runner: Runner,
    given: Sequence[str],
) -> str:
    """What any answer, or any derivative, can have wrong."""

    def pairs(chosen: Sequence[int]) -> list[tuple[Any, Any]]:
        return [(entries[i].answer["result"], answers[i]["result"]) for i in chosen]

    if not all(_is_numbers(entries[i].answer["result"]) for i in numbers):
        return ""
    right = [i for i in numbers if i not in wrong]
    shapes = [{_dimensions(entries[i]) for i in chosen} for chosen in (right, wrong)]
    by_shape = "one_shape_only" if right and not shapes[0] & shapes[1] else ""
    if any("error" in answers[i] for i in wrong):
        return by_shape
    if not all(_is_numbers(answers[i]["result"]) for i in numbers):
        return ""
    finite = [i for i in wrong if not _infinite(answers[i])]
    if not finite:
        return "not_finite"
    found = of_any_answer(pairs(right), pairs(finite)) or by_shape
    if found in ("", "factor") and key.reference and task.derivative_of:
        return _of_derivative(key.reference, task, entries[finite[0]], runner, given) or found
    return found


def _dimensions(entry: Entry) -> int:
    """Is it asked of a number (0), of a vector (1), of a matrix (2)?"""
    arrays = [v for v in entry.check.inputs.values() if isinstance(v, np.ndarray)]
    return max(map(np.ndim, arrays or [entry.answer["result"]]))


def _is_numbers(value: Any) -> bool:
    """Is it a number, an array, or a list that could as well be an array?"""
    if isinstance(value, list):
        return is_numbers(value)
    return isinstance(value, (int, float, np.ndarray, np.generic))


def _of_derivative(
    reference: Reference, task: Task, entry: Entry, runner: Runner, given: Sequence[str]
) -> str:
    """What `diagnostics.verdicts` says of the answers, as the rule of what they differentiate."""
    inputs = dict(entry.check.inputs)
    names = [name for name, v in inputs.items() if np.ndim(v) and name not in ("g", "y")]
    place = names.index(by) if (by := entry.check.by or task.by) in names else -1

    def question(source: str, *arrays: np.ndarray, **more: np.ndarray) -> dict[str, Any]:
        values = inputs | dict(zip(names, arrays, strict=True)) | more
        return {"source": source, "inputs": values, "given": list(given)}

    def value(*arrays: np.ndarray) -> np.ndarray:
        return _number(reference.ask(question(task.derivative_of, *arrays)))

    def slope(g: np.ndarray, y: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        above = {name: v for name, v in (("g", g), ("y", y)) if name in inputs}
        rule = _number(runner.ask(question(entry.check.source, *arrays, **above), reference.call))
        return rule if "g" in inputs else np.tensordot(g, rule, g.ndim)  # of a Jacobian, g·J

    def run(arrays: list[np.ndarray]) -> tuple[list[Tensor], Tensor]:
        leaves = [Tensor(array, requires_grad=i == place) for i, array in enumerate(arrays)]
        return leaves, f(*leaves)

    f = primitive(value)
    f.defvjp(*(slope if i == place else None for i in range(len(names))))
    try:
        case = case_of(run, [np.asarray(inputs[n]) for n in names], np.random.default_rng(0))
        places = (case, case.nearby(place))
        points = [measure(each, place, each.gradient(place)) for each in places]
        if not points[0].wrong.any():  # off by less than differences can tell
            return ""
        verdict = explain(points)[0]  # which asks the submission once more
    except REFUSED:
        return ""
    if verdict in ("upstream", "slope_missing") and "g" not in inputs:
        return ""  # there was no g that could have been forgotten, or given back as it was
    too_small = np.linalg.norm(points[0].analytic) < np.linalg.norm(points[0].measured)
    return "extra_mean" if verdict == "batch" and too_small else OF_GRADCHECK.get(verdict, "")


def _number(answer: Answer) -> np.ndarray:
    if "error" in answer:
        raise ValueError(answer["error"]["text"])
    return np.asarray(answer["result"], float)
