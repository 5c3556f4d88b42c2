"""The course as pages: each tutorial becomes a notebook, executed while the site is built."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import links
import nbformat
from kept import Workshop
from nbclient import NotebookClient

from tinynet.classroom.course import notebooks
from tinynet.classroom.course.tutorials import Tutorial, tutorials

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
    """The notebook that readers get; its links lead to pages, and its figures have words."""
    made = nbformat.reads(notebooks.notebook(tutorial), as_version=4)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = links.turned(cell.source, tutorial.path)
        elif titles := notebooks.titles(cell.source):
            cell.metadata["mystnb"] = {"image": {"alt": "Figure: " + "; ".join(titles)}}
    return made
