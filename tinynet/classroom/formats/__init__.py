"""Formats: reports as other graders write them, and assignments as other graders take them.

rows.py          a report as the lines of a table; the formats stand on it
gradescope.py    results.json, and the autograder's zip
junit.py         JUnit XML
gradebooks.py    CSV for Moodle and Canvas
classroom50.py   result.json, a template and an autograder
nbgrader.py      a course folder; otter.py, tests; kernel.py is what both ask in a student's kernel
workflow.py      GitHub Actions
packing.py       an assignment, and tinynet, for a machine that has neither
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...training.files import atomic_write
from ..assignment import Source
from ..judging.report import Report
from ..submissions.trees import tidy
from . import classroom50, gradebooks, gradescope, junit, nbgrader, otter, workflow

EXPORTS: dict[str, Callable[[Source, Path], list[Path]]] = {
    "gradescope": gradescope.export,
    "nbgrader": nbgrader.export,
    "otter": otter.export,
    "classroom50": classroom50.export,
    "workflow": workflow.export,
}
GRADEBOOKS: dict[str, Callable[..., str]] = {  # for a class
    "moodle": gradebooks.moodle,
    "canvas": gradebooks.canvas,
}
FILE_EACH: dict[str, Callable[[Report], dict]] = {  # for a submission
    "gradescope": gradescope.results,
    "classroom50": classroom50.result,
}
FORMATS = (*FILE_EACH, "junit", *GRADEBOOKS)


def exported(format: str, source: Source, folder: Path) -> list[Path]:
    """Write an assignment in the form that a grader takes, and return the files."""
    if format not in EXPORTS:
        raise ValueError(f"there is no format {format!r}: take {', '.join(EXPORTS)}")
    folder.mkdir(parents=True, exist_ok=True)
    return EXPORTS[format](source, folder)


def written(
    format: str,
    reports: Sequence[Report],
    source: Source,
    path: Path,
    roster: Path | None = None,
    identities: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write reports in the form that a grader or a gradebook takes, and return the files.

    Parameters
    ----------
    format : str
        gradescope or classroom50: a JSON file, and for several reports a folder of them. junit,
        moodle or canvas: one file for all.
    reports : sequence of Report
        At least one, all of the same assignment.
    source : Source
        That assignment.
    path : Path
        The file, or the folder.
    roster : Path, optional
        For moodle and canvas: the file that the gradebook exported, in which grades are filled in.
    identities : mapping, optional
        For moodle and canvas: the platform's numbers of the submissions, by their names.
    """
    if format not in FORMATS:
        raise ValueError(f"there is no format {format!r}: take {', '.join(FORMATS)}")
    if not reports:
        raise ValueError(f"there is no submission of {source.name} to write a report on")
    if roster and format not in GRADEBOOKS:
        raise ValueError(f"a roster is for moodle and canvas: {format} has no names of students")
    if format in GRADEBOOKS:
        rows = gradebooks.roster(roster) if roster else None
        texts = {path: GRADEBOOKS[format](reports, rows, identities)}
    elif format == "junit":
        texts = {path: junit.xml(reports)}
    else:
        paths = (
            [path] if len(reports) == 1 else [path / f"{tidy(r.submission)}.json" for r in reports]
        )
        found = (json.dumps(FILE_EACH[format](r), indent=2) + "\n" for r in reports)
        texts = dict(zip(paths, found, strict=True))
    for place, text in texts.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(place) as file:
            file.write(text.encode())
    return [*texts]
