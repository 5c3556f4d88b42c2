"""Markdown for a browser: elements as plain data, [tag, attributes, *children].

Headings, paragraphs, lists with blocks in them, tables, code; within a line links, marks and
formulas. A page makes the elements one by one, so whatever a tutorial or a statement says becomes
text, and never a script.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

Element = Any  # a text, or a list [tag, attributes, *children]
Address = Callable[[str], str]  # what a link of the text leads to; "" where it leads nowhere
Lines = list[str]

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\$\$(?P<display>.+?)\$\$|\$(?P<formula>[^$\n]+?)\$"
    r"|!?\[(?P<text>[^\]]*)\]\((?P<target>[^)]*)\)"
    r"|(?P<sign>\*\*|\*)(?=\S)(?P<marked>.+?)(?<=\S)(?P=sign)",
    re.DOTALL,
)
_SIGN = re.compile(
    r"\\mathrm\{(?P<word>[^{}]*)\}|\\(?P<name>[a-z]+)"
    r"|(?P<mark>[_^])(?:\{(?P<script>(?:[^{}]|\{[^{}]*\})*)\}|(?P<one>\S))"
    r"|(?P<letter>[^\W\d_][\u0300-\u036f]*)"
)
_HEADING = re.compile(r"(#+) +(.*?)[ #]*$")
_ITEM = re.compile(r"(?:([-*+])|\d+[.)]) +")
_RULE = re.compile(r"[-| :]+$")  # between the head and the rows of a table
_EDGE = re.compile(r"(?<!\\)\|")  # between two cells


def elements(text: str, address: Address = lambda target: "", top: int = 1) -> list[Element]:
    """Markdown as elements; a heading with one # is of the level `top`.

    >>> elements("## Why\\n\\nIs $x_i$ *big*?\\n\\n- `a`\\n- b")[1:]
    [['p', {}, 'Is ', ['span', {'class': 'formula'}, ['i', {}, 'x'], ['sub', {}, ['i', {}, 'i']]], \
' ', ['em', {}, 'big'], '?'], ['ul', {}, ['li', {}, ['code', {}, 'a']], ['li', {}, 'b']]]
    """
    return [*_blocks(text.splitlines(), address, top)]


def _blocks(lines: Lines, address: Address, top: int) -> Iterator[Element]:
    """The blocks of these lines, which are taken away one after the other."""
    while lines:
        if not lines[0].strip():
            del lines[0]
        elif heading := _HEADING.match(lines[0]):
            del lines[0]
            level = min(len(heading[1]) + top - 1, 6)
            yield [f"h{level}", {}, *inline(heading[2], address)]
        elif lines[0].startswith("```"):
            code = _taken(lines[1:], lambda line: not line.startswith("```"))
            del lines[: len(code) + 2]
            yield _code("\n".join(code))
        elif lines[0].startswith("    "):
            code = _taken(lines, _is_inside)
            del lines[: len(code)]
            yield _code(textwrap.dedent("\n".join(code)))
        elif lines[0].startswith("|"):
            rows = _taken(lines, lambda line: line.startswith("|"))
            del lines[: len(rows)]
            yield _table(rows, address)
        elif item := _ITEM.match(lines[0]):
            yield _list(lines, "ul" if item[1] else "ol", address, top)
        else:
            yield ["p", {}, *inline("\n".join(_paragraph(lines)), address)]


def _taken(lines: Lines, belongs: Callable[[str], object]) -> Lines:
    return [*takewhile(belongs, lines)]


def _is_inside(line: str) -> bool:
    """Does it stand in from the edge, or is it empty?"""
    return line.startswith("  ") or not line.strip()


def _code(text: str) -> Element:
    return ["pre", {"tabindex": "0"}, ["code", {}, text.strip("\n")]]


def _paragraph(lines: Lines) -> Lines:
    """The lines up to the next block, taken away from `lines`."""
    rest = _taken(lines[1:], lambda line: line.strip() and not _begins(line))
    found = lines[: len(rest) + 1]
    del lines[: len(found)]
    return [line.strip() for line in found]


def _begins(line: str) -> bool:
    return bool(_HEADING.match(line) or _ITEM.match(line)) or line.startswith(("|", "```"))


def _list(lines: Lines, kind: str, address: Address, top: int) -> Element:
    """All items from here on; each holds blocks of its own."""
    items = []
    while lines and (found := _ITEM.match(lines[0])) and ("ul" if found[1] else "ol") == kind:
        first = lines.pop(0)[found.end() :]
        lazy = _taken(lines, lambda line: line.strip() and not _begins(line))
        more = _taken(lines[len(lazy) :], _is_inside)
        inside = [first, *_dedented(lazy + more, found.end())]
        del lines[: len(lazy) + len(more)]
        body = inline("\n".join(_paragraph(inside)), address)
        items.append(["li", {}, *body, *_blocks(inside, address, top)])
    return [kind, {}, *items]


def _dedented(lines: Lines, width: int) -> Lines:
    """The lines without the room that the mark of an item takes."""
    return [line[min(width, len(line) - len(line.lstrip())) :] for line in lines]


def _table(rows: Lines, address: Address) -> Element:
    cells = [
        [cell.strip().replace(r"\|", "|") for cell in _EDGE.split(row.strip().strip("|"))]
        for row in rows
    ]
    head = cells[0] if len(rows) > 1 and _RULE.match(rows[1]) else []

    def row(tag: str, texts: Lines, **about: str) -> Element:
        made = ([tag, {"class": "words", **about}, *inline(t, address)] for t in texts)
        return ["tr", {}, *made]

    body = ["tbody", {}, *(row("td", texts) for texts in (cells[2:] if head else cells))]
    above = [["thead", {}, row("th", head, scope="col")]] if head else []
    return ["div", {"class": "scroll", "tabindex": "0"}, ["table", {}, *above, body]]


def inline(text: str, address: Address) -> list[Element]:
    """The elements of a line."""
    return _replaced(_INLINE, text, lambda found: _inside(found, address))


def _inside(found: re.Match, address: Address) -> Element:
    if found["code"]:
        return ["code", {}, found["code"]]
    if found["display"]:
        return ["span", {"class": "formula display"}, *_formula(found["display"].strip())]
    if found["formula"]:
        return ["span", {"class": "formula"}, *_formula(found["formula"])]
    if found["sign"]:
        tag = "strong" if found["sign"] == "**" else "em"
        return [tag, {}, *inline(found["marked"], address)]
    words = inline(found["text"] or found["target"], address)
    place = address(found["target"])
    return ["a", {"href": place}, *words] if place else ["span", {}, *words]


def _formula(text: str) -> list[Element]:
    """A formula in HTML: letters slanted, names upright, subscripts and superscripts."""
    return _replaced(_SIGN, text, _sign)


def _sign(found: re.Match) -> Element:
    if found["word"] or found["name"]:
        return found["word"] or found["name"]
    if found["letter"]:
        return ["i", {}, found["letter"]]
    tag = "sub" if found["mark"] == "_" else "sup"
    return [tag, {}, *_formula(found["script"] if found["script"] is not None else found["one"])]


def _replaced(
    pattern: re.Pattern, text: str, replace: Callable[[re.Match], Element]
) -> list[Element]:
    """A text in pieces, in which what the pattern finds is replaced."""
    pieces: list[Element] = []
    end = 0
    for found in pattern.finditer(text):
        pieces += [text[end : found.start()], replace(found)]
        end = found.end()
    return [piece for piece in [*pieces, text[end:]] if piece]
