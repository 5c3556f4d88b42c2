"""An assignment: tasks, the questions that are put to an answer, and what must hold of it.

It is read from a folder with one source for everything: `solution.py`, whose regions between
`### BEGIN SOLUTION` and `### END SOLUTION` are what a student writes; `assignment.py`, which makes
an `Assignment`; `README.md` for the student; and the banks `wrong/` and `right/`, which prove that
the grading is fair. Nothing here knows how a submission is run.
"""

from __future__ import annotations

import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .judging.judgements import Equal, Judgement
from .judging.misconceptions import CATALOGUE, Misconception


@dataclass(frozen=True)
class Check:
    """A question, and what must hold of what comes back.

    Parameters
    ----------
    title : str
        What it shows, for the student.
    source : str
        Python, run beside the submission, whose names it can use, and `np`. The value of its last
        line is the answer: numbers, truth values, texts, arrays, None, and lists of them. Let it
        hand the numbers back, and the judge compare: what a submission says of itself is no proof.
    inputs : mapping
        Variables of the source: values like those of an answer.
    judgement : Judgement
        `Equal` to what the solution gives, unless said otherwise.
    points : int
        What it adds to its task, if the gates of the task hold.
    public : bool
        Whether the student has it, with its numbers; the others stay with the judge.
    expected : optional
        An answer worked out on paper: the solution must give it, too.
    blames : str
        The misconception that a failure shows, where its numbers tell of no other.
    hint : str
        What is said when it fails and no misconception is known.
    by : str
        Where the task is a derivative, and this check asks by another input than the task says.
    """

    title: str
    source: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    judgement: Judgement = Equal()
    points: int = 1
    public: bool = False
    expected: Any = None
    blames: str = ""
    hint: str = ""
    by: str = ""

    @property
    def question(self) -> dict[str, Any]:
        """What is sent to a runner."""
        return {"source": self.source, "inputs": dict(self.inputs)}


@dataclass(frozen=True)
class Task:
    """One thing to write, and its checks.

    The first check, and the first that is hidden and compares numbers, are gates: where one of them
    fails, the task earns nothing. So neither an untouched file nor numbers copied from the public
    check earn what other checks give.

    Parameters
    ----------
    name : str
        The function or class, as it is called in the file.
    checks : sequence of Check
        In the order in which they are asked.
    mistakes : mapping from misconceptions to str
        What a wrong idea leads to: a lambda in the place of the function, or whole definitions. An
        answer with the same numbers in every check has that idea. Where one idea leads to several
        answers, number them: "sign", "sign.2".
    derivative_of, by : str
        Where the task is a derivative: the source of what is differentiated, in the names of the
        solution and of the inputs, and the input by which. The judge then looks with `tn.gradcheck`
        for what is wrong. Inputs named g and y, if any, are the gradient from above and the value.
    needs : sequence of str
        Tasks whose work it calls: where one failed, the reference stands in.
    hints : sequence of str
        From a nudge to nearly the answer.
    tutorial : str
        Where it is explained: a path in the repository.
    """

    name: str
    checks: Sequence[Check]
    title: str = ""
    mistakes: Mapping[str, str] = field(default_factory=dict)
    derivative_of: str = ""
    by: str = ""
    needs: Sequence[str] = ()
    hints: Sequence[str] = ()
    tutorial: str = ""

    @property
    def points(self) -> int:
        """What the task is worth."""
        return sum(check.points for check in self.checks)

    @property
    def gates(self) -> set[int]:
        """The checks without which it earns nothing, by number."""
        hidden = [
            i for i, c in enumerate(self.checks) if not c.public and isinstance(c.judgement, Equal)
        ]
        return {0, *hidden[:1]}


@dataclass(frozen=True)
class Assignment:
    """What a student is asked for.

    Parameters
    ----------
    title : str
        In a few words.
    file : str
        The file that is handed in, such as "losses.py".
    tasks : sequence of Task
        In the order in which they are written.
    minutes : int
        How long it takes.
    uses : mapping from file names to str
        Files of earlier assignments that this one calls, and the names of those assignments.
    misconceptions : mapping from str to Misconception
        Those that are not in `misconceptions.CATALOGUE`.
    packages : sequence of str
        What a submission may import beside the standard library.
    seconds : float
        For one question.
    """

    title: str
    file: str
    tasks: Sequence[Task]
    minutes: int = 60
    uses: Mapping[str, str] = field(default_factory=dict)
    misconceptions: Mapping[str, Misconception] = field(default_factory=dict)
    packages: Sequence[str] = ("numpy",)
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if not self.file.endswith(".py") or not self.module.isidentifier():
            raise ValueError(
                f"file={self.file!r} is no file to import: call it such as 'losses.py'"
            )
        names = [task.name for task in self.tasks]
        if len({*names}) != len(names):
            raise ValueError(f"{self.title}: two tasks have the same name, among {names}")
        for task in self.tasks:
            if not task.checks:
                raise ValueError(f"the task {task.name} has no checks")
            if unknown := [name for name in task.needs if name not in names]:
                raise ValueError(f"the task {task.name} needs {unknown[0]}, which is no task here")
            known = self.known_misconceptions
            said = [unnumbered(name) for name in task.mistakes]
            said += [check.blames for check in task.checks if check.blames]
            if strange := [name for name in said if name not in known]:
                raise ValueError(
                    f"the task {task.name} names the misconception {strange[0]!r}: add it to"
                    f" misconceptions=, or take one of {', '.join(known)}"
                )

    @property
    def module(self) -> str:
        """The file's name as Python imports it."""
        return self.file.removesuffix(".py")

    def needed(self, task: Task) -> set[str]:
        """The tasks whose work a task calls, also by way of others."""
        found: set[str] = set()
        waiting = [*task.needs]
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                waiting += next(other.needs for other in self.tasks if other.name == name)
        return found - {task.name}

    @property
    def points(self) -> int:
        """What all tasks are worth."""
        return sum(task.points for task in self.tasks)

    @property
    def known_misconceptions(self) -> dict[str, Misconception]:
        """The catalogue, and its own."""
        return {**CATALOGUE, **self.misconceptions}


def unnumbered(mistake: str) -> str:
    """The misconception behind a mistake.

    >>> unnumbered("sign.2")
    'sign'
    """
    return mistake.partition(".")[0]


@dataclass(frozen=True)
class Source:
    """An assignment and the folder from which it was read."""

    folder: Path
    assignment: Assignment

    @property
    def name(self) -> str:
        """The folder's name, such as "03_losses"."""
        return self.folder.name

    @property
    def solution(self) -> str:
        """The text of the solution."""
        return (self.folder / "solution.py").read_text(encoding="utf-8")


def load(name: str | Path) -> Source:
    """The assignment in a folder, or with this name among those of tinynet or beside here.

    ValueError where there is none, or what is there is none.
    """
    folder = _folder(Path(name))
    try:
        found = runpy.run_path(str(folder / "assignment.py")).get("assignment")
    except Exception as error:
        raise ValueError(f"{folder / 'assignment.py'}: {type(error).__name__}: {error}") from error
    if not isinstance(found, Assignment):
        raise ValueError(f"{folder / 'assignment.py'} must set assignment = Assignment(…)")
    if not (folder / "solution.py").is_file():
        raise ValueError(f"{folder} has no solution.py")
    return Source(folder, found)


def shelves() -> list[Path]:
    """Where assignments are looked for: below here, and in the checkout that tinynet is."""
    places = (Path.cwd(), Path(__file__).parents[2])
    return [*places, *(place / "tutorials" / "assignments" for place in places)]


def names() -> list[str]:
    """The assignments that can be named."""
    found = (path.parent.name for shelf in shelves() for path in shelf.glob("*/assignment.py"))
    return sorted({*found})


def _folder(name: Path) -> Path:
    for shelf in shelves():
        if (shelf / name / "assignment.py").is_file():
            return (shelf / name).resolve()
    if name.is_dir():
        raise ValueError(f"there is no assignment.py in {name}: begin one by tinynet classroom new")
    known = f"there are {', '.join(names())}" if names() else "clone tinynet's repository"
    raise ValueError(f"there is no assignment {name}: {known}, or give the path of a folder")
