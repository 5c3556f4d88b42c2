"""A reader in a tutorial: the page that is open, what was run on it, and what is kept of it.

A page is prose and the cell of code below it. A face (lines.py, app.py) shows the page, and
calls the methods here as the reader asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .answers import Asked, asked
from .player import Player, Shown
from .progress import Given, Progress
from .tutorials import Cell, Tutorial


@dataclass(frozen=True)
class Page:
    """Prose, and the code below it, if there is any."""

    first: int  # its first cell
    prose: str
    cell: int | None = None  # the cell of code
    code: str = ""
    asked: Asked | None = None  # the exercise of that cell


def pages(cells: Sequence[Cell]) -> list[Page]:
    """The cells in pages: each cell of code ends one.

    >>> course = [Cell(True, "Why?", 1), Cell(False, "print(1)", 3), Cell(True, "So.", 5)]
    >>> [(page.prose, page.code) for page in pages(course)]
    [('Why?', 'print(1)'), ('So.', '')]
    """
    found, first, prose = [], 0, []
    for i, cell in enumerate(cells):
        if cell.prose:
            prose.append(cell.text)
        else:
            found.append(Page(first, "\n\n".join(prose), i, cell.text, asked(cell)))
            first, prose = i + 1, []
    return found + [Page(first, "\n\n".join(prose))] * bool(prose)


class Reading:
    """A tutorial that is read, from where one stopped."""

    def __init__(self, tutorial: Tutorial, progress: Progress, figures: Path) -> None:
        self.tutorial, self.progress = tutorial, progress
        self.player = Player(tutorial, figures)
        self.pages = pages(self.player.cells)
        self.done = progress.of(tutorial.name)
        self.trouble = ""  # why nothing can be kept
        starts = [i for i, page in enumerate(self.pages) if page.first <= self.done.place]
        self.place = starts[-1]

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.pages[self.place]

    @property
    def shown(self) -> Shown | None:
        """What came of its code; None as long as that was not run."""
        return self.player.shown.get(self.page.cell) if self.page.cell is not None else None

    @property
    def waits(self) -> bool:
        """Is there code on this page that was not run?"""
        return self.page.cell is not None and self.shown is None

    @property
    def given(self) -> Given | None:
        """The last answer to the exercise on this page."""
        return self.done.answers.get(self.page.asked.number) if self.page.asked else None

    def begin(self) -> None:
        """Run what stands before the page, as one comes back to it."""
        self.player.reach(self.page.first)
        self._keep()

    def run(self) -> Shown | None:
        """Run the code on this page."""
        if self.page.cell is None:
            return None
        shown = self.player.run(self.page.cell)
        self._keep()
        return shown

    def answer(self, text: str) -> Shown | None:
        """Answer the exercise on this page."""
        page = self.page
        if page.asked is None or page.cell is None:
            return None
        shown = self.player.answer(page.cell, page.asked, text)
        self.done.answers[page.asked.number] = Given(text, bool(shown.right))
        self._keep()
        return shown

    def move(self, by: int) -> bool:
        """Go on or back by so many pages; False where there are no more."""
        place = min(max(self.place + by, 0), len(self.pages) - 1)
        moved, self.place = place != self.place, place
        self.player.reach(self.page.first)  # where one skips code, it is run all the same
        self._keep()
        return moved

    def restart(self) -> None:
        """Begin again at the first page; answers stay."""
        self.place = 0
        self._keep()

    def _keep(self) -> None:
        page = self.page
        after = page.first + len(self.player.cells)
        if self.place + 1 < len(self.pages):
            after = self.pages[self.place + 1].first
        self.done.place = page.first
        self.done.read |= set(range(page.first, min(after, len(self.player.cells))))
        try:
            self.progress.keep(self.tutorial.name, self.done)
        except (OSError, ValueError) as error:
            self.trouble = f"what you have done cannot be kept: {error}"


def state(tutorial: Tutorial, progress: Progress) -> str:
    """What one has done of a tutorial, in a few words.

    >>> import tempfile
    >>> from .tutorials import find
    >>> state(find(1), Progress(Path(tempfile.mkdtemp()) / "course.json"))
    ''
    """
    done, cells = progress.of(tutorial.name), tutorial.cells
    if not done.read:
        return ""
    part = len([i for i in done.read if i < len(cells)]) / len(cells)
    words = ["read" if part == 1 else f"{part:.0%} read"]
    if numbers := [found.number for cell in cells if (found := asked(cell))]:
        right = sum(done.answers[n].right for n in numbers if n in done.answers)
        words.append(f"{right} of {len(numbers)} exercises right")
    return ", ".join(words)
