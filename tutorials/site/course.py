"""The course as pages: each tutorial becomes a notebook, executed while the site is built."""

from __future__ import annotations

import ast
import os
import tempfile
from pathlib import Path

import links
import nbformat
from kept import Workshop
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tinynet.classroom.course.tutorials import Cell, Tutorial, tutorials

SECONDS = 120  # of a cell, at most
KERNEL = [
    "--log-level=ERROR",
    "--InlineBackend.figure_formats=retina",
    "--InlineBackend.rc={'figure.dpi': 100}",
]


def begin(workshop: Workshop, source: Path) -> None:
    """Begin to execute the tutorials."""
    folder = source / "course"
    folder.mkdir(exist_ok=True)
    for each in tutorials():
        workshop.begin(write, each, each.path.read_text(encoding="utf-8"), folder)


def write(tutorial: Tutorial, folder: Path) -> None:
    """The notebook with its outputs; what a cell raises ends the build."""
    made = notebook(tutorial)
    with tempfile.TemporaryDirectory() as elsewhere:  # the reader's own settings are not used
        surroundings = dict(os.environ, IPYTHONDIR=elsewhere)
        surroundings["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        surroundings["PYTHONPATH"] = str(links.ROOT)
        runner = NotebookClient(
            made,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": elsewhere}},
            extra_arguments=KERNEL,
        )
        try:
            runner.execute(env=surroundings)
        except Exception as error:
            raise RuntimeError(f"{tutorial.path.name}: {error}") from None
    nbformat.write(made, folder / f"{tutorial.name}.ipynb")


def notebook(tutorial: Tutorial) -> nbformat.NotebookNode:
    """The tutorial as cells of prose and of code."""
    cells = [_cell(cell, tutorial) for cell in tutorial.cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _cell(cell: Cell, tutorial: Tutorial) -> nbformat.NotebookNode:
    if cell.prose:
        return new_markdown_cell(links.turned(cell.text, tutorial.path))
    made = new_code_cell(cell.text)
    if titles := _titles(cell.text):
        made.metadata["mystnb"] = {"image": {"alt": "Figure: " + "; ".join(titles)}}
    return made


def _titles(code: str) -> list[str]:
    """The titles of the figures of a cell: what is said to a reader who does not see them."""
    found = []
    for call in (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)):
        name = getattr(call.func, "attr", "")
        found += call.args[:1] if name in ("set_title", "title", "suptitle") else []
        found += [key.value for key in call.keywords if key.arg == "title"]
    texts = [_text(each) for each in found]
    return [text for text in texts if text]


def _text(title: ast.expr) -> str:
    """A text in the source; in place of what is computed stands "…"."""
    if isinstance(title, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in title.values)
    return title.value if isinstance(title, ast.Constant) and isinstance(title.value, str) else ""
