"""The course: its tutorials as data for the page; their cells, run as the terminal runs them."""

from __future__ import annotations

import base64
import html
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ....views.web import assemble
from ...course import notebooks
from ...course.answers import asked
from ...course.elements import elements
from ...course.player import Player, Shown, as_text
from ...course.reading import Page, pages
from ...course.tutorials import Cell, Tutorial, find, tutorials
from . import no_matplotlib

LONGEST = 100_000  # characters of a cell
PLAY = {  # what the playground shows of a tutorial's matter, and with which settings
    5: ("Watch two losses among outliers", {"data": "outliers", "loss": "mse", "beside": "mae"}),
    9: ("Try it on three arms", {"data": "spirals", "loss": "cross_entropy", "hidden": "16,16"}),
    11: ("Try SGD on the moons", {"data": "moons", "optimizer": "sgd", "lr": "0.5"}),
    13: ("Overfit 20 points", {"data": "sine", "rows": "20", "noise": "0.5", "hidden": "32,32"}),
    16: ("Fit a median", {"data": "heteroscedastic", "loss": "quantile", "loss.q": "0.5"}),
}
PLAYERS: dict[int, Player] = {}  # by the number of the tutorial
_DISPLAY = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>{style}</style>
<body>{body}{scripts}</body></html>"""


# --- what the page shows --------------------------------------------------------------------


def face(numbers: Collection[int] = ()) -> dict[str, Any]:
    """What the page needs to show these tutorials, or all, before Python is ready."""
    chosen = [find(number) for number in numbers] or tutorials()
    return {
        "tutorials": [_tutorial(each) for each in chosen],
        "play": {n: {"title": title, "settings": kept} for n, (title, kept) in PLAY.items()},
    }


def _tutorial(tutorial: Tutorial) -> dict[str, Any]:
    shown = [_page(page, tutorial.cells) for page in pages(tutorial.cells)]
    about = {"number": tutorial.number, "name": tutorial.name, "title": tutorial.title}
    return about | {"cells": len(tutorial.cells), "pages": shown}


def _page(page: Page, cells: list[Cell]) -> dict[str, Any]:
    shown: dict[str, Any] = {"first": page.first, "prose": elements(page.prose, address, top=2)}
    if page.cell is not None:
        shown |= {"cell": page.cell, "code": page.code, "line": cells[page.cell].line}
    if page.asked:
        shown["asked"] = {
            "number": page.asked.number,
            "head": page.asked.head,
            "alone": page.asked.alone,
        }
    return shown


def address(target: str) -> str:
    """Where a link of a tutorial leads in a lab; "" where the lab does not have it.

    >>> address("tutorials/08_mistakes_in_print.py"), address("doctor.md")
    ('#course?tutorial=08', '')
    """
    name = Path(target).name
    if name in {tutorial.path.name for tutorial in tutorials()}:
        return f"#course?tutorial={name[:2]}"
    return target if target.startswith("https://") else ""


# --- what Python answers --------------------------------------------------------------------


def run(payload: Any) -> dict[str, Any]:
    """Run a cell, {"tutorial": 7, "cell": 3, "text": code, "after": [1]}.

    `after` lists the cells that ran before in the page's memory. Where Python has started anew
    since, nothing is run, and the answer is {"lost": True}.
    """
    player, index, text = _asked_for(payload)
    if _is_lost(player, payload):
        return {"lost": True}
    shown, cell = player.run(index, text), player.cells[index]
    found = asked(Cell(False, text, cell.line))
    if not found or shown.error:
        return _as_data(shown, text)
    judged = player.judged(found.number)
    given = {"number": found.number, "text": found.text, "right": judged.right}
    return _as_data(shown, text) | {"given": given, "read": address(judged.tutorial)}


def answer(payload: Any) -> dict[str, Any]:
    """Judge what was typed as the answer to the exercise of a cell, and run the cell with it."""
    player, index, text = _asked_for(payload)
    if _is_lost(player, payload):
        return {"lost": True}
    place = asked(player.cells[index])
    if place is None:
        raise ValueError(f"cell {index} asks for no answer")
    shown = player.answer(index, place, text)
    given = {"number": place.number, "text": text, "right": shown.right}
    return _as_data(shown, "") | {"given": given, "read": address(shown.tutorial)}


QUESTIONS = {"course/run": run, "course/answer": answer}


def _asked_for(payload: Any) -> tuple[Player, int, str]:
    """The player of a tutorial, the cell and the code that are asked for."""
    number, index, text = (payload.get(name) for name in ("tutorial", "cell", "text"))
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError(f"the code of a cell is a text of at most {LONGEST:,} characters")
    if number not in PLAYERS:
        no_matplotlib.stand_in()
        PLAYERS[number] = Player(find(number), Path(tempfile.mkdtemp()))
    player = PLAYERS[number]
    player.screen = sys.stdout
    if index not in range(len(player.cells)) or player.cells[index].prose:
        raise ValueError(f"tutorial {number} has no cell of code {index}")
    return player, index, text


def _is_lost(player: Player, payload: Any) -> bool:
    """Is anything gone of what the page takes for computed?"""
    return not player.shown.keys() >= set(payload.get("after", ()))


def _as_data(shown: Shown, code: str) -> dict[str, Any]:
    """What came of a cell, as JSON."""
    titles = "; ".join(notebooks.titles(code)) if shown.figures else ""
    display = _display(shown.value)
    return {
        "text": shown.text,
        "value": "" if shown.value is None or display else as_text(shown.value),
        "error": shown.error,
        "figures": [base64.b64encode(path.read_bytes()).decode() for path in shown.figures],
        "titles": titles,
        "display": display,
    }


def _display(value: Any) -> str:
    """The page of what a notebook shows as more than text; "" for anything else."""
    try:
        body = getattr(value, "_repr_html_", lambda: None)()
    except Exception:  # such as a picture without Matplotlib: then the text is shown
        body = None
    if not isinstance(body, str):
        return ""
    names = ("asked_by_parent.js", "tell_height.js")
    scripts = "".join(f"<script>{assemble.script(name)}</script>" for name in names)
    title = html.escape(type(value).__name__)
    return _DISPLAY.format(title=title, style=assemble.style(), body=body, scripts=scripts)
