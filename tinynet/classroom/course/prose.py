"""The prose of a tutorial for a terminal: formulas in plain Unicode, Markdown in plain lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_NAME = re.compile(r"\\mathrm\{([^{}]*)\}|\\([a-z]+)")
_SCRIPT = re.compile(r"([_^])(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\S))")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_MARKED = re.compile(r"(\*\*|\*)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")  # what Markdown would take for its own
_SMALL = {
    "_": str.maketrans(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
    ),
    "^": str.maketrans(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδφχθ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡᶿ",
    ),
}


def formula(text: str) -> str:
    r"""A formula in plain Unicode.

    >>> formula(r"σ(z) = 1 / (1 + \exp(−z)), w_{k+1}, x^{n−1}, \mathrm{relu}(a_i)")
    'σ(z) = 1 / (1 + exp(−z)), wₖ₊₁, xⁿ⁻¹, relu(aᵢ)'
    >>> formula("p_c, e^{−z_i}")
    'p_c, e^(−zᵢ)'
    """
    text = _NAME.sub(lambda found: found[1] or found[2], text.strip())
    return _SCRIPT.sub(_small, text)


def _small(found: re.Match) -> str:
    """A subscript or superscript, where Unicode has all its signs."""
    sign, inner = found[1], found[2] if found[2] is not None else found[3]
    inner = inner.replace(" ", "")
    if all(ord(letter) in _SMALL[sign] for letter in inner):
        return inner.translate(_SMALL[sign])
    inner = _SCRIPT.sub(_small, inner)
    return f"{sign}({inner})" if len(inner) > 1 else f"{sign}{inner}"


def markdown(text: str) -> str:
    """Markdown without formulas: they stand in it as text.

    >>> print(markdown("With $ŷ_c = w*x$ and `$x_i$`, then"))
    With ŷ\\_c = w\\*x and `$x_i$`, then
    """
    return _outside_code(text, lambda found: _SPECIAL.sub(r"\\\1", _shown(found)))


def lines(text: str, width: int) -> Iterator[str]:
    """Markdown as lines of a terminal.

    >>> print("\\n".join(lines("## Why?\\n\\nThe *loss* $L$\\nis one number.\\n\\n- a\\n- b", 40)))
    Why?
    ────
    <BLANKLINE>
    The loss L is one number.
    <BLANKLINE>
    - a
    - b
    """
    for kind, block in blocks(text):
        if kind == "code":
            yield from (f"    {line}" for line in block)
        elif kind == "heading":
            title = _plain(block[0].lstrip("# "))
            yield from [title, "─" * min(len(title), width)]
        elif kind == "empty":
            yield ""
        elif kind == "table":
            yield from map(_plain, block)
        else:
            item = _ITEM.match(block[0])
            body = _plain(" ".join(line.strip() for line in block))
            yield from textwrap.wrap(
                body,
                width,
                initial_indent=" " * (len(block[0]) - len(block[0].lstrip())),
                subsequent_indent=" " * (len(item[0]) if item else 0),
                break_long_words=False,
                break_on_hyphens=False,
            )


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Pieces of Markdown that are shown alike: "text", "heading", "code", "table", "empty"."""
    kind, fenced = "", False
    block: list[str] = []
    for line in text.splitlines():
        mark = line.lstrip().startswith("```")
        new = _kind(line)
        if fenced or mark:
            fenced, new = fenced != mark, "code"
        if block and (new != kind or new in ("heading", "empty") or _ITEM.match(line)):
            yield kind, block
            block = []
        kind = new
        if not mark:
            block.append(line)
    if block:
        yield kind, block


def _kind(line: str) -> str:
    if not line.strip():
        return "empty"
    if line.startswith("#"):
        return "heading"
    if line.lstrip().startswith("|"):
        return "table"
    return "code" if line.startswith("    ") else "text"


def _plain(text: str) -> str:
    """A line without the signs of Markdown."""
    text = _outside_code(text, _shown)
    pieces = _CODE.split(text)
    for i in range(0, len(pieces), 2):
        pieces[i] = _LINK.sub(lambda found: found[1] or found[2], pieces[i])
        pieces[i] = _MARKED.sub(r"\2", pieces[i])
    return "".join(pieces)


def _shown(found: re.Match) -> str:
    return formula(found[1] or found[2])


def _outside_code(text: str, replace: Callable[[re.Match], str]) -> str:
    """Replace the formulas, but those in code."""
    pieces = _CODE.split(text)
    pieces[::2] = [_FORMULA.sub(replace, piece) for piece in pieces[::2]]
    return "".join(pieces)
