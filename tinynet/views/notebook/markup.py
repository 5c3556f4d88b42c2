"""The pieces of HTML that the displays are made of; whatever is put in is text, and stays text."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence
from typing import Any

MOST = 40  # rows of a table
HEIGHT = 760  # of a frame, in pixels
_LEFT = ' style="text-align: left"'
# a still is for where the frame in front of it was taken away
_HIDDEN = "<style>iframe + .tinynet-still { display: none }</style>"


def escaped(value: Any) -> str:
    return html.escape(str(value))


def paragraph(text: Any) -> str:
    return f"<p>{escaped(text)}</p>"


def title(name: Any, text: str = "") -> str:
    """The first line: what it is, and what is to be said of it at once."""
    return f"<p><strong>{escaped(name)}</strong>{escaped(text and f': {text}')}</p>"


def table(rows: Iterable[Sequence[Any]], words: int = 1) -> str:
    """A table, its first row the head, the first `words` columns flush left; too long, it is cut.

    >>> table([["a"], ["<b>"]]).count("<b>")
    0
    """
    head, *body = rows
    left_out = len(body) - MOST
    if left_out > 0:
        more = [f"… {left_out} more", *[""] * (len(head) - 1)]
        body = [*body[: MOST - 1], more, body[-1]]
    lines = "".join(_row(row, "td", words) for row in body)
    return (
        f'<div style="overflow-x: auto"><table><thead>{_row(head, "th", words)}</thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _row(cells: Sequence[Any], tag: str, words: int) -> str:
    made = (
        f"<{tag}{_LEFT if place < words else ''}>{escaped(cell)}</{tag}>"
        for place, cell in enumerate(cells)
    )
    return f"<tr>{''.join(made)}</tr>"


def image(data: bytes, kind: str, said: str, width: int | None = None) -> str:
    """A picture inside the text, which needs no other file and runs nothing.

    With a width in pixels it keeps it, and scrolls where there is less room; else it shrinks.
    """
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
    size = f"width: {width}px; max-width: none" if width else "max-width: 100%"
    return (
        f'<div style="overflow-x: auto"><img alt="{escaped(said)}" style="{size}"'
        f' src="{source}"></div>'
    )


def folded(summary: str, text: str) -> str:
    """Text that is shown on a click, or with Enter."""
    return f"<details><summary>{escaped(summary)}</summary><pre>{escaped(text)}</pre></details>"


def framed(page: str, called: str, still: str) -> str:
    """A page in a frame of its own, which works in saved notebooks, too, if they are trusted.

    A screen reader is told what it is called: a notebook may hold many frames. The still, HTML,
    stands in its place where the notebook strips frames.
    """
    return (
        f'{_HIDDEN}<iframe srcdoc="{escaped(page)}" sandbox="allow-scripts" width="100%"'
        f' height="{HEIGHT}" style="border: 0" title="{escaped(called)}"></iframe>'
        f'<div class="tinynet-still">{still}</div>'
    )
