"""Formulas as MathML, which browsers draw themselves: no script, no fonts, no network.

The course writes formulas in Unicode, `½e²` and `√(1 + e²)`, so that they read well as plain text;
here they become the TeX that latex2mathml knows.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from latex2mathml.exceptions import (
    DenominatorNotFoundError,
    DoubleSubscriptsError,
    DoubleSuperscriptsError,
    ExtraLeftOrMissingRightError,
    MissingEndError,
    MissingSuperScriptOrSubscriptError,
    NoAvailableTokensError,
    NumeratorNotFoundError,
)
from sphinx.util import logging

logger = logging.getLogger(__name__)
UNREADABLE = (
    *(DenominatorNotFoundError, DoubleSubscriptsError, DoubleSuperscriptsError),
    *(ExtraLeftOrMissingRightError, MissingEndError, MissingSuperScriptOrSubscriptError),
    *(NoAvailableTokensError, NumeratorNotFoundError),
)
_SIGNS = {
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "±": r"\pm",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≈": r"\approx",
    "∞": r"\infty",
    "→": r"\to",
    "∈": r"\in",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∑": r"\sum",
    "Σ": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "‖": r"\|",
    "…": r"\dots",
    "∘": r"\circ",
    "⊙": r"\odot",
    "∝": r"\propto",
    "≪": r"\ll",
    "≫": r"\gg",
    "½": r"\frac{1}{2}",
    "¼": r"\frac{1}{4}",
    "⅓": r"\frac{1}{3}",
    "ᵀ": r"^T",
    "⇒": r"\Rightarrow",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "∼": r"\sim",
    "∀": r"\forall",
    "∪": r"\cup",
    "′": "'",
}
_ACCENTS = {"\N{COMBINING CIRCUMFLEX ACCENT}": "hat", "\N{COMBINING MACRON}": "bar"}
_ACCENTS |= {"\N{COMBINING TILDE}": "tilde"}
_NAMED = r"\\(?:log|exp|max|min|tanh|cosh|operatorname\{\w+\})"
_NARROW = r"<mo([^>]*)>(&#x0007C;|&#x02016;|&#x0002F;)</mo>"  # | ‖ /
# behind a bracket, an equals sign, a dot or a comma a minus is a sign, and has no space behind it
_SIGNED = r"(<mo[^>]*>(?:&#x0002[8C];|&#x0003[CDE];|&#x000B7;|&#x0226[45];)</mo>)<mo>&#x02212;</mo>"
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ"
_GREEK = {  # the lower case letters, for which TeX has a command
    chr(i): rf"\{unicodedata.name(chr(i)).split()[-1].lower()}"
    for i in range(ord("α"), ord("ω") + 1)
    if chr(i) not in "λςο"
} | {"λ": r"\lambda", "Δ": r"\Delta", "Λ": r"\Lambda", "Θ": r"\Theta", "Ω": r"\Omega"}


def tex(text: str) -> str:
    r"""A formula in Unicode, as TeX; TeX stays as it is.

    >>> tex("½e² + √(1 + (e/δ)²)")
    '\\frac{1}{2} e^{2} + \\sqrt{1 + (e/\\delta )^{2}}'
    >>> tex("ŷ_i − x^{n−1}")
    '\\hat{y}_i - x^{n- 1}'
    """
    text = _roots(unicodedata.normalize("NFC", text))
    text = re.sub(f"[{_RAISED}]+", lambda found: f"^{{{_plain(found[0])}}}", text)
    text = re.sub(f"[{_LOWERED}]+", lambda found: f"_{{{_plain(found[0])}}}", text)
    text = "".join(_letter(letter) for letter in text)
    text = re.sub(r"\\mathrm\{(\w\w+)\}", r"\\operatorname{\1}", text)  # a word, not letters
    text = re.sub(rf"(?<=[\w)}}])\s*(?={_NAMED})", r"\\,", text)  # t log p, and not tlogp
    text = re.sub(rf"({_NAMED})\s*(?=[\w\\])", r"\1\\,", text)
    text = re.sub(r"(\\,\s*)+", r"\\, ", text)
    return re.sub(r" +", " ", text)


def _letter(letter: str) -> str:
    base, *accents = unicodedata.normalize("NFD", letter)
    if accents:
        return rf"\{_ACCENTS[accents[0]]}{{{base}}}" if accents[0] in _ACCENTS else letter
    known = (_SIGNS | _GREEK).get(letter)
    return f"{known} " if known else letter


def _plain(letters: str) -> str:
    return unicodedata.normalize("NFKC", letters)


def _roots(text: str) -> str:
    """√x and √(…) as \\sqrt{…}."""
    while "√" in text:
        before, _, after = text.partition("√")
        end = _closing(after) if after.startswith("(") else re.match(r"\w*", after).end()
        inside = after[1 : end - 1] if after.startswith("(") else after[:end]
        text = rf"{before}\sqrt{{{inside}}}{after[end:]}"
    return text


def _closing(text: str) -> int:
    """The place behind the bracket that closes the first one."""
    depth = 0
    for place, sign in enumerate(text, start=1):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    raise ValueError(f"a bracket is not closed: {text!r}")


def mathml(text: str, display: str = "inline") -> str:
    """The formula as a MathML element; ValueError where it cannot be read."""
    try:
        made = convert(tex(text), display=display)
    except UNREADABLE as error:
        raise ValueError(f"{text!r}: {type(error).__name__}") from error
    if unknown := re.search(r"<mi>\\\w+</mi>|<mtext>\\", made):
        raise ValueError(f"{text!r}: {unknown[0]}")
    made = re.sub(r"<mo>(\w{2,})</mo>", r"<mi>\1</mi>", made)  # a name has no space around it
    made = made.replace("<mo>&#x0221E;</mo>", "<mi>&#x0221E;</mi>")
    made = re.sub(_NARROW, r'<mo lspace="0" rspace="0"\1>\2</mo>', made)
    return re.sub(_SIGNED, r'\1<mo form="prefix">&#x02212;</mo>', made)


def write_inline(writer: Any, node: Any) -> None:
    """What Sphinx calls for a formula in a line."""
    _write(writer, node, "inline")


def write_block(writer: Any, node: Any) -> None:
    """What Sphinx calls for a formula on a line of its own."""
    writer.body.append('<div class="formula">')
    _write(writer, node, "block")


def _write(writer: Any, node: Any, display: str) -> None:
    try:
        writer.body.append(mathml(node.astext(), display))
    except ValueError as error:
        logger.warning("formula: %s", error, location=node)
    if display == "block":
        writer.body.append("</div>")
    raise SkipNode  # the text of the node is not shown again
