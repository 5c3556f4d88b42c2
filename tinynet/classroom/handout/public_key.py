"""The public key: what a student may know of an answer key, as data in `checks.json`.

It has the public checks, with what is right and what each known mistake answers as numbers; neither
the source of a solution nor that of a mistake, and of the hidden checks nothing at all.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ..assignment import Assignment, Check, Task, unnumbered
from ..judging.judgements import JUDGEMENTS, Fast
from ..judging.key import Entry, Key
from ..judging.misconceptions import Misconception, alike
from ..runner.exchange import Answer
from .lost_means import compared, with_lost_means

FILE = "checks.json"
KIND = "tinynet checks 1"


def public(key: Key) -> str:
    """The public part of a key as JSON; ValueError where a task has no public check."""
    about = {"kind": KIND, **_key(key)}
    about["earlier"] = {file: _key(before) for file, before in key.earlier.items()}
    text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[\s+([^\[\]{}\"]*?)\s+\]", _on_one_line, text) + "\n"


def _on_one_line(numbers: re.Match) -> str:
    return f"[{' '.join(numbers[1].split())}]"


def opened(path: Path) -> Key:
    """The key of a file that `public` wrote; ValueError where it is none."""
    try:
        return read(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ValueError(
            f"{path} holds no checks ({error}): take it once more from what was handed out"
        ) from error


def read(text: str) -> Key:
    """The key that `public` wrote; ValueError where it is none."""
    try:
        about = json.loads(text)
        if about["kind"] != KIND:
            raise ValueError(f"it is of the kind {about['kind']!r}, not {KIND!r}")
        earlier = {file: _opened(before) for file, before in about["earlier"].items()}
        return dataclasses.replace(_opened(about), earlier=earlier)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def only(key: Key, names: Sequence[str]) -> Key:
    """The key for these tasks, and those that they need."""
    tasks = {task.name: task for task in key.assignment.tasks}
    wanted = {*names}.union(*(key.assignment.needed(tasks[name]) for name in names))
    chosen = [task for task in key.assignment.tasks if task.name in wanted]
    return dataclasses.replace(key, assignment=dataclasses.replace(key.assignment, tasks=chosen))


# --- written --------------------------------------------------------------------------------


def _key(key: Key) -> dict[str, Any]:
    assignment = key.assignment
    own = assignment.misconceptions.items()
    return {
        "name": key.name,
        "title": assignment.title,
        "file": assignment.file,
        "minutes": assignment.minutes,
        "uses": dict(assignment.uses),
        "packages": list(assignment.packages),
        "seconds": assignment.seconds,
        "misconceptions": {name: dataclasses.asdict(idea) for name, idea in own},
        "tasks": [_task(task, _seen(key, task)) for task in assignment.tasks],
    }


def _seen(key: Key, task: Task) -> list[Entry]:
    """The public entries of a task, with what can be foreseen of their answers."""
    entries = [entry for entry in key.entries[task.name] if entry.check.public]
    if not entries:
        raise ValueError(
            f"the task {task.name} has no public check, so a student could not check it: set"
            " public=True in its first one"
        )
    return with_lost_means(key.reference, task, entries)


def _task(task: Task, entries: Sequence[Entry]) -> dict[str, Any]:
    told_apart = _told_apart(entries)
    return {
        "name": task.name,
        "title": task.title,
        "needs": list(task.needs),
        "hints": list(task.hints),
        "tutorial": task.tutorial,
        "checks": [_entry(entry, told_apart) for entry in entries],
    }


def _told_apart(entries: Sequence[Entry]) -> list[str]:
    """The mistakes that these checks suffice to tell from each other: a wrong name helps nobody."""

    def same(one: str, other: str) -> bool:
        return all(alike(e.mistaken[one], e.mistaken[other]) for e in compared(entries))

    mistakes = _mistakes(entries)
    pairs = [pair for pair in combinations(mistakes, 2) if len({*map(unnumbered, pair)}) == 2]
    confused = {name for pair in pairs if same(*pair) for name in pair}
    return [name for name in mistakes if name not in confused]


def _mistakes(entries: Sequence[Entry]) -> list[str]:
    """Those whose numbers are known."""
    return [*compared(entries)[0].mistaken] if compared(entries) else []


def _entry(entry: Entry, mistakes: Sequence[str]) -> dict[str, Any]:
    check = entry.check
    judgement = {"kind": type(check.judgement).__name__, **_fields(check.judgement)}
    return {
        "title": check.title,
        "points": check.points,
        "source": check.source,
        "inputs": {name: _plain(value) for name, value in check.inputs.items()},
        "judgement": judgement,
        "blames": check.blames,
        "hint": check.hint,
        "seconds": entry.answer["seconds"] if isinstance(check.judgement, Fast) else 0.0,
        "answer": _answer(entry.answer),
        "mistaken": {n: _answer(a) for n, a in entry.mistaken.items() if n in mistakes},
    }


def _fields(judgement: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(judgement, f.name)) for f in dataclasses.fields(judgement)}


def _answer(answer: Answer) -> dict[str, Any]:
    """The numbers, or the kind of the error: its places would show lines of the solution."""
    if "error" in answer:
        return {"error": answer["error"]["kind"]}
    return {"result": _plain(answer["result"])}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float) and not isinstance(value, np.generic):  # np.float64 is a float
        return value if np.isfinite(value) else {"float": str(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {"dict": [[str(name), _plain(inner)] for name, inner in value.items()]}
    array = np.asarray(value)
    numbers = [_plain(number) for number in array.ravel().tolist()]
    return {"dtype": str(array.dtype), "shape": list(array.shape), "array": numbers}


# --- read -----------------------------------------------------------------------------------


def _opened(about: Mapping[str, Any]) -> Key:
    entries = {task["name"]: tuple(map(_entry_of, task["checks"])) for task in about["tasks"]}
    own = about["misconceptions"].items()
    assignment = Assignment(
        **{name: about[name] for name in ("title", "file", "minutes", "packages", "seconds")},
        uses=about["uses"],
        misconceptions={name: Misconception(**idea) for name, idea in own},
        tasks=[_task_of(task, entries[task["name"]]) for task in about["tasks"]],
    )
    return Key(about["name"], assignment, entries)


def _task_of(about: Mapping[str, Any], entries: Sequence[Entry]) -> Task:
    told = {name: about[name] for name in ("name", "title", "needs", "hints", "tutorial")}
    mistakes = dict.fromkeys(_mistakes(entries), "")
    return Task(**told, checks=[entry.check for entry in entries], mistakes=mistakes)


def _entry_of(about: Mapping[str, Any]) -> Entry:
    told = {name: about[name] for name in ("title", "points", "source", "blames", "hint")}
    fields = {name: _value(value) for name, value in about["judgement"].items()}
    kind: Callable[..., Any] = JUDGEMENTS[fields.pop("kind")]
    inputs = {name: _value(value) for name, value in about["inputs"].items()}
    check = Check(**told, inputs=inputs, judgement=kind(**fields), public=True)
    mistaken = {name: _answer_of(answer) for name, answer in about["mistaken"].items()}
    answer = _answer_of(about["answer"]) | {"seconds": about["seconds"], "inputs": inputs}
    return Entry(check, answer, mistaken)


def _answer_of(about: Mapping[str, Any]) -> Answer:
    if "error" in about:
        kind = about["error"]
        return {"error": {"kind": kind, "kinds": [kind], "text": "", "places": []}}
    return {"result": _value(about["result"])}


def _value(about: Any) -> Any:
    """The value that `_plain` wrote.

    >>> _value(_plain([np.array([[1.5, np.inf]]), None, 2]))
    [array([[1.5, inf]]), None, 2]
    """
    if isinstance(about, list):
        return [_value(inner) for inner in about]
    if not isinstance(about, dict):
        return about
    if "float" in about:
        return float(about["float"])
    if "dict" in about:
        return {name: _value(inner) for name, inner in about["dict"]}
    numbers = [_value(number) for number in about["array"]]
    return np.array(numbers, about["dtype"]).reshape(about["shape"])[()]
