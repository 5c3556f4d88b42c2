"""Markup: HTML in which a text can never become a tag.

The one idea: text and markup have different types. Whatever is no `Markup` is escaped where it
enters, so a page made of elements cannot be broken by a student's name or by what a file printed.
"""

from __future__ import annotations

import html
import re
from typing import Any

# control characters, and those that turn the direction of a line round
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EMPTY = ("img", "br", "meta")


class Markup(str):
    """Text that is HTML already."""


def visible(text: object) -> str:
    r"""A text in which all can be seen: a control character, or half a surrogate, by its number.

    >>> print(visible("\x1b[1m"))
    \x1b[1m
    """
    shown = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), str(text))
    return shown.encode("utf-8", "backslashreplace").decode()


def escaped(text: object) -> Markup:
    """A text as HTML shows it.

    >>> escaped("<b>")
    '&lt;b&gt;'
    """
    return Markup(html.escape(visible(text)))


def breakable(text: object) -> Markup:
    """A text whose lines may break behind an underscore; markup stays as it is.

    >>> breakable("mse_derivative")
    'mse_<wbr>derivative'
    """
    return text if isinstance(text, Markup) else Markup(escaped(text).replace("_", "_<wbr>"))


def element(tag: str, *children: Any, **attributes: Any) -> Markup:
    """An element; a child that is None is left out, as is an attribute that is None or False.

    An attribute that is a word of Python is written with an underscore behind it.

    >>> element("p", "a < b", element("b", 1), class_="faint", hidden=True)
    '<p class="faint" hidden>a &lt; b<b>1</b></p>'
    """
    written = [
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escaped(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    ]
    head = f"<{tag}{''.join(written)}>"
    return Markup(head if tag in _EMPTY else f"{head}{joined(*children)}</{tag}>")


def joined(*children: Any) -> Markup:
    """Elements and texts, one after the other."""
    parts = (c if isinstance(c, Markup) else escaped(c) for c in children if c is not None)
    return Markup("".join(parts))
