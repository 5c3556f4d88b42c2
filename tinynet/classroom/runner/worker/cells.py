"""Cells: what a notebook defines, as in its kernel, where a statement that fails stops no other.

A notebook holds more than an answer: pictures, trials, half a thought. Its code is handed on with a
mark above each cell (submissions/notebooks.py). Here the cells are run statement by statement; what
only looks at results, a loop or a lone expression, is left out.
"""

import __future__

import ast
import linecache
import os
import re
import sys
import types

HEAD = "# the cells of a notebook\n"
CELL = "# cell {}\n"
_CELLS = re.compile(rf"^{CELL.format('([0-9]+)')}", re.MULTILINE)
_LAZY = __future__.annotations.compiler_flag  # an annotation is never what an answer depends on


def module(name, folder):
    """The module that a notebook's cells make, and what failed in them; None for other files."""
    path = os.path.join(folder, f"{name}.py")
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if not text.startswith(HEAD):
        return None
    made = sys.modules[name] = types.ModuleType(name)
    parts = _CELLS.split(text)[1:]  # number, code, number, code …
    notes = []
    for number, code in zip(parts[::2], parts[1::2], strict=True):
        notes += _run(code, os.path.join(folder, f"cell {number}"), vars(made))
    return made, notes


def _run(code, place, space):
    """Run the statements of a cell; yields what failed."""
    linecache.cache[place] = (len(code), None, code.splitlines(True), place)
    try:
        statements = ast.parse(code, place).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield _told(place, getattr(error, "lineno", 1), error)
        return
    for statement in (single for each in statements for single in _singles(each)):
        if isinstance(statement, (ast.Expr, ast.For, ast.While)):
            continue
        try:
            exec(compile(ast.Module([statement], []), place, "exec", _LAZY, True), space)
        except BaseException as error:  # also SystemExit
            yield _told(place, statement.lineno, error)


def _singles(statement):
    """A statement; an import of several modules as one import each."""
    if not isinstance(statement, ast.Import):
        return [statement]
    return [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]


def _told(place, line, error):
    text = error.msg if isinstance(error, SyntaxError) else error
    return f"{os.path.basename(place)}, line {line}: {type(error).__name__}: {text}"
