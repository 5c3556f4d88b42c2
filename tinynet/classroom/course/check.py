"""Is this answer right? What the judge of assignments says of an exercise of the course."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from ..judging.judge import judged
from ..judging.misconceptions import CATALOGUE
from ..judging.report import TaskResult
from ..judging.words import difference
from .exercises import Exercise, exercise
from .here import Here, plain

WIDTH = 88  # characters of a line that is printed
TOO_FEW_ASKED = {"one_shape_only"}  # what two or three questions cannot show


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right (None: there is none yet), and what is said of it."""

    right: bool | None
    text: str
    tutorial: str = ""  # where it is explained what is behind a wrong answer


def check(number: str, answer: Any) -> None:
    """Print whether an answer to an exercise is right, and if not, why or what to try.

    Parameters
    ----------
    number : str
        Of the exercise, such as "7.2".
    answer : value or function
        What the exercise asks for; `...` where there is no answer yet.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    text = f"{number} {verdict(exercise(number), answer).text}"
    print("\n".join(textwrap.wrap(text, WIDTH, break_long_words=False)))


def verdict(asked: Exercise, answer: Any) -> Verdict:
    """What is to be said of an answer.

    >>> half = Exercise(0.5, "Two halves make one.", {"sign": -0.5})
    >>> verdict(half, 0.5)
    Verdict(right=True, text='Yes. Two halves make one.', tutorial='')
    >>> verdict(half, -0.5).text[:30]
    'Not yet. The sign is flipped. '
    """
    if answer is ...:
        return Verdict(None, "Your answer goes where the three dots stand.")
    if kind := _other_kind(asked.right, answer):
        return Verdict(False, f"Not yet. {kind}")
    runner = Here(answer if callable(answer) else _as_known(asked, plain(answer)))
    (result,) = judged(asked.key(), runner)
    if not result.failed:
        return Verdict(True, f"Yes. {asked.because}")
    if _unwritten(runner):
        return Verdict(None, "Your answer goes where the three dots stand.")
    behind = [name for name in result.misconceptions if name not in TOO_FEW_ASKED]
    if not behind:
        return Verdict(False, " ".join(["Not yet.", *_said(asked, result)]))
    known = CATALOGUE.get(behind[0])
    told = f"Not yet. {asked.behind(behind[0])}"
    return Verdict(False, told, known.tutorial if known else "")


def _other_kind(right: Any, answer: Any) -> str:
    """What is asked for, where something of another kind came."""
    if callable(right) and not callable(answer):
        return "The answer is a function: def answer(…), with a return."
    if callable(answer) and not callable(right):
        return "The answer is a value, not a function: call it."
    if isinstance(right, str) and not isinstance(answer, str):
        return 'The answer is a letter, as in answer = "a".'
    if isinstance(answer, str) and not isinstance(right, str):
        return "The answer is a number, without quotes: 4 / 5, not '4 / 5'."
    return ""


def _as_known(asked: Exercise, answer: Any) -> Any:
    """The right answer, or the wrong one that is known, of which this is the rounded form."""
    known = [asked.right, *(wrong for _, wrong in asked.mistakes), _negative(asked.right)]
    if "error" in Here(answer).ask({"source": "answer", "inputs": {}}):
        return answer  # nothing that could be compared
    for value in known:
        if value is not None and difference(plain(value), answer, asked.tolerance, 1e-12) is None:
            return value
    return answer


def _negative(value: Any) -> Any:
    try:
        return None if isinstance(value, bool) else -value
    except TypeError:  # a text
        return None


def _unwritten(runner: Here) -> bool:
    """Does the function do nothing but wait for its body?"""
    return callable(runner.answer) and all(a.get("result", 0) is None for a in runner.answers)


def _said(asked: Exercise, result: TaskResult) -> list[str]:
    """What is said of a wrong answer of which one does not know what is behind it."""
    first = result.failed[0]
    came = f"{first.asked}: {first.came}." if asked.asked else ""
    return [*filter(None, [came, asked.hint])]
