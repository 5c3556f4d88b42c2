"""Naming: which misconception is behind the wrong answers to a task.

From the particular to the general: what a judgement saw itself (nothing returned, an argument
changed); a mistake that the task foresaw; what the check blames; what any answer can have wrong
(misconceptions.py); and, of a derivative, what the engine says (derivatives.py). The first that
fits gives the name. Where none fits there is none: a wrong name is worse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..assignment import Task, unnumbered
from ..runner.exchange import Answer
from .judgements import Equal, Fault
from .key import Entry
from .misconceptions import Pair, alike, of_any_answer
from .words import is_numbers


@dataclass(frozen=True)
class Evidence:
    """What a task was asked, what came, and what is wrong with that."""

    task: Task
    entries: Sequence[Entry]
    answers: Sequence[Answer]
    faults: Sequence[Fault | None]

    @property
    def numbers(self) -> list[int]:
        """The checks that compare numbers."""
        return [i for i, e in enumerate(self.entries) if isinstance(e.check.judgement, Equal)]

    @property
    def right(self) -> list[int]:
        """Those of them that hold."""
        return [i for i in self.numbers if not self.faults[i]]

    @property
    def wrong(self) -> list[int]:
        """Those of them that do not."""
        return [i for i in self.numbers if self.faults[i]]

    @property
    def gates(self) -> set[int]:
        """The checks without which the task earns nothing, and which do not hold."""
        return {i for i in self.task.gates if i < len(self.faults) and self.faults[i]}

    def pairs(self, chosen: Sequence[int]) -> list[Pair]:
        """What was expected, and what came."""
        return [(self.entries[i].answer["result"], self.answers[i]["result"]) for i in chosen]


def named(evidence: Evidence, engine: Callable[[Entry], str]) -> list[str]:
    """The misconception behind each fault; "" where none is known.

    `engine` is asked what the answer to a check is, as the derivative of something.
    """
    wrong = evidence.wrong
    names = [fault.misconception if fault else "" for fault in evidence.faults]
    foreseen = _foreseen(evidence) if wrong else ""
    seen = foreseen or any(names[i] for i in wrong)
    general = _general(evidence, engine) if wrong and not seen else ""
    gates = evidence.gates
    finite = any(not _infinite(evidence.answers[i]) for i in gates)  # then no extreme is to blame
    for i, (entry, fault) in enumerate(zip(evidence.entries, evidence.faults, strict=True)):
        if fault is None:
            continue
        blamed = _blamed(entry, evidence.answers[i], fault)
        if i in wrong:
            names[i] = names[i] or foreseen or ("" if finite else blamed) or general
        elif not gates - {i}:  # else it says little that the rest fails, too
            names[i] = names[i] or blamed
    return names


def _foreseen(evidence: Evidence) -> str:
    """The mistake of the task that gives these answers in every check of numbers."""
    for mistake in evidence.task.mistakes:
        if all(
            alike(evidence.entries[i].mistaken[mistake], evidence.answers[i])
            for i in evidence.numbers
        ):
            return unnumbered(mistake)
    return ""


def _blamed(entry: Entry, answer: Answer, fault: Fault) -> str:
    """What the check says that a failure shows: of numbers, only that they are not finite."""
    numbers = isinstance(entry.check.judgement, Equal)
    shows = _infinite(answer) if numbers else "error" not in answer and fault.of_its_kind
    return entry.check.blames if shows else ""


def _infinite(answer: Answer) -> bool:
    """Is there a NaN or an infinity, or an error of arithmetic? Underflow is none: it gives 0."""
    if "error" in answer:
        if answer["error"]["text"].startswith("underflow"):
            return False
        return not {"ArithmeticError", "RuntimeWarning"}.isdisjoint(answer["error"]["kinds"])
    result = answer["result"]
    values = result if isinstance(result, list) else [result]
    return any(not np.all(np.isfinite(value)) for value in values if _is_array(value))


def _general(evidence: Evidence, engine: Callable[[Entry], str]) -> str:
    """What any answer, or any derivative, can have wrong."""
    right, wrong = evidence.right, evidence.wrong
    if not all(_is_numeric(evidence.entries[i].answer["result"]) for i in evidence.numbers):
        return ""
    shapes = [{_dimensions(evidence.entries[i]) for i in chosen} for chosen in (right, wrong)]
    by_shape = "one_shape_only" if right and not shapes[0] & shapes[1] else ""
    if any("error" in evidence.answers[i] for i in wrong):
        return by_shape
    if not all(_is_numeric(evidence.answers[i]["result"]) for i in wrong):
        return ""
    finite = [i for i in wrong if not _infinite(evidence.answers[i])]
    if not finite:
        return "not_finite"
    found = of_any_answer(evidence.pairs(right), evidence.pairs(finite)) or by_shape
    if found in ("", "factor"):
        return engine(evidence.entries[finite[0]]) or found
    return found


def _dimensions(entry: Entry) -> int:
    """Is it asked of a number (0), of a vector (1), of a matrix (2)?"""
    arrays = [v for v in entry.check.inputs.values() if isinstance(v, np.ndarray)]
    return max(map(np.ndim, arrays or [entry.answer["result"]]))


def _is_array(value: Any) -> bool:
    """Is it a number, or an array of them?"""
    return isinstance(value, (int, float, np.ndarray, np.generic))


def _is_numeric(value: Any) -> bool:
    """Is it one of these, or a list that could as well be an array?"""
    return is_numbers(value) if isinstance(value, list) else _is_array(value)
