"""A notebook to be written in: the cells of a skeleton (notebooks.py reads what comes back).

A notebook is JSON (nbformat 4), so writing one needs no Jupyter.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from typing import Any

from ..assignment import Assignment, Task

_ABOVE = """# {title}

Write the code where `raise NotImplementedError` stands. To check it, save the notebook and run
`!tinynet check {file}` in a cell of its own, or `tinynet check {file}` in a terminal.
"""


def written(text: str, assignment: Assignment) -> str:
    """The notebook of a skeleton: its code in cells, and above each task its name and points."""
    file = f"{assignment.module}.ipynb"
    cells = [markdown("about", _ABOVE.format(title=assignment.title, file=file))]
    tasks = {task.name: task for task in assignment.tasks}
    for number, (names, code) in enumerate(parts(text)):
        cells += [markdown(name, heading(tasks[name])) for name in names if name in tasks]
        cells.append(code_cell(f"code-{number}", code))
    return of_cells(cells)


def of_cells(cells: Sequence[dict[str, Any]]) -> str:
    """The notebook that has these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def heading(task: Task) -> str:
    return f"## {task.name}" + (f": {task.title}" if task.title else "")


def markdown(name: str, text: str) -> dict[str, Any]:
    """A cell of words."""
    return _cell("markdown", f"text-{name}", text)


def code_cell(name: str, text: str, **metadata: Any) -> dict[str, Any]:
    """A cell of code, and what programs that read it are to know of it."""
    return _cell("code", name, text, execution_count=None, outputs=[]) | {"metadata": metadata}


def _cell(kind: str, name: str, text: str, **rest: Any) -> dict[str, Any]:
    lines = text.strip("\n").splitlines(keepends=True)
    return {"cell_type": kind, "id": name[:64], "metadata": {}, "source": lines, **rest}


def parts(text: str) -> list[tuple[list[str], str]]:
    """A file in pieces: what comes first, and each function or class with what stands above it.

    A comment at the end of a function belongs to it, if it is indented.

    >>> parts("import math\\n\\n\\ndef f():\\n    pass\\n")
    [([], 'import math'), (['f'], 'def f():\\n    pass')]
    """
    lines = text.splitlines()
    found: list[tuple[list[str], list[str]]] = []
    start = end = 0
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if end and not found:
                found.append(([], lines[:end]))
                start = end
            end = node.end_lineno or 0
            while end < len(lines) and lines[end].startswith(" "):
                end += 1
            found.append(([node.name], lines[start:end]))
            start = end
        end = max(end, node.end_lineno or 0)
    found.append(([], lines[start:]))
    pieces = [(names, "\n".join(piece).strip("\n")) for names, piece in found]
    return [(names, code) for names, code in pieces if code]
