"""Markdown as HTML: what is asked of a student is written in it."""

from __future__ import annotations

from collections.abc import Mapping

from ..course.elements import Element, elements
from .markup import Markup, element, escaped, joined


def html(text: str, pictures: Mapping[str, str] | None = None) -> Markup:
    """The text as HTML; `pictures` are addresses of those that it may show, by their names.

    >>> html("# Losses\\n\\nWrite `mse`.\\n\\n- *one*\\n- two")
    '<h1>Losses</h1><p>Write <code>mse</code>.</p><ul><li><em>one</em></li><li>two</li></ul>'
    """
    known = pictures or {}
    found = elements(text, lambda target: known.get(target, _on_the_web(target)))
    return joined(*map(_markup, found))


def _on_the_web(target: str) -> str:
    return target if target.startswith("https://") else ""


def _markup(part: Element) -> Markup:
    """An element, or a text, as HTML; a picture is found as a link to it."""
    if isinstance(part, str):
        return escaped(part)
    tag, attributes, *children = part
    if attributes.get("href", "").startswith("data:"):
        words = "".join(child for child in children if isinstance(child, str))
        return element("img", src=attributes["href"], alt=words)
    named = {f"{name}_": value for name, value in attributes.items()}
    return element(tag, *map(_markup, children), **named)
