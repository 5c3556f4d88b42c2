"""Tutorials: Python files in cells, which run as they stand, and open as notebooks.

A line `# %%` begins a cell of code, `# %% [markdown]` one of prose, whose lines are comments. That
is the percent format of Spyder, VS Code and Jupytext.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parents[2]
FOLDER = next(
    (f for f in (_HERE / "tutorials", _HERE.parent / "tutorials") if f.is_dir()),
    _HERE / "tutorials",
)
_MARK = re.compile(r"^# %%(?P<prose> \[markdown\])?$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A piece of a tutorial: prose as Markdown, or code, and the line on which it begins."""

    prose: bool
    text: str
    line: int


@dataclass(frozen=True)
class Tutorial:
    """A file of the course.

    >>> find(1).title
    'What is wrong?'
    """

    path: Path

    @property
    def number(self) -> int:
        """Its place in the course."""
        return int(self.path.name[:2])

    @property
    def name(self) -> str:
        """The file's name without its ending, such as "01_what_is_wrong"."""
        return self.path.stem

    @property
    def cells(self) -> list[Cell]:
        """What it consists of, in order."""
        return cells(self.path.read_text(encoding="utf-8"))

    @property
    def title(self) -> str:
        """Its heading, without the number."""
        return self.cells[0].text.splitlines()[0].partition(". ")[2]

    @property
    def solutions(self) -> Path:
        """The file with the answers to its exercises."""
        return self.path.parent / "solutions" / self.path.name


def cells(text: str) -> list[Cell]:
    """The cells of a file in percent format.

    >>> cells("# %% [markdown]\\n# # Title\\n\\n# %%\\nprint(1)\\n")
    [Cell(prose=True, text='# Title', line=2), Cell(prose=False, text='print(1)', line=5)]
    """
    marks = [*_MARK.finditer(text)]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=True):
        body = text[mark.end() + 1 : end]
        begin = text.count("\n", 0, mark.end()) + 2 + _empty_lines(body)
        prose = mark["prose"] is not None
        body = re.sub(r"^# ?", "", body, flags=re.MULTILINE) if prose else body
        found.append(Cell(prose, body.strip("\n"), begin))
    return found


def _empty_lines(body: str) -> int:
    """How many lines are empty before the first that is not."""
    return len(body) - len(body.lstrip("\n"))


def tutorials() -> list[Tutorial]:
    """The course, in order."""
    return [Tutorial(path) for path in sorted(FOLDER.glob("[0-9][0-9]_*.py"))]


def find(number: int) -> Tutorial:
    """The tutorial with this number; ValueError where there is none."""
    course = tutorials()
    for tutorial in course:
        if tutorial.number == number:
            return tutorial
    if not course:
        raise ValueError(f"there are no tutorials in {FOLDER}: clone tinynet's repository")
    raise ValueError(f"there is no tutorial {number}: the course has 1 to {course[-1].number}")
