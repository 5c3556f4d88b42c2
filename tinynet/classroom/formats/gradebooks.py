"""Gradebooks: the CSV files that Moodle and Canvas import.

Both find a student by a number or a login that only they know. Where the teacher gives the file
that the platform exported (Canvas: "Export Entire Gradebook"; Moodle: "Download grading
worksheet"), its rows are filled in. Without it, the number is the one in the names of what they let
download (`submissions.Submission.identity`), and a name in one word is taken for a login.

A name is text of a stranger, and so is what came of an answer: what a spreadsheet would run as a
formula gets an apostrophe, and what no file can hold is told by its number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..judging.report import Report, TaskResult, for_student
from .rows import about, total

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Feedback comments")
POINTS_POSSIBLE = "    Points Possible"
WHO = ("ID", "Identifier", "SIS Login ID", "Email address", "Student", "Full name")  # surest first
NOBODY = dict.fromkeys((*CANVAS, *MOODLE), "")

Roster = Sequence[Mapping[str, str]]


def canvas(
    reports: Sequence[Report],
    roster: Roster | None = None,
    identities: Mapping[str, str] | None = None,
) -> str:
    """The CSV for "Import Grades" in Canvas' gradebook.

    >>> print(canvas([Report("03_losses", "Six losses", "ann", ())]))
    Student,ID,SIS User ID,SIS Login ID,Section,Six losses
        Points Possible,,,,,0
    ann,,,ann,,0
    <BLANKLINE>
    """
    header = [*CANVAS, _column(reports, roster)]
    body: list[list[str | int]] = [[POINTS_POSSIBLE, "", "", "", "", reports[0].points]]
    for report, row in _matched(reports, roster, identities):
        body.append([*(row[name] for name in CANVAS), report.earned])
    return _written(header, body)


def moodle(
    reports: Sequence[Report],
    roster: Roster | None = None,
    identities: Mapping[str, str] | None = None,
) -> str:
    """The CSV for "Upload grading worksheet" of a Moodle assignment, with the reasons as feedback.

    The gradebook's own "Import: CSV file" takes it too; there, map from the email address.

    >>> print(moodle([Report("03_losses", "Six losses", "Ann", ())], identities={"Ann": "7"}))
    Identifier,Full name,Email address,Grade,Maximum Grade,Feedback comments
    Participant 7,Ann,,0,0,Six losses: 0 of 0 points.
    <BLANKLINE>
    """
    body: list[list[str | int]] = []
    for report, row in _matched(reports, roster, identities):
        who = [row[name] for name in MOODLE[:3]]
        body.append([*who, report.earned, report.points, feedback(report)])
    return _written(MOODLE, body)


def feedback(report: Report) -> str:
    """What a student is told in a cell of a table."""
    wrong = [task for task in for_student(report).tasks if task.earned < task.points]
    lines = [f"{t.name} ({t.earned} of {t.points}): {_why(report, t)}".strip(": ") for t in wrong]
    return "\n".join([total(report), *lines])


def _why(report: Report, task: TaskResult) -> str:
    """What is said of a task, in sentences; without what is said of the whole already."""
    said = [line for line in about(task) if line != report.note]
    if task.failed and not task.note and not task.told:
        first = task.failed[0]
        hidden = f"the hidden check {first.title!r} does not hold"
        said.insert(0, f"{first.title}: {first.came}" if first.came else hidden)
    ended = [line if line.endswith((".", "?")) else f"{line}." for line in said[:-1]]
    return " ".join([*ended, *said[-1:]])


def roster(path: Path) -> Roster:
    """The rows of a file that Moodle or Canvas exported; ValueError where it is none."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    if not found or not {"ID", "Identifier"} & found[0].keys():
        raise ValueError(
            f"{path} has neither a column ID (Canvas) nor Identifier (Moodle): give the file that"
            " the gradebook exported"
        )
    return [{key: value or "" for key, value in row.items() if key} for row in found]


def plain(text: str) -> str:
    r"""A text that no spreadsheet runs, of characters that a file can hold.

    >>> plain("=HYPERLINK(A1)"), plain("Ann"), plain("\ud800")
    ("'=HYPERLINK(A1)", 'Ann', '\\ud800')
    """
    text = re.sub("[\x00\ud800-\udfff]", lambda found: ascii(found[0])[1:-1], text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def _written(header: Iterable[str], body: Iterable[Iterable[str | int]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    for row in (header, *body):
        table.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _column(reports: Sequence[Report], rows: Roster | None) -> str:
    """The heading of the assignment; Canvas writes its own number behind the title."""
    title = reports[0].title
    known = (name for name in (rows[0] if rows else ()) if name.partition(" (")[0] == title)
    return next(known, title)


def _matched(
    reports: Sequence[Report], rows: Roster | None, identities: Mapping[str, str] | None
) -> Sequence[tuple[Report, Mapping[str, str]]]:
    """Each report with the cells that say whose it is; ValueError where the roster does not."""
    numbers = identities or {}
    guesses = [_guessed(r.submission, numbers.get(r.submission, "")) for r in reports]
    if rows is None:
        return list(zip(reports, guesses, strict=True))
    places: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows):
        for column in WHO:
            places.setdefault((column, _key(row.get(column, ""))), []).append(i)
    found: dict[int, Report] = {}
    strangers = []
    for report, who in zip(reports, guesses, strict=True):
        keys = ((column, _key(who[column])) for column in WHO if who[column])
        place = next((places[key][0] for key in keys if len(places.get(key, ())) == 1), None)
        if place is None or place in found:
            strangers.append(report.submission)
        else:
            found[place] = report
    if strangers:
        raise ValueError(
            f"the roster has no row of their own for {', '.join(strangers)}: name a submission as"
            " the student is named there, or leave the roster out"
        )
    return [(report, NOBODY | dict(rows[place])) for place, report in found.items()]


def _guessed(name: str, number: str) -> dict[str, str]:
    """What the name of a submission, and its number if it has one, say of a student."""
    cells = NOBODY | {"Student": name, "Full name": name}
    if "@" in name:
        cells["Email address"] = name
    if number:
        cells |= {"ID": number, "Identifier": f"Participant {number}"}
    elif " " not in name:
        cells["SIS Login ID"] = name
    return cells


def _key(text: str) -> str:
    """A name as it is compared: "Lee, Ann" is "Ann Lee"."""
    return " ".join(sorted(re.findall(r"[\w.@-]+", text.casefold())))
