"""A tutorial is run cell by cell, as a notebook runs it, and what it shows is kept.

All cells share one namespace, that of a module `__main__`, as in a script. The code keeps its place
in the file, so that tracebacks and `inspect.getsource` find their lines. It goes by the file's name
without a folder: a tutorial that lies in tinynet's own folder is the reader's code all the same.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from .answers import Asked, asked, written
from .check import Verdict, verdict
from .exercises import exercise
from .tutorials import Tutorial

MOST = 200_000  # characters that a cell may print
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?!\n)", re.MULTILINE)  # earlier states of a progress bar


@dataclass(frozen=True)
class Shown:
    """What came of a cell."""

    text: str = ""  # what it printed
    figures: tuple[Path, ...] = ()
    value: Any = None  # of its last line, where that is an expression
    error: str = ""  # what went wrong, with the line of the tutorial
    right: bool | None = None  # of an answer; None where there is none
    tutorial: str = ""  # where it is explained what is behind a wrong one

    @property
    def told(self) -> str:
        """All that can be said in words: what was printed, the value, and the error."""
        value = "" if self.value is None else as_text(self.value)
        return "\n".join(filter(None, [self.text, value, self.error]))


class Player:
    """Runs the cells of a tutorial.

    Parameters
    ----------
    tutorial : Tutorial
        What is run.
    folder : Path
        Where the figures are kept, as 07_title_1.png and so on.
    screen : file, optional
        Where it is shown at once what a cell prints.
    """

    def __init__(self, tutorial: Tutorial, folder: Path, screen: TextIO | None = None) -> None:
        self.tutorial, self.folder, self.screen = tutorial, folder, screen
        self.cells = tutorial.cells
        self.shown: dict[int, Shown] = {}  # by the number of the cell
        self._module = types.ModuleType("__main__")
        self._module.__file__ = str(tutorial.path)
        _remember(tutorial.path.name, tutorial.path.read_text(encoding="utf-8"))

    def run(self, index: int, text: str | None = None) -> Shown:
        """Run a cell of code, or what the reader has made of it."""
        cell, name = self.cells[index], self.tutorial.path.name
        in_place = "\n" * (cell.line - 1) + (cell.text if text is None else text)
        if text not in (None, cell.text):
            _remember(name := f"{name}#{index}", in_place)
        return self._watched(index, lambda: self._execute(ast.parse(in_place, name).body, name))

    def judged(self, number: str) -> Verdict:
        """What is to be said of the answer that a cell has set."""
        return verdict(exercise(number), vars(self._module).get("answer", ...))

    def reach(self, index: int) -> None:
        """Run what stands before a cell and has not been run, but for what waits for an answer."""
        for i, cell in enumerate(self.cells[:index]):
            waits = (found := asked(cell)) is not None and found.alone
            if not (cell.prose or waits or i in self.shown):
                self.run(i)

    def answer(self, index: int, place: Asked, text: str) -> Shown:
        """Run a cell with what the reader typed in the place of the answer, and judge that."""
        said = exercise(place.number)
        file, name = self.tutorial.path.name, f"<answer {place.number}>"
        source = written(text, place.head, said)
        _remember(name, source)
        result = []

        def work() -> None:
            self._execute(place.before, file)
            self._execute(ast.parse(source, name).body, name)
            self._execute(place.after, file)
            result.append(self.judged(place.number))
            print(result[0].text)

        shown = self._watched(index, work)
        if result:
            shown = replace(shown, value=None, right=result[0].right, tutorial=result[0].tutorial)
        self.shown[index] = shown
        return shown

    def _execute(self, body: Sequence[ast.stmt], filename: str) -> Any:
        """Run statements; the value of the last, if it has one."""
        *first, last = [*body] or [ast.Pass()]
        namespace = vars(self._module)
        if not isinstance(last, ast.Expr):
            first, last = [*body], ast.Expr(ast.Constant(None))
        exec(compile(ast.Module(first, []), filename, "exec", dont_inherit=True), namespace)
        expression = ast.fix_missing_locations(ast.Expression(last.value))
        return eval(compile(expression, filename, "eval", dont_inherit=True), namespace)

    def _watched(self, index: int, work: Callable[[], Any]) -> Shown:
        """What is printed and drawn while something works, and how it ends."""
        import matplotlib.pyplot as plt

        plt.switch_backend("Agg")
        said, value, error = _Said(self.screen), None, ""
        figures: tuple[Path, ...] = ()
        with self._as_main(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                value = work()
                figures = self._figures(index)
            except KeyboardInterrupt:
                error = "stopped"
            except BaseException as wrong:  # whatever the reader's code does
                error = self._told(wrong)
        plt.close("all")
        text = _OVERWRITTEN.sub("", said.getvalue()).rstrip("\n")
        self.shown[index] = Shown(text, figures, value, error)
        return self.shown[index]

    @contextlib.contextmanager
    def _as_main(self) -> Iterator[None]:
        """Let the tutorial be the program that runs."""
        main, arguments, path = sys.modules["__main__"], sys.argv, [*sys.path]
        sys.modules["__main__"], sys.argv = self._module, [str(self.tutorial.path)]
        sys.path.insert(0, str(self.tutorial.path.parent))
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
                yield
        finally:
            sys.modules["__main__"], sys.argv, sys.path[:] = main, arguments, path

    def _figures(self, index: int) -> tuple[Path, ...]:
        """Keep all open figures as files."""
        import matplotlib.pyplot as plt

        before = sum(len(shown.figures) for i, shown in self.shown.items() if i < index)
        kept = []
        for i, number in enumerate(plt.get_fignums(), before + 1):
            self.folder.mkdir(parents=True, exist_ok=True)
            kept.append(self.folder / f"{self.tutorial.name}_{i}.png")
            plt.figure(number).savefig(kept[-1])
        return tuple(kept)

    def _told(self, error: BaseException) -> str:
        """What went wrong, and where in the tutorial or the answer."""
        ours = self.tutorial.path.name, "<answer "
        frames = traceback.extract_tb(error.__traceback__)
        lines = [(f.filename, f.lineno, f.line) for f in frames if f.filename.startswith(ours)]
        if isinstance(error, SyntaxError) and (error.filename or "").startswith(ours):
            lines.append((str(error.filename), error.lineno, (error.text or "").strip()))
        places = [f"{_place(name)}line {number}: {line}" for name, number, line in lines]
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        said = f"{type(error).__name__}: {why}".removesuffix(": ")
        return "\n".join([*places, said])


def as_text(value: Any) -> str:
    """A value as a notebook shows it; of what is a picture there, the text."""
    return str(value) if hasattr(value, "_repr_html_") else repr(value)


def _place(filename: str) -> str:
    return "" if filename.startswith("<") else f"{filename.partition('#')[0]}, "


def _remember(name: str, source: str) -> None:
    """Let Python find the lines of code that lies in no file."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


class _Said(io.StringIO):
    """Keeps what is printed, up to a length, and shows it on a screen if there is one."""

    def __init__(self, screen: TextIO | None) -> None:
        super().__init__()
        self.screen = screen

    def write(self, text: str) -> int:
        if (room := MOST - self.tell()) >= 0:
            kept = text if len(text) <= room else f"{text[:room]}\n… and more"
            super().write(kept)
            if self.screen:
                self.screen.write(kept)
                if "\n" in kept or "\r" in kept:
                    self.screen.flush()
        return len(text)
