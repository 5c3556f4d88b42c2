"""Lost means: what a derivative answers in which the 1/N of a mean is missing, or stands twice.

With a reference, the engine recognizes this most common of mistakes (derivatives.py). A handout has
no reference. So the engine is asked beforehand, and the handout has the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..assignment import Task, unnumbered
from ..judging.derivatives import verdict
from ..judging.judgements import Equal
from ..judging.key import Entry, Reference
from ..judging.misconceptions import alike
from ..runner.exchange import Answer
from ..runner.exchange import Reference as Call


def rows(array: Any) -> int:
    """How many there are.

    >>> rows(np.zeros((3, 2))), rows(1.5)
    (3, 1)
    """
    return len(array) if np.ndim(array) else 1


MISTAKES: list[tuple[str, Callable[[Any], float]]] = [
    ("missing_mean", np.size),
    ("missing_mean", rows),
    ("extra_mean", lambda array: 1 / np.size(array)),
    ("extra_mean", lambda array: 1 / rows(array)),
]


@dataclass(frozen=True)
class Times:
    """A runner that answers as the reference does, times what `factor` makes of the input `by`."""

    reference: Reference
    by: str
    factor: Callable[[Any], float]

    def ask(self, question: Mapping[str, Any], reference: Call | None = None) -> Answer:
        """The answer of the reference, multiplied."""
        answer = self.reference.ask(question)
        if not isinstance(answer.get("result"), (float, np.ndarray, np.generic)):
            return answer
        return answer | {
            "result": answer["result"] * self.factor(question["inputs"].get(self.by, 0.0))
        }

    def close(self) -> None:
        """Nothing was opened."""


def with_lost_means(
    reference: Reference | None, task: Task, entries: Sequence[Entry]
) -> list[Entry]:
    """The entries, with such answers among the mistaken ones, if the engine calls them so."""
    entries = [*entries]
    if reference is None or not task.derivative_of:
        return entries
    for name, factor in MISTAKES:
        runners = [Times(reference, entry.check.by or task.by, factor) for entry in entries]
        pairs = [*zip(entries, runners, strict=True)]
        if any(_is_called(name, task, entry, runner) for entry, runner in pairs):
            answers = [runner.ask(entry.check.question) for entry, runner in pairs]
            entries = _with(name, entries, answers)
    return entries


def compared(entries: Sequence[Entry]) -> list[Entry]:
    """Those whose numbers are compared."""
    return [entry for entry in entries if isinstance(entry.check.judgement, Equal)]


def _is_called(name: str, task: Task, entry: Entry, runner: Times) -> bool:
    """Does the engine give the answer to this check that name?"""
    by_array = np.ndim(entry.check.inputs.get(runner.by, 0.0)) > 0
    return (
        by_array
        and isinstance(entry.check.judgement, Equal)
        and verdict(runner.reference, task, runner, (), entry) == name
    )


def _with(name: str, entries: list[Entry], answers: Sequence[Answer]) -> list[Entry]:
    """The entries with a further mistake, unless the task knows one by this name or numbers."""
    places = [i for i, entry in enumerate(entries) if isinstance(entry.check.judgement, Equal)]
    known = entries[places[0]].mistaken
    same = [m for m in known if all(alike(entries[i].mistaken[m], answers[i]) for i in places)]
    if same or name in map(unnumbered, known):
        return entries
    return [
        replace(entry, mistaken={**entry.mistaken, name: answer})
        for entry, answer in zip(entries, answers, strict=True)
    ]
