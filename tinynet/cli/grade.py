"""`tinynet grade`: what submissions earn, and why; for one, or for a whole class."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..classroom.assignment import Source, load, names
from ..classroom.formats import FORMATS, GRADEBOOKS, written
from ..classroom.formats.gradebooks import roster
from ..classroom.gradebook import gradebook
from ..classroom.gradebook.class_report import ClassReport, class_report, to_csv, told_class
from ..classroom.judging.report import from_json
from ..classroom.pages.html import student_page
from ..classroom.pages.text import told
from ..classroom.submissions.collect import Submission, collected
from .options import complain, number

ENDINGS = {"moodle": ".csv", "canvas": ".csv", "junit": ".xml"}  # of those with one file for all


def add_to(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "grade",
        help="grade what students handed in: one submission, or a class",
        epilog="One submission is printed. A class is written to a folder: grades.csv, class.html,"
        " class.json, and a folder per student with the files, report.json and report.html; what"
        " is there already is not graded again.",
    )
    add = parser.add_argument
    whole = number(int, "a whole number from 1 on", lambda n: n >= 1)
    add("submissions", nargs="+", type=Path, metavar="SUBMISSION", help="files, folders, archives")
    add("--assignment", metavar="NAME", help="name or folder (the one whose file was handed in)")
    add("--out", type=Path, metavar="DIR", help="folder for the results (NAME-grades, for several)")
    add("--jobs", type=whole, metavar="N", help="how many are graded at once (one a core)")
    add("--hint", type=whole, default=1, metavar="LEVEL", help="how many hints are shown (1)")
    add("--format", choices=FORMATS, help="also write what this platform imports, into DIR")
    add("--roster", type=Path, metavar="FILE", help="the CSV that Moodle or Canvas exported")
    add("--quiet", action="store_true", help="no progress bar")
    printed = parser.add_mutually_exclusive_group().add_argument
    printed("--json", action="store_true", help="print the report, or the class's, as JSON")
    printed("--html", action="store_true", help="print the page of the student, or of the class")
    printed("--csv", action="store_true", help="print the table of grades")
    parser.set_defaults(command=grade)


def grade(options: argparse.Namespace) -> int:
    """Grade one or many, and print what was asked for."""
    if options.roster:
        if options.format not in GRADEBOOKS:
            raise ValueError(f"--roster is for --format {' or '.join(GRADEBOOKS)}: name one")
        roster(options.roster)  # so that a file that is none is told before the work
    source = load(options.assignment or _named_by(options.submissions))
    submissions = collected(options.submissions, source.assignment.file)
    if not any(submission.files for submission in submissions):
        places = ", ".join(map(str, options.submissions))
        raise ValueError(
            f"there is no submission in {places}: give {source.assignment.file}, or a folder with a"
            " folder or a file for each student"
        )
    one = len(submissions) == 1 and not options.out and not options.format
    return (_one if one else _many)(options, source, submissions)


def _named_by(paths: list[Path]) -> str:
    """The assignment that asks for a file that is there; ValueError unless it is one only."""
    found = {path.name for path in paths}
    found |= {inner.name for path in paths if path.is_dir() for inner in path.rglob("*.py")}
    fitting = [name for name in names() if load(name).assignment.file in found]
    if len(fitting) != 1:
        raise ValueError(
            f"say which assignment it is: --assignment NAME; known: {', '.join(names()) or 'none'}"
        )
    return fitting[0]


def _one(options: argparse.Namespace, source: Source, submissions: list[Submission]) -> int:
    report = gradebook.grade_one(source, submissions[0])
    if options.json:
        print(report.to_json())
    elif options.html:
        print(student_page(report, options.hint))
    elif options.csv:
        print(to_csv(class_report({report.submission: report})), end="")
    else:
        print(told(report, options.hint))
    return 0


def _many(options: argparse.Namespace, source: Source, submissions: list[Submission]) -> int:
    out = options.out or Path(f"{source.name}-grades")
    _check_apart(out, [source.folder, *options.submissions])
    try:
        given = (options.jobs, options.hint, not options.quiet)
        found = gradebook.grade_class(source, submissions, out, *given)
    except KeyboardInterrupt:
        return complain(f"interrupted: what is graded is kept in {out}; the same goes on", 130)
    identities = {each.name: each.identity for each in submissions if each.identity}
    files = _exported(options, source, out, found, identities) if options.format else []
    forms = {"class.json": options.json, "class.html": options.html, "grades.csv": options.csv}
    if wanted := [name for name in forms if forms[name]]:
        print((out / wanted[0]).read_text(encoding="utf-8-sig").rstrip("\n"))
        return 0
    print(f"{told_class(found)}\n\nwritten: {out / 'class.html'}, grades.csv, class.json")
    print(*(f"written: {file}" for file in files), sep="\n", end="\n" if files else "")
    return 0


def _exported(
    options: argparse.Namespace,
    source: Source,
    out: Path,
    found: ClassReport,
    identities: dict[str, str],
) -> list[Path]:
    """Write what a platform imports: one file, or one for each student."""
    places = [out / student.folder / "report.json" for student in found.students]
    reports = [from_json(place.read_text(encoding="utf-8")) for place in places]
    ending = ENDINGS.get(options.format, "" if len(reports) > 1 else ".json")
    path = out / f"{options.format}{ending}"
    return written(options.format, reports, source, path, options.roster, identities)


def _check_apart(out: Path, read: list[Path]) -> None:
    """ValueError where results would be written among what is read, or over it."""
    target = out.resolve()
    for path in read:
        place = path.resolve()
        if target == place or place in target.parents or target in place.parents:
            raise ValueError(f"--out {out} would write into or around {path}: name another folder")
