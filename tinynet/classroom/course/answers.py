"""Where a cell asks for an answer, and what is typed in its place.

Such a cell ends in `check("7.2", answer)`, and holds `answer = ...` or `def answer(z): ...`.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass

from .exercises import Exercise
from .tutorials import Cell


@dataclass(frozen=True)
class Asked:
    """What a cell asks: the exercise, and the code around the place of the answer."""

    number: str
    head: str  # "def answer(z):" where the answer is a function, else ""
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]  # without the check
    text: str = ""  # what stands in the place

    @property
    def alone(self) -> bool:
        """Is there nothing in the cell but the answer and its check?"""
        return not (self.before or self.after)


def asked(cell: Cell) -> Asked | None:
    """The exercise of a cell, if it has one.

    >>> found = asked(Cell(False, 'def answer(z):\\n    ...\\n\\ncheck("7.2", answer)', 1))
    >>> found.number, found.head
    ('7.2', 'def answer(z):')
    """
    if cell.prose:
        return None
    try:
        body = ast.parse(cell.text).body
    except SyntaxError:
        return None
    numbers = [number for statement in body if (number := _checked(statement))]
    places = [i for i, statement in enumerate(body) if _is_answer(statement)]
    if not (numbers and places):
        return None
    place, statement = places[-1], body[places[-1]]
    text = ast.get_source_segment(cell.text, statement) or ""
    ast.increment_lineno(ast.Module(body, []), cell.line - 1)
    head = ""
    if isinstance(statement, ast.FunctionDef):
        head = f"def answer({ast.unparse(statement.args)}):"
    after = tuple(s for s in body[place + 1 :] if not _checked(s))
    return Asked(numbers[-1], head, tuple(body[:place]), after, text)


def _checked(statement: ast.stmt) -> str:
    """The number in `check("7.2", answer)`."""
    if isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call):
        first = call.args[0] if call.args else None
        if ast.unparse(call.func) == "check" and isinstance(first, ast.Constant):
            return str(first.value)
    return ""


def _is_answer(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef):
        return statement.name == "answer"
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "answer"


def written(text: str, head: str, exercise: Exercise) -> str:
    """What is typed, as code that sets `answer`: a value, a letter, or the body of a function.

    >>> written("np.log(2)", "", Exercise(0.693, ""))
    'answer = np.log(2)'
    >>> written("b", "", Exercise("b", ""))
    "answer = 'b'"
    >>> print(written("return 2 * z", "def answer(z):", Exercise(abs, "", asked=[(1,)])))
    def answer(z):
        return 2 * z
    """
    text = textwrap.dedent(text).strip("\n")
    if _sets_answer(text):
        return text
    if head and text.lstrip().startswith("lambda"):
        return f"answer = {text}"
    if head:
        return f"{head}\n{textwrap.indent(text, '    ')}"
    if isinstance(exercise.right, str) and text.strip()[:1] not in ("'", '"'):
        return f"answer = {text.strip()!r}"
    return f"answer = {text.strip()}"


def _sets_answer(text: str) -> bool:
    try:
        return any(_is_answer(statement) for statement in ast.parse(text).body)
    except SyntaxError:
        return text.startswith("def answer")
