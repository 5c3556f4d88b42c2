"""The answer key: what the solution answers to every check, and what each known mistake would.

It is made once for an assignment, by asking the solution in a process of its own. The judge then
compares data with data; the public part of the key is what a handout holds.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from ..assignment import Assignment, Check, Source, Task, load
from ..runner.exchange import Answer, Exchange
from ..runner.process import Process
from .judgements import Equal, Fast, Raises
from .words import call, difference, shown


@dataclass(frozen=True)
class Entry:
    """A check, with the right answer and those of the mistakes of its task."""

    check: Check
    answer: Answer  # with the inputs as they were before
    mistaken: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """The entries of each task, and the reference where it is at hand."""

    name: str
    assignment: Assignment
    entries: Mapping[str, tuple[Entry, ...]]
    reference: Reference | None = None
    earlier: Mapping[str, Key] = field(default_factory=dict)  # of the files that it uses


class Reference:
    """The solution, ready to be asked, also by several judges at once."""

    def __init__(self, source: Source, held: Callable[..., Exchange] = Process) -> None:
        self.source, self.assignment = source, source.assignment
        assignment, forever = self.assignment, math.inf  # it serves a whole class
        about = assignment.module, assignment.packages, assignment.seconds
        self.runner = held(files_of(source), *about, total=forever)
        self.lock = Lock()
        self.places = {
            task.name: f"__import__({file.removesuffix('.py')!r})."
            for file, name in source.assignment.uses.items()
            for task in earlier(source, name).assignment.tasks
        }

    def ask(self, question: Mapping[str, Any]) -> Answer:
        """What the solution answers."""
        with self.lock:
            return self.runner.ask(question)

    def call(self, name: str, arguments: list, keywords: dict) -> Any:
        """The result of one of its functions; the error that it raises."""
        inputs = {"arguments_": arguments, "keywords_": keywords}
        source = f"{self.places.get(name, '')}{name}(*arguments_, **keywords_)"
        answer = self.ask({"source": source, "inputs": inputs})
        if "error" in answer:
            raise ValueError(answer["error"]["text"])
        return answer["result"]


def files_of(source: Source) -> dict[str, bytes]:
    """The solution, and those of the earlier assignments that it uses, as they are handed in."""
    files = {source.assignment.file: source.solution.encode()}
    for file, name in source.assignment.uses.items():
        files |= {file: files_of(earlier(source, name))[file]}
    return files


def earlier(source: Source, name: str) -> Source:
    """An assignment that this one uses: beside it, or where any is found."""
    beside = source.folder.parent / name
    return load(beside if beside.is_dir() else name)


@contextlib.contextmanager
def answer_key(source: Source, held: Callable[..., Exchange] = Process) -> Iterator[Key]:
    """The key of an assignment, with its reference, in a process or what `held` makes.

    ValueError where the solution fails a check.
    """
    with contextlib.ExitStack() as stack:
        before = {
            file: stack.enter_context(answer_key(earlier(source, name), held))
            for file, name in source.assignment.uses.items()
        }
        reference = Reference(source, held)
        stack.enter_context(contextlib.closing(reference.runner))
        entries = {
            task.name: tuple(_entry(reference, task, check) for check in task.checks)
            for task in source.assignment.tasks
        }
        yield Key(source.name, source.assignment, entries, reference, before)


def _entry(reference: Reference, task: Task, check: Check) -> Entry:
    """Ask the solution, and what would be asked if each mistake stood in its place."""
    answer = reference.ask(check.question)
    if isinstance(check.judgement, Fast) and "result" in answer:
        again = (reference.ask(check.question)["seconds"] for _ in range(4))
        answer["seconds"] = min(answer["seconds"], *again)
    before = answer | {"inputs": check.question["inputs"]}
    _check_solution(task, check, answer, before)
    mistaken = {
        name: reference.ask(check.question | {"source": f"{wrong(task, code)}\n{check.source}"})
        for name, code in task.mistakes.items()
        if isinstance(check.judgement, Equal)
    }
    return Entry(check, before, mistaken)


def wrong(task: Task, code: str) -> str:
    """The source that puts a mistake in the place of what the task asks for."""
    return f"{task.name} = {code}" if code.lstrip().startswith("lambda") else code


def _check_solution(task: Task, check: Check, answer: Answer, before: Answer) -> None:
    """ValueError unless the solution holds before its own check, and to the paper."""
    where = f"the task {task.name}, check {check.title!r}: {call(check.source, dict(check.inputs))}"
    stopped = "error" in answer and not isinstance(check.judgement, Raises)
    if stopped or check.judgement(answer, before):
        came = answer["error"]["text"] if "error" in answer else shown(answer["result"])
        raise ValueError(f"the solution fails a check of its own. {where}: {came}")
    if check.expected is None:
        return
    if found := difference(check.expected, answer["result"], 1e-9, 1e-12):
        raise ValueError(f"the solution differs from what is expected. {where}: {found}")
