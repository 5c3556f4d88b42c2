"""Grading's questions: what was handed in becomes reports and a gradebook, as by `tinynet grade`.

The page mounts what was dropped on it as files, and holds each submission in a frame of its own
(runner/framed.py). It also keeps the reports, so that they outlive this Python.
"""

from __future__ import annotations

import base64
import functools
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....views.web import assemble
from ...assignment import Source, load
from ...formats.packing import zip_of
from ...gradebook import gradebook
from ...gradebook.class_report import class_report
from ...judging.grading import Apart
from ...judging.key import Key, answer_key, earlier
from ...judging.report import from_json
from ...pages.html import student_page
from ...runner import worker
from ...runner.framed import Framed
from ...submissions.collect import Submission, collected
from .page import page

HANDED_IN, OUT = Path("/handed_in"), Path("graded")
HELD = ("numpy", "tinynet", "matplotlib")  # packages that a lab can hold
held = functools.partial(Framed, page=page)


# --- what the page needs, when the lab is written ----------------------------------------------


def face(folder: str) -> dict[str, Any]:
    """An assignment with its solution and its hidden checks, and what its submissions run in."""
    source = load(folder)
    if strange := [name for name in _packages(source) if name not in HELD]:
        raise ValueError(f"{source.name} needs the package {strange[0]}, which no lab can hold")
    return {
        "name": source.name,
        "title": source.assignment.title,
        "file": source.assignment.file,
        "tasks": [task.name for task in source.assignment.tasks],
        "packages": _packages(source),
        "files": {path: _text(content) for path, content in _files(source).items()},
        "frame": _frame(),
        "worker": _text(zip_of(_worker())),
    }


def _packages(source: Source) -> list[str]:
    """What submissions may import, also those of earlier assignments."""
    before = [earlier(source, name) for name in source.assignment.uses.values()]
    found = [*source.assignment.packages, *(name for each in before for name in _packages(each))]
    return list(dict.fromkeys(found))


def _files(source: Source) -> dict[str, bytes]:
    """All that an assignment consists of, those that it uses, and the tutorials that it names."""
    files = {
        f"{source.name}/{name}": content for name, content in gradebook.contents(source).items()
    }
    for name in source.assignment.uses.values():
        files |= _files(earlier(source, name))
    return files | {
        name: path.read_bytes() for name, path in gradebook.tutorials_of(source).items()
    }


def _worker() -> dict[str, bytes]:
    folder = Path(next(iter(worker.__path__)))
    return {f"worker/{path.name}": path.read_bytes() for path in folder.glob("*.py")}


def _frame() -> str:
    """The HTML of the frame that holds a submission: it may run Python, and ask nobody."""
    place = Path(__file__).parents[1] / "web" / "grading" / "runner_frame.js"
    script = "\n" + place.read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; connect-src 'none'; worker-src blob:; script-src 'wasm-unsafe-eval'"
        f" {assemble.allowed(script)}"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return f"<!doctype html>{meta}<script>{script}</script>"


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


# --- in the browser ------------------------------------------------------------------------------


@dataclass
class _Class:
    """What is being graded."""

    source: Source
    places: dict[str, Submission]
    kept_open: ExitStack = field(default_factory=ExitStack)

    @functools.cached_property
    def key(self) -> Key:
        """It stays open, as the solution is asked in a frame, too."""
        return self.kept_open.enter_context(answer_key(self.source, held))


_opened: list[_Class] = []


def begin(payload: dict[str, Any]) -> dict[str, Any]:
    """Read the assignment, and collect what was handed in."""
    while _opened:
        _opened.pop().kept_open.close()
    for name, text in payload["files"].items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(base64.b64decode(text))
    source = load(payload["name"])
    page("mount", folder=str(HANDED_IN))
    submissions = collected(sorted(HANDED_IN.iterdir()), source.assignment.file)
    if not any(submission.files for submission in submissions):
        raise ValueError(_nothing(source, submissions))
    _opened.append(_Class(source, gradebook.folders(submissions)))
    return {"places": {place: each.name for place, each in _opened[0].places.items()}}


def _nothing(source: Source, submissions: list[Submission]) -> str:
    note = next((each.note for each in submissions if each.note), "")
    return f"there is no submission in it: {note or f'drop {source.assignment.file}'}"


def one(payload: dict[str, Any]) -> dict[str, Any]:
    """Grade one submission."""
    now, begins = _now(), time.perf_counter()
    submission, start = now.places[payload["place"]], functools.partial(Apart, held=held)
    stamp = gradebook.versions_of(now.source)
    report = gradebook.judged(now.key, submission, stamp, start=start)
    earned = {task.name: task.earned for task in report.tasks}
    about = {"earned": earned, "total": report.earned, "points": report.points, "note": report.note}
    kept = {"report": report.to_json(), "seconds": time.perf_counter() - begins}
    tutorials = gradebook.tutorials_of(now.source)
    return {**about, "page": student_page(report, tutorials=tutorials), "kept": kept}


def all_together(payload: dict[str, Any]) -> dict[str, Any]:
    """The class: its page, its table, and the whole gradebook as a zip archive."""
    now = _now()
    shutil.rmtree(OUT, ignore_errors=True)
    book = gradebook.Gradebook(now.source, OUT)
    places = {place: now.places[place] for place in now.places if place in payload["kept"]}
    reports = {place: from_json(payload["kept"][place]["report"]) for place in places}
    for place, report in reports.items():
        book.keep(place, places[place], report, payload["kept"][place]["seconds"])
    alike = gradebook.similar(now.source, places)
    found = class_report(reports, now.source.assignment.known_misconceptions, alike)
    book.keep_class(found)
    files = {name: (OUT / name).read_bytes() for name in ("grades.csv", "class.html")}
    archive = _text(zip_of(dict(_written())))
    return {"zip": archive, **{name: _text(content) for name, content in files.items()}}


def _now() -> _Class:
    if not _opened:
        raise ValueError("Python was started anew: drop the hand-ins once more")
    return _opened[0]


def _written() -> Iterator[tuple[str, bytes]]:
    for path in OUT.rglob("*"):
        if path.is_file():
            yield path.relative_to(OUT).as_posix(), path.read_bytes()


QUESTIONS = {"grade/begin": begin, "grade/one": one, "grade/class": all_together}
