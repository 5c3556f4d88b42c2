"""Classroom 50: its `result.json`, and what a teacher puts into its two repositories.

There, a student's own repository is where everything runs, and what an autograder consists of can
be read by whoever asks for it. So nothing that is hidden goes there: the tests are the public
checks. All of them are asked by `tinynet grade` of the repositories that the teacher downloads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...training.files import atomic_write
from ..assignment import Source
from ..handout import public_key
from ..handout.make import contents
from ..judging.grading import graded
from ..judging.key import answer_key
from ..judging.report import Report
from ..submissions.collect import collected
from . import packing
from .rows import about as told

SCHEMA = "classroom50/result/v1"
SECONDS = 10  # that a command of a test may take, unless it says otherwise
GIVEN = {  # what the runner says of a submission, by the names in result.json
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}

AUTOGRADER = '''"""Asks the public checks, and writes result.json; started in the checkout."""

import importlib
import subprocess
import sys
from pathlib import Path

here = Path(__file__).parent
subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "numpy>=2"], check=True)
sys.path.append(str(here))
importlib.import_module("tinynet.classroom.formats.classroom50").main(here)
'''

README = """\
# {title} with Classroom 50

- template/: a template repository. Make a new one of it (`git init`), so that it has no history.
- autograder/: goes to CLASSROOM/autograders/ASSIGNMENT/. It has the public checks, and tinynet.
- tests.json: instead of autograder/, a command a task: `gh teacher assignment add … --tests`.

Students can read all of these, so there is nothing hidden in them. All checks are asked, of what
`gh teacher download` brings, by `tinynet grade FOLDER --assignment {name} --format classroom50`.
"""


def result(
    report: Report, given: Mapping[str, str] | None = None, when: datetime | None = None
) -> dict[str, Any]:
    """A report as `result.json` holds it, a test for each task.

    Parameters
    ----------
    report : Report
        What was earned, in whole points.
    given : mapping
        The environment in which Classroom 50 starts an autograder: whose submission it is.
    when : datetime
        When it was handed in; now, where nobody says.
    """
    given = given or {}
    moment = (when or datetime.now(timezone.utc)).astimezone(timezone.utc)
    about = {name: given.get(variable, "") for name, variable in GIVEN.items()}
    about["assignment"] = about["assignment"] or report.assignment
    about["submission"] = about["submission"] or report.submission
    about["review"] = about["review"] or about["commit"]
    tests = [
        {
            "test-name": task.name,
            "passed": task.earned == task.points,
            "score": task.earned,
            "max-score": task.points,
            "output": "\n".join(told(task)),
        }
        for task in report.tasks
    ]
    return {
        "schema": SCHEMA,
        **about,
        "datetime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": report.earned,
        "max-score": report.points,
        "tests": tests,
    }


def tests(source: Source) -> list[dict[str, Any]]:
    """Declarative tests, a command for each task; they pass or fail, so each has all its points."""
    install = "python3 -m pip install --quiet tinynet-learn"
    first = {"name": "setup", "type": "run", "run": install, "timeout": 120, "points": 0}
    file = source.assignment.file
    return [first] + [
        {
            "name": task.name,
            "type": "run",
            "run": f"python3 -m tinynet check {file} --task {task.name}",
            "timeout": SECONDS,
            "points": sum(check.points for check in task.checks if check.public),
        }
        for task in source.assignment.tasks
    ]


def export(source: Source, folder: Path) -> list[Path]:
    """The template, the autograder and the tests."""
    with answer_key(source) as key:
        template = contents(source, key)
    texts = {f"template/{name}": text for name, text in template.items()}
    texts |= {
        "README.md": README.format(title=source.assignment.title, name=source.name),
        "tests.json": json.dumps(tests(source), indent=2) + "\n",
        "autograder/autograder.py": AUTOGRADER,
        f"autograder/{public_key.FILE}": template[public_key.FILE],
    }
    files = {path: text.encode() for path, text in texts.items()}
    files |= {f"autograder/{name}": content for name, content in packing.vendored().items()}
    return packing.unpacked(files, folder)


def main(here: Path) -> None:
    """Ask what is in the folder where this was started; write result.json there."""
    key = public_key.opened(here / public_key.FILE)
    submission = collected([Path.cwd()], key.assignment.file)[0]
    report = graded(key, os.environ.get("OWNER", submission.name), submission.files)
    found = result(report, os.environ, _when())
    with atomic_write(Path("result.json")) as file:
        file.write((json.dumps(found, indent=2) + "\n").encode())
    print(f"{found['score']} of {found['max-score']} points", file=sys.stderr)


def _when() -> datetime | None:
    """When the commit that is graded was made."""
    command = ["git", "show", "--no-patch", "--format=%cI", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return datetime.fromisoformat(done.stdout.strip().replace("Z", "+00:00"))
