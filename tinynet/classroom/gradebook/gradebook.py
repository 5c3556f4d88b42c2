"""The gradebook: a class is graded side by side, and kept so that each grade can be explained.

    grades.csv  class.json  class.html
    ann/handed_in/        what came, byte for byte
    ann/report.json       the report, also of hidden checks: the same files give the same bytes
    ann/report.html       the page for the student
    ann/graded.json       when, where and how long: what differs from run to run
    tutorials/            those that the pages point to
    earlier/ann/          a grade that was given for other files, or by another version

A student's folder appears when all in it is written, so what was stopped half-way is done again,
and only that. Nothing is deleted: what stood in the place of a new grade goes to earlier/.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...training.files import atomic_write, check_can_write
from ..assignment import Source, shelves
from ..handout import history
from ..handout.regions import skeleton
from ..judging.grading import Apart, graded, versions
from ..judging.key import Key, answer_key, earlier
from ..judging.report import Report, from_json
from ..pages.html import class_page, student_page
from ..runner.exchange import Answer, Runner
from ..runner.worker.answers import SEED
from ..submissions.collect import Submission
from .class_report import ClassReport, class_report, to_csv
from .similarity import alike

EARLIER, HANDED_IN = "earlier", "handed_in"
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)  # on Windows
_BANKS = {"wrong", "right", "__pycache__"}


def grade_one(source: Source, submission: Submission) -> Report:
    """The report on one submission, which is kept nowhere."""
    with answer_key(source) as key:
        return judged(key, submission, versions_of(source))


def grade_class(
    source: Source,
    submissions: Sequence[Submission],
    out: Path,
    jobs: int | None = None,
    level: int = 1,
    progress: bool = True,
) -> ClassReport:
    """Grade all, keep what `out` has already, and write what is missing.

    Parameters
    ----------
    source : Source
    submissions : sequence of Submission
    out : Path
        A folder for the results; it is made where there is none.
    jobs : int, optional
        How many are graded at once: one for each core.
    level : int
        How many hints a student's page shows before the others are unfolded.
    progress : bool
        Whether a bar shows how far it is.
    """
    book = Gradebook(source, out, level)
    places = folders(submissions)
    reports = {place: book.kept(place, each) for place, each in places.items()}
    todo = {place: places[place] for place, report in reports.items() if report is None}
    with _bar(len(places), len(places) - len(todo), progress) as bar:
        if todo:
            with answer_key(source) as key:
                for place, report in _side_by_side(book, key, todo, jobs or cores()):
                    reports[place] = report
                    bar.update()
    every = {place: report for place, report in reports.items() if report is not None}
    found = class_report(every, source.assignment.known_misconceptions, similar(source, places))
    book.keep_class(found)
    return found


def similar(source: Source, places: Mapping[str, Submission]) -> list:
    """The pairs that are alike beyond what was handed out."""
    file = source.assignment.file
    texts = {
        each.name: each.files[file].decode("utf-8", "replace")
        for each in places.values()
        if file in each.files
    }
    return alike(texts, _handed_out(source))


def _handed_out(source: Source) -> str:
    """What every submission begins as; nothing where a solution has no regions."""
    try:
        return skeleton(source)
    except ValueError:
        return ""


def cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# --- one submission ---------------------------------------------------------------------------


class Stopped(Exception):
    """The class is stopped; this submission is graded another time."""


class _Stoppable:
    """A runner that is asked nothing more once the class is stopped."""

    def __init__(self, runner: Runner, stop: threading.Event) -> None:
        self.runner, self.stop = runner, stop

    def ask(self, *question: Any) -> Answer:
        if self.stop.is_set():
            raise Stopped
        return self.runner.ask(*question)

    def close(self) -> None:
        self.runner.close()


def judged(
    key: Key,
    submission: Submission,
    stamp: dict[str, str],
    stop: threading.Event | None = None,
    start: Callable[..., Runner] = Apart,
) -> Report:
    """The report on a submission, with the versions of all that it was graded with.

    Where the judge itself fails, that is said, and the class goes on. Such a report has no stamp,
    so that it is not kept for a grade.
    """
    stop = stop or threading.Event()
    try:
        report = graded(
            key,
            submission.name,
            submission.files,
            lambda *given: _Stoppable(start(*given), stop),
        )
    except Stopped:
        raise
    except Exception as error:
        note = f"the judge failed, so grade it by hand: {type(error).__name__}: {error}"
        title = key.assignment.title
        return dataclasses.replace(graded(key, submission.name, {}), title=title, note=note)
    notes = (submission.note, "" if report.note in submission.note else report.note)
    note = "; ".join(filter(None, notes))
    return dataclasses.replace(_steady(report), versions=stamp, note=note)


def _steady(report: Report) -> Report:
    """The report without what differs from run to run: addresses, and the scratch folder's name."""
    text = re.sub(r"\b0x[0-9a-f]{6,16}\b", "0x…", report.to_json())
    return from_json(re.sub(r"\btinynet-\w{8}\b", "tinynet-…", text))


def versions_of(source: Source) -> dict[str, str]:
    """Those of the programs, and the sha256 of all that an assignment consists of."""
    return versions() | {"assignment": _digest(source)}


def contents(source: Source) -> dict[str, bytes]:
    """The files of an assignment, without its README and its banks."""
    inside = {path.relative_to(source.folder): path for path in sorted(source.folder.rglob("*"))}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in inside.items()
        if path.is_file() and name.name != "README.md" and not _BANKS & {*name.parts}
    }


def _digest(source: Source) -> str:
    """Of the files of an assignment and of those it uses."""
    digest = hashlib.sha256()
    for name, content in contents(source).items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    for name in source.assignment.uses.values():
        digest.update(_digest(earlier(source, name)).encode())
    return digest.hexdigest()


# --- many -------------------------------------------------------------------------------------


def _side_by_side(
    book: Gradebook, key: Key, todo: Mapping[str, Submission], jobs: int
) -> Iterator[tuple[str, Report]]:
    """Grade in threads, each with a process; what is done is kept when it is done.

    Where this is stopped, those under way end at their next question.
    """
    stop = threading.Event()

    def one(place: str) -> tuple[str, Report]:
        start = time.perf_counter()
        report = judged(key, todo[place], book.stamp, stop)
        book.keep(place, todo[place], report, time.perf_counter() - start)
        return place, report

    pool = ThreadPoolExecutor(jobs)
    try:
        for future in as_completed([pool.submit(one, place) for place in todo]):
            yield future.result()
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _bar(total: int, done: int, progress: bool) -> Any:
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    hidden = not progress or sys.stderr is None or sys.stderr.closed
    return tqdm(total=total, initial=done, unit="submission", disable=hidden)


# --- what is kept -----------------------------------------------------------------------------


class Gradebook:
    """The folder in which the grades of a class are kept; ValueError where it cannot be written."""

    def __init__(self, source: Source, out: Path, level: int = 1) -> None:
        self.assignment, self.out, self.level = source.assignment, out, level
        self.stamp = versions_of(source)
        self.tutorials = tutorials_of(source)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"cannot write to {out}: {error.strerror}") from None
        check_can_write(out / "class.json")

    def kept(self, place: str, submission: Submission) -> Report | None:
        """The report that is there already, for the same files, assignment and versions."""
        folder = self.out / place
        try:
            report = from_json((folder / "report.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        files = {n: hashlib.sha256(content).hexdigest() for n, content in submission.files.items()}
        about = (report.submission, report.files, report.versions)
        if about != (submission.name, files, self.stamp):
            return None
        _write(folder / "report.html", self._page(submission, report))
        return report

    def keep(self, place: str, submission: Submission, report: Report, seconds: float) -> None:
        """Write what belongs to a submission, beside its place, and then move it there."""
        folder = self.out / f".unfinished-{place}"
        shutil.rmtree(folder, ignore_errors=True)  # of a run that was stopped
        for name, content in submission.files.items():
            _write(folder / HANDED_IN / Path(*map(folder_name, name.split("/"))), content)
        when = datetime.now(timezone.utc).isoformat(timespec="seconds")
        about = {"graded": when, "seconds": round(seconds, 2), "machine": platform.platform()}
        about |= {"seed": SEED}
        _write(folder / "graded.json", json.dumps(about, indent=2))
        _write(folder / "report.html", self._page(submission, report))
        _write(folder / "report.json", report.to_json())
        self._put_aside(place)
        folder.rename(self.out / place)

    def _page(self, submission: Submission, report: Report) -> str:
        way = history.of_files(submission.files)
        return student_page(report, self.level, self.tutorials, way)

    def keep_class(self, found: ClassReport) -> None:
        """Write what is said of all."""
        _write(self.out / "grades.csv", f"\ufeff{to_csv(found)}")  # so that Excel reads UTF-8
        _write(self.out / "class.json", found.to_json())
        _write(self.out / "class.html", class_page(found, self.tutorials))
        for name, path in self.tutorials.items():
            _write(self.out / name, path.read_bytes())

    def _put_aside(self, place: str) -> None:
        """What stands there is kept, too."""
        if (self.out / place).exists():
            above = self.out / EARLIER / place
            above.mkdir(parents=True, exist_ok=True)
            numbers = [int(path.name) for path in above.iterdir() if path.name.isdigit()]
            (self.out / place).rename(above / str(max(numbers, default=0) + 1))


def tutorials_of(source: Source) -> dict[str, Path]:
    """Those that the pages of an assignment can point to, and where they are, if they are here.

    A copy goes beside the reports, so that the links lead somewhere.
    """
    ideas, tasks = source.assignment.known_misconceptions.values(), source.assignment.tasks
    named = {idea.tutorial for idea in ideas} | {task.tutorial for task in tasks}
    found = {}
    for shelf in shelves():
        for name in sorted(named):
            path = (shelf / name).resolve()
            if path.is_file() and shelf.resolve() in path.parents:
                found[name] = path
    return found


def _write(path: Path, content: str | bytes) -> None:
    """Write a file and the folders above it; half a surrogate, which is no character, by number."""
    if isinstance(content, str):
        content = content.encode("utf-8", "backslashreplace")
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(content)


def folders(submissions: Sequence[Submission]) -> dict[str, Submission]:
    """The folder of each: its name as a file system takes it, and no two the same.

    >>> list(folders([Submission(name, {}) for name in ("ann", "Bo\\n/2", "bo__2")]))
    ['ann', 'Bo__2', 'bo__2-2']
    """
    places: dict[str, Submission] = {}
    taken = {EARLIER, "tutorials"}
    for submission in submissions:
        name = place = folder_name(submission.name)
        number = 1
        while place.casefold() in taken:
            number += 1
            place = f"{name}-{number}"
        taken.add(place.casefold())
        places[place] = submission
    return places


def folder_name(name: str) -> str:
    """A name that is one part of a path, on every system, and no option of a command.

    >>> folder_name("../../etc/passwd"), folder_name("con.py"), folder_name("Jürgen O'Neil")
    ('_etc_passwd', '_con.py', 'Jürgen O_Neil')
    """
    plain = re.sub(r"[^\w.@+ -]", "_", unicodedata.normalize("NFC", name))
    plain = re.sub(r"^[\W_]+", "_", plain)[:80].rstrip(". ")
    return plain if plain and not _DEVICE.fullmatch(plain) else f"_{plain}"
