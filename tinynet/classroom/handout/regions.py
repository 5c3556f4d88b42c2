"""Regions: what a student writes, between `### BEGIN SOLUTION` and `### END SOLUTION`.

A skeleton is the solution without them. What stands in a region leaves no trace in it: in its place
an error has the task's name, and an import that nothing but a region uses is gone, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..assignment import Assignment, Source

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TELLING = 9  # characters of a line that says something: `return x` does not
_MARK = re.compile(r"#.*\b(begin|end)\s+solution", re.IGNORECASE)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Region:
    """From the line of its BEGIN to that of its END, counted from 1."""

    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


def regions(lines: Sequence[str]) -> list[Region]:
    """The regions of a solution; ValueError, with the line, where a mark is not as it must be.

    >>> regions(["def f(x):", "    ### BEGIN SOLUTION", "    return 1", "    ### END SOLUTION"])
    [Region(first=2, last=4)]
    """
    found: list[Region] = []
    first = 0
    for number, line in enumerate(lines, 1):
        if not _MARK.search(line):
            continue
        mark = line.strip()
        if mark not in (BEGIN, END):
            raise ValueError(f"line {number}: a mark is {BEGIN} or {END}, on a line of its own")
        if mark == BEGIN and first:
            raise ValueError(f"line {number}: the region that begins in line {first} has no end")
        if mark == END and not first:
            raise ValueError(f"line {number}: here a region ends that has not begun")
        if mark == END:
            found.append(_indented(Region(first, number), lines))
        first = number if mark == BEGIN else 0
    if first:
        raise ValueError(f"line {first}: the region that begins here has no end")
    return found


def _indented(region: Region, lines: Sequence[str]) -> Region:
    """The region, if there is code in it, and its marks are indented like that."""
    inside = lines[region.first : region.last - 1]
    code = [line for line in inside if line.strip() and not line.lstrip().startswith("#")]
    if not code:
        raise ValueError(f"line {region.first}: the region that begins here is empty")
    for number in (region.first, region.last):
        if _indent(lines[number - 1]) != _indent(code[0]):
            raise ValueError(f"line {number}: indent the mark like the code of its region")
    return region


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def secrets(solution: str) -> set[str]:
    """The lines of regions that stand nowhere else, so that a handout with one of them tells.

    >>> body = "### BEGIN SOLUTION\\n    return x + 1\\n    ### END SOLUTION"
    >>> sorted(secrets(f"def f(x):\\n    {body}"))
    ['### BEGIN SOLUTION', '### END SOLUTION', 'return x + 1']
    """
    lines = solution.split("\n")
    hidden = {n for region in regions(lines) for n in range(region.first, region.last + 1)}
    known = "\n".join(line for n, line in enumerate(lines, 1) if n not in hidden)
    inside = {lines[n - 1].strip() for n in hidden}
    return {line for line in inside if len(line) >= TELLING and line not in known}


def skeleton(source: Source) -> str:
    """The solution as it is handed out; ValueError, with the line, where that cannot be made."""
    file = source.folder / "solution.py"
    try:
        return without_regions(source.solution, source.assignment)
    except SyntaxError as error:
        raise ValueError(f"{file}, line {error.lineno}: {error.msg}") from error
    except ValueError as error:
        raise ValueError(f"{file}, {error}") from error


def without_regions(solution: str, assignment: Assignment) -> str:
    """The text of a skeleton."""
    lines = solution.removeprefix("\ufeff").split("\n")
    tree = ast.parse("\n".join(lines))
    found = regions(lines)
    names = [task.name for task in assignment.tasks]
    definitions = dict(_definitions(tree))
    _check_all_have_regions(names, definitions, found)
    instead: dict[int, list[str]] = {}
    for region in found:
        instead |= {number: [] for number in range(region.first, region.last + 1)}
        instead[region.first] = _instead(region, names, definitions, lines)
    instead |= _fewer_imports(tree, found, assignment, lines)
    kept = [text for i, line in enumerate(lines, 1) for text in instead.get(i, [line])]
    text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(kept).strip("\n") + "\n")
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"without its regions it is no Python: {error}") from error
    return text


def _definitions(tree: ast.AST, above: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Functions and classes, by the names that lead to them, such as Value.backward."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _DEFINITIONS):
            yield f"{above}{node.name}", node
            yield from _definitions(node, f"{above}{node.name}.")
        elif isinstance(node, ast.stmt):
            yield from _definitions(node, above)


def _is_in(region: Region, node: ast.stmt) -> bool:
    """Is the region in this definition? Its last line can be a comment, beyond the code."""
    return node.lineno < region.first < (node.end_lineno or 0)


def _check_all_have_regions(
    names: Sequence[str], definitions: dict[str, ast.stmt], found: Sequence[Region]
) -> None:
    for name in names:
        nodes = [d for path, d in definitions.items() if name in (path, path.rpartition(".")[2])]
        if not nodes:
            raise ValueError(f"line 1: the task {name} is no function or class of this file")
        for node in nodes:
            if any(node.lineno in region for region in found):
                raise ValueError(
                    f"line {node.lineno}: the region hides the task {name}: put it below the"
                    " docstring, so that a student sees what is asked"
                )
        if not any(_is_in(region, node) for region in found for node in nodes):
            raise ValueError(
                f"line {nodes[0].lineno}: the task {name} has no region, so what solves it would"
                f" be handed out: write {BEGIN} and {END} around it"
            )


def _instead(
    region: Region, names: Sequence[str], definitions: dict[str, ast.stmt], lines: Sequence[str]
) -> list[str]:
    """What stands in the place of a region: outside of all functions and classes, nothing."""
    around = [(path, node) for path, node in definitions.items() if _is_in(region, node)]
    if not around:
        return []
    indent = _indent(lines[region.first - 1])
    path, node = around[-1]
    words = [path, *reversed(path.split("."))]
    name = next((word for word in words if word in names), words[-1])
    error = f'raise NotImplementedError("task {name}")'
    if not isinstance(node, ast.ClassDef):
        return [f"{indent}{error}"]
    if f"{path}.__init__" in definitions and definitions[f"{path}.__init__"].lineno not in region:
        raise ValueError(
            f"line {region.first}: a region between methods would leave no error in its place: put"
            " one into each method"
        )
    return [f"{indent}def __init__(self, *arguments, **keywords):", f"{indent}    {error}"]


# --- imports --------------------------------------------------------------------------------


def _fewer_imports(
    tree: ast.Module, found: Sequence[Region], assignment: Assignment, lines: Sequence[str]
) -> dict[int, list[str]]:
    """Lines in place of the imports that only regions use."""
    inside, outside = _used(tree, found, lines)
    instead: dict[int, list[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or _hidden(node, found):
            continue
        kept = [
            alias
            for alias in node.names
            if _is_given(node, alias, assignment) or not _tells(alias, inside, outside)
        ]
        if len(kept) == len(node.names):
            continue
        last = node.end_lineno or node.lineno
        if any(";" in line for line in lines[node.lineno - 1 : last]):
            raise ValueError(f"line {node.lineno}: write each import on a line of its own")
        instead |= {number: [] for number in range(node.lineno, last + 1)}
        node.names = kept
        if kept:
            instead[node.lineno] = [_indent(lines[node.lineno - 1]) + ast.unparse(node)]
    return instead


def _hidden(node: ast.AST, found: Sequence[Region]) -> bool:
    return any(getattr(node, "lineno", 0) in region for region in found)


def _used(
    tree: ast.Module, found: Sequence[Region], lines: Sequence[str]
) -> tuple[set[str], set[str]]:
    """The names that stand inside of regions, and outside of them or in an example."""
    used: tuple[set[str], set[str]] = (set(), set())
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            used[not _hidden(node, found)].add(node.id)
    examples = (line for line in lines if line.lstrip().startswith((">>> ", "... ")))
    used[1].update(word for line in examples for word in re.findall(r"\w+", line))
    return used


def _is_given(node: ast.Import | ast.ImportFrom, alias: ast.alias, assignment: Assignment) -> bool:
    """May a student see it anyway, such as `import numpy as np`?"""
    earlier = [file.removesuffix(".py") for file in assignment.uses]
    if isinstance(node, ast.ImportFrom):
        return node.module in ("__future__", *earlier)
    return alias.name in (*assignment.packages, *earlier)


def _tells(alias: ast.alias, inside: Collection[str], outside: Collection[str]) -> bool:
    """Would the import tell what a solution uses?"""
    name = alias.asname or alias.name.partition(".")[0]
    return name in inside and name not in outside
