"""Gradescope: its `results.json`, and the zip that makes an autograder of an assignment.

In the zip, `setup.sh` and `run_autograder` stand at the root, as Gradescope asks; beside them are
tinynet itself and the assignment. Python and NumPy must be in the image: `setup.sh` installs NumPy
from a folder `wheels/`, where the teacher has put its wheel into the zip, or else from the network.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ...training.files import atomic_write
from ..assignment import Source, load
from ..judging.grading import graded
from ..judging.key import answer_key
from ..judging.report import Report, for_student
from ..submissions.collect import collected
from . import packing
from .rows import Row, rows, total

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")

SETUP = """\
#!/usr/bin/env bash
# What the image needs, once: Python 3.10 or newer with NumPy. Everything else is in the zip.
set -e
source=${1:-/autograder}/source
python=${PYTHON:-python3}
# bubblewrap holds a student's code tighter; where it does not work, the report says so.
command -v bwrap || { apt-get update && apt-get install -y bubblewrap; } || true
$python -c 'import numpy' && exit
if [ -d "$source/wheels" ]; then
    $python -m pip install --no-index --find-links "$source/wheels" numpy
else
    $python -m pip --version || { apt-get update && apt-get install -y python3-pip; }
    $python -m pip install 'numpy>=2' || $python -m pip install --break-system-packages 'numpy>=2'
fi
"""

README = """\
# {title} with Gradescope

Upload {zip} at "Configure Autograder". It holds the assignment and tinynet; the image has to have
Python 3.10 or newer, with NumPy, which its setup.sh installs from the network. To do without, put
the wheel of NumPy for that image into the zip:

    pip download numpy --only-binary=:all: --python-version 3.10 \\
        --platform manylinux2014_x86_64 --dest wheels
    zip -r {zip} wheels

Students see each check with its points and what is wrong; of hidden checks, no number.
"""

RUN = """\
#!/usr/bin/env bash
# For each submission: asks it, and writes results/results.json. Runs as root in /autograder.
root=${1:-/autograder}
mkdir -p "$root/results"
rm -f "$root/results/results.json"
PYTHONPATH=$root/source ${PYTHON:-python3} -c "if True:
    import sys
    from tinynet.classroom.formats.gradescope import main
    main(sys.argv[1])" "$root"
[ -s "$root/results/results.json" ] || cat > "$root/results/results.json" <<'END'
{"score": 0, "output": "The autograder itself failed; this says nothing of your work. Tell your\
 teacher, who finds the reason in the output of run_autograder."}
END
"""


def results(report: Report, seconds: float = 0.0, hidden: str = "visible") -> dict[str, Any]:
    """A report as `results.json` holds it.

    Parameters
    ----------
    report : Report
        Of hidden checks, only what is wrong with them is told, and no number.
    seconds : float
        How long the grading took.
    hidden : str
        When a student sees the hidden checks: "visible", "after_due_date", "after_published" or
        "hidden". With any but the first, Gradescope shows no total before that.
    """
    if hidden not in VISIBILITIES:
        raise ValueError(f"visibility {hidden!r}: Gradescope knows {', '.join(VISIBILITIES)}")
    return {
        "score": report.earned,
        "execution_time": round(seconds, 3),
        "output": total(report),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(row, hidden) for row in rows(for_student(report))],
        "extra_data": {"versions": report.versions, "files": report.files},
    }


def _test(row: Row, hidden: str) -> dict[str, Any]:
    return {
        "score": row.earned,
        "max_score": row.points,
        "status": "passed" if row.holds and row.earned == row.points else "failed",
        "name": row.name,
        "number": row.number,
        "output": row.text,
        "visibility": "visible" if row.public else hidden,
        "tags": [row.task, *filter(None, [row.misconception])],
    }


def export(source: Source, folder: Path) -> list[Path]:
    """The zip to upload at "Configure Autograder"."""
    files = packing.packed(source, "assignments/") | packing.vendored()
    files |= {"setup.sh": SETUP.encode(), "run_autograder": RUN.encode()}
    files["assignment.txt"] = f"{source.name}\n".encode()
    zipped = packing.zip_of(files, executable=("setup.sh", "run_autograder"))
    name = f"{source.name}-gradescope.zip"
    readme = README.format(title=source.assignment.title, zip=name)
    return packing.unpacked({name: zipped, "README.md": readme.encode()}, folder)


def main(place: str) -> None:
    """Grade what lies in submission/ of this folder; write results/results.json there."""
    start, root = time.perf_counter(), Path(place)
    shelf = root / "source" / "assignments"
    shelf.chmod(0o700)  # a submission that is run as another user cannot look there
    source = load(shelf / (root / "source" / "assignment.txt").read_text().strip())
    submission = collected([root / "submission"], source.assignment.file)[0]
    with answer_key(source) as key:
        report = graded(key, submission.name, submission.files)
    told = results(report, time.perf_counter() - start)
    with atomic_write(root / "results" / "results.json") as file:
        file.write((json.dumps(told, indent=2) + "\n").encode())
