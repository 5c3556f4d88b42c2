"""A tutorial as a notebook, with or without what its cells show."""

from __future__ import annotations

import ast
import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..handout.notebook import code_cell, markdown, of_cells
from .player import Player, Shown
from .tutorials import Tutorial


def notebook(tutorial: Tutorial, figures: Path | None = None) -> str:
    """The text of the .ipynb.

    Parameters
    ----------
    tutorial : Tutorial
        What it is made of.
    figures : Path, optional
        A folder for the figures, which the notebook holds too: its cells are run. Left out, they
        are not.
    """
    player = Player(tutorial, figures) if figures else None
    cells = []
    for i, cell in enumerate(tutorial.cells):
        if cell.prose:
            cells.append(markdown(str(i), cell.text))
            continue
        cells.append(code_cell(f"code-{i}", cell.text))
        if player:
            count = sum(not cell.prose for cell in player.cells[: i + 1])
            cells[-1] |= {"execution_count": count, "outputs": _outputs(player.run(i), count)}
    return of_cells(cells)


def _outputs(shown: Shown, count: int) -> list[dict[str, Any]]:
    """What a cell shows, as nbformat 4 has it."""
    outputs: list[dict[str, Any]] = []
    if text := "\n".join(filter(None, [shown.text, shown.error])):
        outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(f"{text}\n")})
    for path in shown.figures:
        picture = base64.b64encode(path.read_bytes()).decode()
        outputs.append(_display("display_data", {"image/png": picture}))
    if shown.value is not None:
        data = {"text/plain": _lines(replace(shown, text="", error="").told)}
        if page := getattr(shown.value, "_repr_html_", lambda: None)():
            data["text/html"] = _lines(page)
        outputs.append(_display("execute_result", data) | {"execution_count": count})
    return outputs


def _display(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": kind, "data": data, "metadata": {}}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def titles(code: str) -> list[str]:
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
