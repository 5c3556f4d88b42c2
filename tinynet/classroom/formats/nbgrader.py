"""nbgrader: a course folder with the source notebook of an assignment.

A cell to write in follows the text of each task, and a cell with its points follows that. In what
nbgrader releases, the cell with the points asks the public checks; the line between
`### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`, which nbgrader puts back when it grades, makes
it ask all of them. Partial credit is the number that the cell shows. What a student's kernel can
and cannot see, kernel.py says.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..assignment import Source, Task
from ..handout import notebook, public_key, regions
from ..judging.key import answer_key
from ..submissions.notebooks import MARK
from . import packing

CHECKS = f"""\
{MARK}: the checks of {{task}}
from tinynet.classroom.formats.kernel import points
place = "{public_key.FILE}"
### BEGIN HIDDEN TESTS
place = "{{name}}"
### END HIDDEN TESTS
points("{{task}}", In, place)"""

CONFIG = '''"""What nbgrader reads. It releases what is in source/; nothing of assignments/."""

c = get_config()
c.CourseDirectory.course_id = "{name}"
c.Execute.timeout = 120  # seconds for a cell: the judge waits for code that never ends
c.IncludeHeaderFooter.header = ""
'''

README = """\
# {title} with nbgrader

The environment of the notebooks needs tinynet, the teacher's and the students': `pip install` it.
In this folder:

    nbgrader validate source/{name}/{name}.ipynb    # the solution fulfils its checks
    nbgrader generate_assignment {name}             # to release/: without solutions, hidden tests
    nbgrader autograde {name}                       # of submitted/STUDENT/{name}/
    nbgrader export                                 # a table of grades

Files of earlier assignments that a notebook imports go beside it, in source/ and submitted/; where
one is missing, the reference stands in. The answers and the hidden checks are in assignments/,
which must not be handed out.

nbgrader runs the students' cells as you, on your computer, and their kernel writes down the points:
a student who means to can read your files there, or write down any points. `tinynet grade` on the
notebooks in submitted/ asks the same checks without that; compare where there is doubt.
"""


def export(source: Source, folder: Path) -> list[Path]:
    """A course folder, ready for nbgrader's commands."""
    name, title = source.name, source.assignment.title
    with answer_key(source) as key:
        public = public_key.public(key)
    texts = {
        f"source/{name}/{name}.ipynb": written(source),
        f"source/{name}/{public_key.FILE}": public,
        "nbgrader_config.py": CONFIG.format(name=name),
        "README.md": README.format(name=name, title=title),
    }
    files = {path: text.encode() for path, text in texts.items()}
    return packing.unpacked(files | packing.packed(source, "assignments/"), folder)


def written(source: Source) -> str:
    """The source notebook."""
    tasks = {task.name: task for task in source.assignment.tasks}
    cells = [notebook.markdown("about", f"# {source.assignment.title}")]
    for number, (names, code) in enumerate(pieces(source)):
        here = [tasks.pop(name) for name in names if name in tasks]
        cells += [notebook.markdown(task.name, notebook.heading(task)) for task in here]
        solved = regions.BEGIN in code
        name = names[0] if names else f"given-{number}"
        cells.append(_cell(name, code, solution=solved, locked=not solved))
        cells += [_checks(source, task) for task in here]
    return notebook.of_cells(cells + [_checks(source, task) for task in tasks.values()])


def pieces(source: Source) -> Iterator[tuple[list[str], str]]:
    """The solution in pieces, none of which cuts a region; and what only a region needs, in it.

    An import that would tell how a task is solved is in no cell that is handed out, so it is made
    in the regions.
    """
    given = set(regions.skeleton(source).splitlines())
    names: list[str] = []
    codes: list[str] = []
    imports: list[str] = []
    for more, code in notebook.parts(source.solution):
        names, codes = [*names, *more], [*codes, code]
        whole = "\n\n\n".join(codes)
        if whole.count(regions.BEGIN) > whole.count(regions.END):
            continue
        if regions.BEGIN not in whole:
            lines = whole.splitlines()
            telling = [line for line in lines if line not in given and _is_import(line)]
            imports += telling
            whole = "\n".join(line for line in lines if line not in telling)
        yield names, _with_imports(whole, imports)
        names, codes = [], []


def _is_import(line: str) -> bool:
    return line.startswith(("import ", "from "))


def _with_imports(code: str, imports: Sequence[str]) -> str:
    """The code, whose regions begin with those imports that they use."""
    lines = []
    for line in code.splitlines():
        lines.append(line)
        if line.strip() == regions.BEGIN:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}{each}" for each in imports if _names(each) & _names(code)]
    return "\n".join(lines)


def _names(code: str) -> set[str]:
    """What an import names, or a code uses."""
    nodes = list(ast.walk(ast.parse(code)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    aliases = (node for node in nodes if isinstance(node, ast.alias))
    return names | {alias.asname or alias.name.partition(".")[0] for alias in aliases}


def _checks(source: Source, task: Task) -> dict[str, Any]:
    code = CHECKS.format(task=task.name, name=source.name)
    return _cell(f"{task.name}-checks", code, grade=True, locked=True, points=task.points)


def _cell(name: str, code: str, **about: Any) -> dict[str, Any]:
    """A cell with the metadata of nbgrader's schema 3."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", name)[-64:]
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"schema_version": 3, "grade_id": name, **flags, **about}
    return notebook.code_cell(name, code, nbgrader=metadata)
