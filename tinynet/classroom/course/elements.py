"""The prose of a tutorial for a browser: elements as JSON, [tag, attributes, *children].

A page makes them one by one. So whatever a tutorial says becomes text, and never a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from .prose import blocks

Element = Any  # a text, or a list [tag, attributes, *children]
Address = Callable[[str], str]  # what a link of the tutorial leads to; "" where it leads nowhere

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
_ITEM = re.compile(r"\s*(?P<mark>[-*+]|\d+[.)])\s+")
_HEADING = re.compile(r"#+")


def elements(text: str, address: Address = lambda target: "") -> list[Element]:
    """Markdown as elements.

    >>> elements("## Why\\n\\nIs $x_i$ *big*?\\n\\n- `a`\\n- b")[1:]
    [['p', {}, 'Is ', ['span', {'class': 'formula'}, ['i', {}, 'x'], ['sub', {}, ['i', {}, 'i']]], \
' ', ['em', {}, 'big'], '?'], ['ul', {}, ['li', {}, ['code', {}, 'a']], ['li', {}, 'b']]]
    """
    found = []
    for kind, group in groupby(_told(text), key=lambda block: block[0]):
        if kind in ("ul", "ol"):
            found.append([kind, {}, *(["li", {}, *inline(t, address)] for _, t in group)])
        else:
            found += [_block(kind, told, address) for _, told in group if kind != "empty"]
    return found


def _told(text: str) -> Iterator[tuple[str, str]]:
    """The kind of each block, and its text."""
    for kind, block in blocks(text):
        item = _ITEM.match(block[0])
        if kind == "text" and item:
            words = [block[0][item.end() :], *block[1:]]
            yield "ul" if item["mark"] in "-*+" else "ol", " ".join(map(str.strip, words))
        else:
            yield kind, "\n".join(block)


def _block(kind: str, text: str, address: Address) -> Element:
    if kind == "code":
        return ["pre", {}, ["code", {}, text]]
    if kind == "heading":
        signs = _HEADING.match(text)
        level = signs.end() if signs else 1
        return [f"h{min(level + 1, 6)}", {}, *inline(text[level:].strip(), address)]
    if kind == "table":
        return ["div", {"class": "scrolls", "tabindex": "0"}, _table(text.splitlines(), address)]
    return ["p", {}, *inline(text, address)]


def _table(lines: Iterable[str], address: Address) -> Element:
    head, _, *rows = (re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in lines)
    return [
        "table",
        {},
        ["thead", {}, _row("th", head, address)],
        ["tbody", {}, *(_row("td", row, address) for row in rows)],
    ]


def _row(tag: str, cells: Iterable[str], address: Address) -> Element:
    return ["tr", {}, *([tag, {}, *inline(cell.strip(), address)] for cell in cells)]


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
