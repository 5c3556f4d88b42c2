"""Markdown as HTML, as far as statements use it: what is asked of a student is written in it.

Headings, paragraphs, lists with blocks in them, tables, code; within a line, what the course knows
(course/elements.py), and pictures. What is none of them is text; no HTML in it becomes a tag.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile

from ..course.elements import Element, inline
from .markup import Markup, element, escaped, joined

_HEADING = re.compile(r"(#{1,4}) +(.*?)[ #]*$")
_ITEM = re.compile(r"(?:([-*+])|\d+[.)]) +")
_RULE = re.compile(r"[-| :]+$")  # between the head and the rows of a table
_EDGE = re.compile(r"(?<!\\)\|")  # between two cells
Lines = list[str]


def html(text: str, pictures: Mapping[str, str] | None = None) -> Markup:
    """The text as HTML; `pictures` are addresses of those that it may show, by their names.

    >>> html("# Losses\\n\\nWrite `mse`.\\n\\n- *one*\\n- two")
    '<h1>Losses</h1><p>Write <code>mse</code>.</p><ul><li><em>one</em></li><li>two</li></ul>'
    """
    return joined(*_blocks(text.splitlines(), pictures or {}))


def _blocks(lines: Lines, pictures: Mapping[str, str]) -> Iterator[Markup]:
    while lines:
        if not lines[0].strip():
            del lines[0]
        elif heading := _HEADING.match(lines[0]):
            del lines[0]
            yield element(f"h{len(heading[1])}", *_inline(heading[2], pictures))
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
            yield _table(rows, pictures)
        elif item := _ITEM.match(lines[0]):
            yield _list(lines, "ul" if item[1] else "ol", pictures)
        else:
            yield element("p", *_inline("\n".join(_paragraph(lines)), pictures))


def _taken(lines: Lines, belongs: Callable[[str], object]) -> Lines:
    return [*takewhile(belongs, lines)]


def _is_inside(line: str) -> bool:
    """Does it stand in from the edge, or is it empty?"""
    return line.startswith("  ") or not line.strip()


def _code(text: str) -> Markup:
    return element("pre", text.strip("\n"), tabindex="0")


def _paragraph(lines: Lines) -> Lines:
    """The lines up to the next block, taken away from `lines`."""
    rest = _taken(lines[1:], lambda line: line.strip() and not _begins(line))
    found = lines[: len(rest) + 1]
    del lines[: len(found)]
    return [line.strip() for line in found]


def _begins(line: str) -> bool:
    return bool(_HEADING.match(line) or _ITEM.match(line)) or line.startswith(("|", "```"))


def _list(lines: Lines, kind: str, pictures: Mapping[str, str]) -> Markup:
    """All items from here on; each holds blocks of its own."""
    items = []
    while lines and (found := _ITEM.match(lines[0])) and ("ul" if found[1] else "ol") == kind:
        first = lines.pop(0)[found.end() :]
        lazy = _taken(lines, lambda line: line.strip() and not _begins(line))
        more = _taken(lines[len(lazy) :], _is_inside)
        inside = [first, *_dedented(lazy + more, found.end())]
        del lines[: len(lazy) + len(more)]
        body = _paragraph(inside)
        items.append(element("li", *_inline("\n".join(body), pictures), *_blocks(inside, pictures)))
    return element(kind, *items)


def _dedented(lines: Lines, width: int) -> Lines:
    """The lines without the room that the mark of an item takes."""
    return [line[min(width, len(line) - len(line.lstrip())) :] for line in lines]


def _table(rows: Lines, pictures: Mapping[str, str]) -> Markup:
    cells = [
        [cell.strip().replace(r"\|", "|") for cell in _EDGE.split(row.strip().strip("|"))]
        for row in rows
    ]
    head = cells[0] if len(rows) > 1 and _RULE.match(rows[1]) else []

    def row(tag: str, texts: Lines, **about: str) -> Markup:
        made = (element(tag, *_inline(t, pictures), class_="words", **about) for t in texts)
        return element("tr", *made)

    body = [row("td", texts) for texts in (cells[2:] if head else cells)]
    return element(
        "table",
        element("thead", row("th", head, scope="col")) if head else None,
        element("tbody", *body),
    )


def _inline(text: str, pictures: Mapping[str, str]) -> Iterator[Markup]:
    """Words, and what is marked among them; a picture is found as a link to it."""
    return map(_markup, inline(text, lambda target: pictures.get(target, _on_the_web(target))))


def _on_the_web(target: str) -> str:
    return target if target.startswith("https://") else ""


def _markup(part: Element) -> Markup:
    """An element of the course, or a text, as HTML."""
    if isinstance(part, str):
        return escaped(part)
    tag, attributes, *children = part
    if attributes.get("href", "").startswith("data:"):
        words = "".join(child for child in children if isinstance(child, str))
        return element("img", src=attributes["href"], alt=words)
    named = {f"{name}_": value for name, value in attributes.items()}
    return element(tag, *map(_markup, children), **named)
