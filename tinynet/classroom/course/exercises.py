"""Exercises: the answer with its reason, and what each wrong answer shows.

They stand in `tutorials/solutions/`, in a file for each tutorial that sets
`exercises = {"7.1": Exercise(…), …}`. Here they become what the judge of assignments knows: a task,
and its key. The key is made here and now, since both answers and exercises are the reader's own.
"""

from __future__ import annotations

import inspect
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..assignment import Assignment, Check, Task
from ..judging.judgements import Equal
from ..judging.key import Entry, Key
from ..judging.misconceptions import CATALOGUE, Misconception
from ..runner.exchange import Answer
from .here import Here
from .tutorials import Tutorial, find


@dataclass(frozen=True)
class Exercise:
    """What is asked, and what the judge knows of it.

    Parameters
    ----------
    right : value or function
        The answer: a number, an array, a text (such as the letter of a choice), or a function.
    because : str
        Why it is right: what is said to whoever found it.
    wrong : mapping
        Wrong answers, by what is behind them: a name in `misconceptions.CATALOGUE`, or a sentence
        that says what is wrong. Several answers of one idea stand in a tuple.
    hint : str
        What is said when an answer is wrong, and it is not known why.
    asked : sequence of tuples
        For a function: the arguments with which it is called.
    tolerance : float
        A number counts as right if it differs by less than this part of the right one: what is
        worked out on paper is rounded.
    """

    right: Any
    because: str
    wrong: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    asked: Sequence[tuple] = ()
    tolerance: float = 5e-3

    def __post_init__(self) -> None:
        if callable(self.right) != bool(self.asked):
            raise ValueError("an answer that is a function is asked=[(arguments…), …], no other is")

    @property
    def mistakes(self) -> list[tuple[str, Any]]:
        """What is behind a wrong answer, and that answer."""
        return [
            (behind, answer)
            for behind, given in self.wrong.items()
            for answer in (given if isinstance(given, tuple) else (given,))
        ]

    @property
    def ideas(self) -> dict[str, str]:
        """What is behind wrong answers, by the names under which the judge knows it."""
        return {b if b in CATALOGUE else f"idea {i}": b for i, b in enumerate(self.wrong)}

    def behind(self, name: str) -> str:
        """What is said of a misconception that the judge names."""
        known = CATALOGUE.get(name)
        if known is None:
            return self.ideas[name]
        return f"{known.title[0].upper()}{known.title[1:]}. {known.told} {known.hint}"

    def key(self) -> Key:
        """The key of an assignment whose one task is called `answer`."""
        names = {behind: name for name, behind in self.ideas.items()}
        mistaken = {f"{names[b]}.{i}": answer for i, (b, answer) in enumerate(self.mistakes)}
        task = Task("answer", self._checks(), mistakes=dict.fromkeys(mistaken, ""))
        own = {n: Misconception(b, "", "", "") for n, b in self.ideas.items() if n not in CATALOGUE}
        about = Assignment("exercise", "exercise.py", [task], misconceptions=own)
        return Key(
            "exercise", about, {"answer": tuple(self._entry(c, mistaken) for c in task.checks)}
        )

    def _checks(self) -> list[Check]:
        if not self.asked:
            return [Check("answer", "answer", public=True)]
        names = [*inspect.signature(self.right).parameters]
        return [
            Check(
                "answer",
                f"answer({', '.join(names[: len(arguments)])})",
                dict(zip(names, arguments, strict=False)),
                Equal(self.tolerance),
                public=True,
            )
            for arguments in self.asked
        ]

    def _entry(self, check: Check, mistaken: Mapping[str, Any]) -> Entry:
        def told(answer: Any) -> Answer:
            return Here(answer).ask(check.question)

        return Entry(check, told(self.right), {name: told(a) for name, a in mistaken.items()})


def exercises(tutorial: Tutorial) -> dict[str, Exercise]:
    """The exercises of a tutorial, by their numbers."""
    found: dict[str, Exercise] = runpy.run_path(str(tutorial.solutions))["exercises"]
    return found


def exercise(number: str) -> Exercise:
    """The exercise with this number, such as "7.2"; ValueError where there is none."""
    before, dot, after = number.partition(".")
    if not (before.isdigit() and dot and after.isdigit()):
        raise ValueError(f"exercises are numbered as in check('7.2', answer), not {number!r}")
    known = exercises(find(int(before)))
    if number not in known:
        raise ValueError(f"there is no exercise {number}: tutorial {before} has {', '.join(known)}")
    return known[number]
