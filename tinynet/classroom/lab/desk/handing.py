"""Assignments' questions: check what was typed, pack it to be handed in, open what was packed."""

from __future__ import annotations

import base64
import contextlib
import functools
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from ....views.web import assemble
from ...assignment import load
from ...formats.packing import zip_of
from ...handout import history, make, public_key, self_check
from ...judging.grading import versions
from ...judging.key import Key, answer_key
from ...judging.report import Report
from ...pages import markdown
from ...pages.html import student_body
from ...pages.markup import Markup, element
from ...runner.exchange import Answer
from ...runner.in_place import InPlace
from ...submissions.collect import collected
from ...submissions.trees import LARGEST, LARGEST_ZIP, tidy
from .cells import address

Payload = Mapping[str, Any]
SURROUNDINGS = "this page, by the public checks, without a limit of time or memory"


# --- what the page holds ----------------------------------------------------------------------


def face(names: Sequence[str | Path], with_earlier: bool = False) -> dict[str, Any]:
    """What the page needs to show these assignments: what `tinynet classroom make` hands out.

    Parameters
    ----------
    names : sequence of str or Path
        See `load`.
    with_earlier : bool
        See `make`.
    """
    return {"assignments": [_handout(name, with_earlier) for name in names]}


def _handout(name: str | Path, with_earlier: bool) -> dict[str, Any]:
    source = load(name)
    with answer_key(source) as key:
        files = make.contents(source, key, with_earlier=with_earlier)
    about = source.assignment
    wanted = (about.file, *about.uses)
    return {
        "name": source.name,
        "file": about.file,
        "title": about.title,
        "points": sum(c.points for task in about.tasks for c in task.checks if c.public),
        "statement": _statement(about.title, files),
        "texts": {file: files[file] for file in wanted if file in files},
        "uses": dict(about.uses),
        "packages": list(about.packages),
        "checks": files[public_key.FILE],
    }


def _statement(title: str, files: Mapping[str, str]) -> str:
    """The page of what is asked, with its drawings."""
    drawings = {
        name: f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"
        for name, text in files.items()
        if name.endswith(".svg")
    }
    text = markdown.html(files["README.md"], drawings)
    return _page(title, element("main", text, class_="report"))


def _page(title: str, markup: Markup) -> str:
    """A page for a frame of the lab."""
    names = ["report.css", "asked_by_parent.js", "markup.js"]
    return assemble.page(title, names, {"markup": markup})


# --- the questions ----------------------------------------------------------------------------


class Aloud(InPlace):
    """A runner that says what it is asked, so that one sees where a loop does not end."""

    def __init__(self, key: Key, files: Mapping[str, bytes], missing: list[str]) -> None:
        super().__init__(files, key.assignment.module, key.assignment.packages, missing)

    def ask(self, question: Mapping[str, Any], reference: Any = None) -> Answer:
        """Say it, and ask."""
        last = question["source"].strip().rpartition("\n")[2]
        print(self.submission.main if last == "None" else last, flush=True)
        return super().ask(question, reference)


def check(payload: Payload) -> dict[str, Any]:
    """The report on what was typed, and the history with this check."""
    key = _key(payload)
    files = _files(payload, key)
    report = self_check.report_on(key, key.assignment.file, files, start=Aloud)
    report = replace(report, surroundings=SURROUNDINGS)
    when = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "html": _page(report.title, student_body(report, 1, _tutorials(report, payload))),
        "earned": report.earned,
        "points": report.points,
        "history": history.with_check(_history(payload), report, when),
    }


def pack(payload: Payload) -> dict[str, str]:
    """The one file to hand in, as base64: the texts, and the history of their checks."""
    key = _key(payload)
    about = {"assignment": key.name, "checks_sha256": _digest(payload)}
    about |= {"tinynet": versions()["tinynet"]}
    files = dict(_files(payload, key))
    files[history.FILE] = history.written(about, _history(payload)).encode()
    return {"name": f"{key.name}.zip", "content": base64.b64encode(zip_of(files)).decode()}


def opened(payload: Payload) -> dict[str, Any]:
    """The texts and the history in a file that was handed in, or in a Python file or notebook."""
    key = _key(payload)
    content = base64.b64decode(payload["content"], validate=True)
    if len(content) > LARGEST_ZIP:
        raise ValueError(f"this file has {len(content):,} bytes, which is more than an answer has")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, tidy(payload["file"]))
        path.write_bytes(content)
        found = collected([path], key.assignment.file)[0]
    names = (key.assignment.file, *key.assignment.uses)
    texts = {name: _text(name, found.files[name]) for name in names if name in found.files}
    if not texts:
        raise ValueError(found.note or f"there is no {key.assignment.file} in it")
    kept, notes = _kept(found.files.get(history.FILE), key.name)
    return {"texts": texts, "history": kept, "note": "; ".join(filter(None, [found.note, notes]))}


def _kept(content: bytes | None, name: str) -> tuple[list[history.Entry], str]:
    """The history that came with an answer; what is wrong with it."""
    try:
        return ([] if content is None else history.read(content, name)), ""
    except ValueError as error:
        return [], str(error)


QUESTIONS = {"hand/check": check, "hand/pack": pack, "hand/open": opened}


# --- what the page sends ----------------------------------------------------------------------


@functools.lru_cache(maxsize=4)
def _read(checks: str) -> Key:
    return public_key.read(checks)


def _key(payload: Payload) -> Key:
    return _read(payload["checks"])


def _digest(payload: Payload) -> str:
    return sha256(payload["checks"].encode()).hexdigest()


def _files(payload: Payload, key: Key) -> dict[str, bytes]:
    """The texts as files: the assignment's, and those that it uses of earlier ones."""
    names: Collection[str] = (key.assignment.file, *key.assignment.uses)
    files = {name: text.encode() for name, text in payload["texts"].items() if name in names}
    if too_large := [name for name, content in files.items() if len(content) > LARGEST]:
        raise ValueError(f"{too_large[0]} is larger than {LARGEST / 2**20:g} MB")
    return files


def _history(payload: Payload) -> list[history.Entry]:
    """What the page kept; nothing, where that is damaged: one still wants to check."""
    with contextlib.suppress(AttributeError, LookupError, TypeError, ValueError):
        return history.checked(payload["history"])
    return []


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not written in UTF-8, as Python files are") from error


def _tutorials(report: Report, payload: Payload) -> dict[str, str]:
    """Where the lab shows the tutorials of a report, if it holds the course."""
    if not payload["course"]:
        return {}
    places = {task.tutorial: address(task.tutorial) for task in report.tasks}
    return {name: place for name, place in places.items() if place}
