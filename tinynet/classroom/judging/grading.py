"""Grading: a submission's files, held against the answer key, become a report."""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..runner.exchange import Answer, Exchange, Reference, Runner
from ..runner.process import Process
from ..runner.sandbox import surroundings
from .judge import judged
from .judgements import error
from .key import Key
from .report import Report, TaskResult


class Apart:
    """A process, or what `held` makes, for the public checks, and one for all others.

    What came of a public check is shown to the student, with what was printed; so where it runs,
    no hidden input has ever been.
    """

    def __init__(
        self,
        key: Key,
        files: Mapping[str, bytes],
        missing: list[str],
        held: Callable[..., Exchange] = Process,
    ) -> None:
        about = key.assignment.module, key.assignment.packages, key.assignment.seconds, missing
        self.runners = {public: held(files, *about) for public in (True, False)}

    def ask(self, question: Mapping[str, Any], reference: Reference | None = None) -> Answer:
        """A question says by `public` which of them is asked."""
        asked = {name: value for name, value in question.items() if name != "public"}
        return self.runners[question.get("public", False)].ask(asked, reference)

    def close(self) -> None:
        """End both."""
        for runner in self.runners.values():
            runner.close()


def graded(
    key: Key,
    name: str,
    files: Mapping[str, bytes],
    start: Callable[[Key, Mapping[str, bytes], list[str]], Runner] = Apart,
) -> Report:
    """The report on the files of one submission, which `start` gives a runner.

    A file of an earlier assignment is held against that one's checks first; where it fails them,
    cannot be run or is not there, the reference stands in, so that no failure costs twice.
    """
    about: dict[str, Any] = {"assignment": key.name, "title": key.assignment.title}
    about |= {"submission": name, "surroundings": surroundings(), "versions": versions()}
    about["files"] = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    if key.assignment.file not in files:
        found = ", ".join(files) or "nothing"
        note = f"{key.assignment.file} was not handed in, but {found}"
        return Report(**about, tasks=_nothing(key, note), note=note)
    before = {file: _before(key, file, files, start) for file in key.earlier}
    failed = [task.name for tasks in before.values() for task in tasks if task.failed or task.note]
    missing = [file for file, tasks in before.items() if all(task.note for task in tasks)]
    usable = {file: content for file, content in files.items() if file not in missing}
    with contextlib.closing(start(key, usable, [f.removesuffix(".py") for f in missing])) as runner:
        note = _cannot_begin(runner, key.assignment.packages)
        tasks = _nothing(key, note) if note else judged(key, runner, failed)
    return Report(**about, tasks=tasks, note=note)


def _before(
    key: Key, file: str, files: Mapping[str, bytes], start: Callable
) -> tuple[TaskResult, ...]:
    """What the file of an earlier assignment earns there."""
    earlier = key.earlier[file]
    if file not in files:
        return _nothing(earlier, "not handed in")
    with contextlib.closing(start(earlier, files, [])) as runner:
        note = _cannot_begin(runner, earlier.assignment.packages)
        return _nothing(earlier, note) if note else judged(earlier, runner)


def _cannot_begin(runner: Runner, packages: Sequence[str]) -> str:
    """Why the file cannot even be run; "" where it can."""
    answer = runner.ask({"source": "None", "inputs": {}, "public": True})
    if "error" not in answer:
        return ""
    told = f"the file cannot be run: {error(answer)}"
    if answer["error"]["kind"] != "ModuleNotFoundError":
        return told
    return f"{told}; beside Python's own modules there is only {', '.join(packages)}"


def _nothing(key: Key, note: str) -> tuple[TaskResult, ...]:
    """The tasks of a submission of which nothing could be asked."""
    return tuple(
        TaskResult(task.name, task.title, task.points, 0, (), note=note)
        for task in key.assignment.tasks
    )


def versions() -> dict[str, str]:
    """With what it was graded, so that it can be graded in the same way again."""
    from ... import __version__

    return {"tinynet": __version__, "numpy": np.__version__, "python": platform.python_version()}
