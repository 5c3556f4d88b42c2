"""The course in plain lines: for a pipe, a screen reader, or where there is no more.

Each line that is typed is a command, or the answer to an exercise.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TextIO

from ...views.graph import Graph
from ...views.graph import terminal as stepper
from .player import Shown
from .prose import lines
from .reading import Page, Reading

WIDTH = 80  # characters of a line, where the terminal has as many
HELP = """\
Enter     run the code; once it has run, the next page
n  b      the next page, the page before
r         run the code again
s         step through the graph, where the code ends in one
c         the same page again
q         quit; you begin here the next time
?         this help
On a page with an exercise a line is your answer, so commands begin with a
colon there, as in :b and :q. A function ends with an empty line."""


def whole(reading: Reading) -> Iterator[str]:
    """All of a tutorial, with what its code shows."""
    for place, page in enumerate(reading.pages):
        reading.place = place
        yield from page_lines(page)
        reading.run()
        if reading.shown:
            yield from shown_lines(reading.shown)
        yield ""


def page_lines(page: Page) -> Iterator[str]:
    """The prose and the code of a page."""
    yield from lines(page.prose, _width())
    if page.code:
        yield ""
        yield from (f"  │ {line}".rstrip() for line in page.code.splitlines())
        yield ""


def shown_lines(shown: Shown) -> Iterator[str]:
    """What code has shown."""
    yield from shown.told.splitlines() or ["(This has nothing to show.)"] * (not shown.figures)
    yield from (f"figure: {path}" for path in shown.figures)


class Lines:
    """A tutorial, read line by line."""

    def __init__(self, reading: Reading, keys: TextIO, screen: TextIO) -> None:
        self.reading, self.keys, self.screen = reading, keys, screen

    def run(self) -> None:
        """Until the reader quits, or says no more."""
        self.reading.begin()
        self._show()
        while (line := self._asked()) is not None and self._obey(line):
            pass
        if self.reading.trouble:
            self._say(self.reading.trouble)

    def _obey(self, line: str) -> bool:
        """Do what a line asks for; False to stop."""
        reading, word = self.reading, line.strip()
        if by := stepper.arrows(word):
            self._move(by)
            return True
        if reading.page.asked and word[:1] not in ("", ":", "?"):
            self._answer(line)
            return True
        word = word.removeprefix(":")
        if word == "":
            self._on()
        elif word == "r":
            self._run()
        elif word in ("n", "b"):
            self._move(1 if word == "n" else -1)
        elif word == "s" and reading.shown and isinstance(reading.shown.value, Graph):
            stepper.run(reading.shown.value, keys=self.keys, screen=self.screen)
        elif word == "c":
            self._show()
        elif word == "?":
            self._say(HELP)
        elif word != "q":
            self._say(f"there is no command {word!r} here; ? lists them")
        return word != "q"

    def _on(self) -> None:
        """Run the code, or go on where it was run."""
        if self.reading.waits and not self.reading.page.asked:
            self._run()
        else:
            self._move(1)

    def _run(self) -> None:
        shown = self.reading.run()
        if shown:
            self._say(*shown_lines(shown))

    def _move(self, by: int) -> None:
        if self.reading.move(by):
            self._show()
        else:
            self._say("this is the last page" if by > 0 else "this is the first page")

    def _answer(self, first: str) -> None:
        """Take an answer, to its last line, and say what is to be said of it."""
        text = first
        if self.reading.page.asked and self.reading.page.asked.head:
            while (line := self.keys.readline()).strip():
                text += f"\n{line.rstrip()}"
        shown = self.reading.answer(text)
        if shown:
            for line in shown.told.splitlines():
                self._say(*lines(line, _width()))

    def _show(self) -> None:
        """The page, and what came of it."""
        reading = self.reading
        place = f"── {reading.place + 1}/{len(reading.pages)} "
        self._say("", f"{place:─<{_width()}}", *page_lines(reading.page))
        if reading.given:
            self._say(f"Your answer was: {reading.given.text}")
        if reading.shown:
            self._say(*shown_lines(reading.shown))

    def _asked(self) -> str | None:
        """What the reader types next; None at the end."""
        print(self._prompt(), end="", file=self.screen, flush=True)
        line = self.keys.readline()
        return line.rstrip("\r\n") if line else None

    def _prompt(self) -> str:
        reading, asked = self.reading, self.reading.page.asked
        if asked and asked.head:
            return f"[Enter: go on   :? help] {asked.head} "
        if asked:
            return "[Enter: go on   :? help] answer = "
        step = "   s: step" if reading.shown and isinstance(reading.shown.value, Graph) else ""
        return f"[Enter: {'run' if reading.waits else 'next page'}{step}   ? help   q quit] "

    def _say(self, *said: str) -> None:
        print(*said, sep="\n", file=self.screen, flush=True)


def _width() -> int:
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDTH)
