"""The history of an answer: when it was checked, and how far it was; kept by the student's page.

    {"kind": "tinynet history 1", "assignment": "03_losses", "checks_sha256": …, "tinynet": …,
     "checks": [{"when": "2026-11-26T16:40:12Z", "points": {"mse": 1, …}, "files": {…: sha256}}, …]}

There is no name in it. It is the student's to write, so it shows a way, and proves nothing.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..judging.report import Report

FILE = "history.json"
KIND = "tinynet history 1"
MOST = 500  # checks that are kept: of more, the newest
LARGEST = 2**20  # bytes of all of it
Entry = dict[str, Any]
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[\w. -]{1,80}")


def with_check(history: Sequence[Entry], report: Report, when: str) -> list[Entry]:
    """The history and one more check, unless the same text was the last one to be checked.

    Parameters
    ----------
    history : sequence of entries
    report : Report
    when : str
        In UTC, as "2026-11-26T16:40:12Z".
    """
    points = {task.name: task.earned for task in report.tasks}
    entry = {"when": when, "points": points, "files": dict(report.files)}
    same = bool(history) and history[-1]["files"] == entry["files"]
    return [*history, *([] if same else [entry])][-MOST:]


def written(about: dict[str, str], history: Sequence[Entry]) -> str:
    """It as JSON, a check a line; `about` says of which assignment and versions it is."""
    head = json.dumps({"kind": KIND, **about}, indent=1).removesuffix("\n}")
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in history[-MOST:])
    return f'{head},\n "checks": [\n{lines}\n ]\n}}\n'


def read(content: bytes, assignment: str = "") -> list[Entry]:
    """The checks in what `written` wrote; ValueError where it is no history, or not of this one.

    >>> read(written({"assignment": "03_losses"}, []).encode())
    []
    """
    if len(content) > LARGEST:
        raise ValueError(f"a history of {len(content):,} bytes, which is more than one can have")
    try:
        about = json.loads(content)
        if about["kind"] != KIND:
            raise ValueError(f"it is of the kind {about['kind']!r}, not {KIND!r}")
        if assignment and about["assignment"] != assignment:
            raise ValueError(f"it is of another assignment, not of {assignment}")
        return checked(about["checks"])
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"no history that can be read ({error})") from error


def of_files(files: Mapping[str, bytes]) -> list[Entry]:
    """The checks that lie beside an answer; none, where there is no history that can be read."""
    with contextlib.suppress(ValueError):
        return read(files[FILE]) if FILE in files else []
    return []


def checked(entries: Any) -> list[Entry]:
    """The entries, as they should be; ValueError, TypeError or LookupError where they are not."""
    return [_entry(about) for about in list(entries)[-MOST:]]


def _entry(about: Any) -> Entry:
    points = {_fitting(_WORD, name): _whole(value) for name, value in about["points"].items()}
    files = {_fitting(_WORD, k): _fitting(_DIGEST, v) for k, v in about["files"].items()}
    return {"when": _fitting(_WHEN, about["when"]), "points": points, "files": files}


def _fitting(pattern: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError("a check with something else in the place of a time, a name or a sum")
    return text


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10_000:
        raise ValueError("a check with something else in the place of points")
    return value
