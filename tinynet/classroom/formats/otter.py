"""otter: a folder for `otter generate`, and one for students, with tests that say why.

A test file holds a test case for each check, with its points, and no expected answer (kernel.py).
In the folder for students they ask the public checks; in the autograder, all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..assignment import Check, Source, Task
from ..handout import public_key
from ..handout.make import contents
from ..judging.key import answer_key
from . import packing

HEAD = '''"""{task}: {points}. The judge of tinynet asks, in a process of its own."""

from otter.test_files import test_case
from tinynet.classroom.formats.kernel import holds

OK_FORMAT = False
name = "{task}"
'''

CASE = """

@test_case(name={title!r}, points={points})
def test_{number}(In):
    holds("{task}", {number}, In, "{place}")
"""

README = """\
# {title} with otter

Hand out student/: in its notebook, `otter.Notebook().check("{task}")` says what is wrong with a
task. Make the autograder in autograder/:

    otter generate -t tests -o ../{name}.zip {name}.zip tinynet

Upload that zip to Gradescope, or grade here (otter needs ipykernel), into a folder that exists:

    otter run -a {name}.zip -o results submission.ipynb

tinynet is in it as it is here; requirements.txt names NumPy and tqdm.

otter runs a student's cells where its tests are: a student who means to can write down any points,
or read the answers, which are in {name}.zip beside the submission. Where that matters, take
`tinynet grade`, or `tinynet classroom export gradescope`, in which neither can be.
"""

REQUIREMENTS = "numpy>=2\ntqdm\n"
CONFIG = '{"show_hidden": true}\n'  # the reason, which has no hidden number in it


def export(source: Source, folder: Path) -> list[Path]:
    """A folder to make the autograder in, and one to hand out."""
    name, assignment = source.name, source.assignment
    with answer_key(source) as key:
        student = contents(source, key, as_notebook=True)
    zipped = packing.zip_of(packing.packed(source))
    about = {"name": name, "title": assignment.title, "task": assignment.tasks[0].name}
    texts = {
        "README.md": README.format(**about),
        "autograder/requirements.txt": REQUIREMENTS,
        "autograder/otter_config.json": CONFIG,
        **{f"student/{path}": text for path, text in student.items()},
    }
    for task in assignment.tasks:
        texts[f"autograder/tests/{task.name}.py"] = test(task, task.checks, f"{name}.zip")
        seen = [check for check in task.checks if check.public]
        texts[f"student/tests/{task.name}.py"] = test(task, seen, public_key.FILE)
    files = {path: text.encode() for path, text in texts.items()}
    files |= {f"autograder/{name}.zip": zipped}
    files |= {f"autograder/{path}": content for path, content in packing.vendored().items()}
    return packing.unpacked(files, folder)


def test(task: Task, checks: Sequence[Check], place: str) -> str:
    """The test file of a task."""
    points = sum(check.points for check in checks)
    text = HEAD.format(task=task.name, points="1 point" if points == 1 else f"{points} points")
    for number, check in enumerate(checks):
        about = {"title": check.title, "points": check.points, "number": number}
        text += CASE.format(task=task.name, place=place, **about)
    return text
