"""The handout: what a student gets, written as a fresh tree.

    README.md          what is asked, without the part for teachers, and the SVG files that it shows
    losses.py          the skeleton, or losses.ipynb with the same code in cells
    checks.json        the public checks, as data
    test_losses.py     so that `python -m pytest` asks them

Nothing is copied, so nothing of a solution comes along: no cache, no history, no output.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ...training.files import atomic_write
from ..assignment import Source
from ..judging.key import Key, answer_key, earlier
from . import notebook, public_key, regions

_TESTS = '''\
"""The public checks of {file}, a test each: `python -m pytest`, for one task with `-m {task}`.

`tinynet check {file}` asks the same; their numbers are in checks.json.
"""

from tinynet.classroom.handout import under_pytest

pytest_generate_tests = under_pytest.one_test_per_check


def test(public_check):
    public_check()
'''


def make(
    source: Source,
    folder: Path,
    as_notebook: bool = False,
    force: bool = False,
    with_earlier: bool = False,
) -> list[Path]:
    """Write the handout of an assignment, and return its files.

    Parameters
    ----------
    source : Source
        The assignment; its solution must fulfil its checks.
    folder : Path
        Where the handout goes: a new folder, or an empty one.
    as_notebook : bool
        Hand out a notebook in place of the Python file.
    force : bool
        Write into a folder in which there is something; files of other names stay.
    with_earlier : bool
        Add the solutions of the earlier assignments that this one uses, for whoever has none.
    """
    if not force:
        check_empty(folder, ", or overwrite with --force")
    with answer_key(source) as key:
        files = contents(source, key, as_notebook, with_earlier)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with atomic_write(folder / name) as file:
            file.write(text.encode())
    return [folder / name for name in files]


def check_empty(folder: Path, otherwise: str = "") -> None:
    """ValueError where there is something already, with another way out, if there is one."""
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: name a folder")
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there:
        shown = ", ".join(there[:5]) + (f" and {len(there) - 5} more" if len(there) > 5 else "")
        raise ValueError(
            f"there is something in {folder} already: {shown}. Name another folder{otherwise}"
        )


def contents(
    source: Source, key: Key, as_notebook: bool = False, with_earlier: bool = False
) -> dict[str, str]:
    """The files of a handout and their texts."""
    assignment = source.assignment
    file = f"{assignment.module}.ipynb" if as_notebook else assignment.file
    text = regions.skeleton(source)
    files = {
        "README.md": _readme(source).replace(assignment.file, file),
        file: notebook.written(text, assignment) if as_notebook else text,
        public_key.FILE: public_key.public(key),
        f"test_{assignment.module}.py": _TESTS.format(file=file, task=assignment.tasks[0].name),
    }
    files |= _pictures(source, files["README.md"])
    return files | (_solutions(source, assignment.uses) if with_earlier else {})


def _pictures(source: Source, readme: str) -> dict[str, str]:
    """The drawings in the folder that the README shows."""
    drawings = sorted(source.folder.glob("*.svg"))
    return {path.name: path.read_text("utf-8") for path in drawings if path.name in readme}


def _readme(source: Source) -> str:
    """What stands in the README for students."""
    path = source.folder / "README.md"
    if not path.is_file():
        raise ValueError(f"{path} is missing: write there what students are asked for")
    return for_students(path.read_text(encoding="utf-8-sig"))


def for_students(text: str) -> str:
    """The text without its sections for teachers.

    >>> for_students("# Losses\\n\\n## For teachers\\n\\nGrade.\\n\\n## Mistakes\\n\\nMany.\\n")
    '# Losses\\n\\n## Mistakes\\n\\nMany.\\n'
    """
    kept, depth, fenced = [], 0, False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else re.match(r"(#+) (.*)", line)
        if heading and (not depth or len(heading[1]) <= depth):
            is_for_teachers = re.search(r"\bteach(ers?|ing)\b", heading[2], re.IGNORECASE)
            depth = len(heading[1]) if is_for_teachers else 0
        if not depth:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"


def _solutions(source: Source, uses: Mapping[str, str]) -> dict[str, str]:
    """The files of earlier assignments, solved; the marks of their regions taken out."""
    marks = (regions.BEGIN, regions.END)
    files: dict[str, str] = {}
    for file, name in uses.items():
        lines = earlier(source, name).solution.splitlines()
        files[file] = "\n".join(line for line in lines if line.strip() not in marks) + "\n"
    return files
