"""Formulas as people write them, read once: into Python, to evaluate, and into TeX, to draw.

A card says "½e² where |e| ≤ δ, else δ(|e| − δ/2)". The tests evaluate it and hold it against the
loss; a picture shows it in TeX. So what is read, drawn and computed cannot disagree.

======================= =======================================================================
written                 meaning
======================= =======================================================================
2c, t log p             products; without a space they bind tighter than a division: e/2c = e/(2c)
x², x^(q − 1)           powers
\\|x\\|, ‖x‖, √x, Σ x     absolute value, norm of a row, root, sum over a row
log x, tanh² x          a function of the factor that follows
a where b < c, else d   a choice
p pᵀ, A @ B             a row is a column, so this is a matrix; a product of matrices
======================= =======================================================================
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_TOKEN = re.compile(r"( *)(\d+(?:\.\d+)?|[A-Za-zΑ-ω_][A-Za-zΑ-ω_0-9]*|[^ ])")
_IN_TEX = {"log", "exp", "cosh", "tanh", "max", "min"}  # for which TeX has a command
_OURS = {"softmax", "σ", "sign", "diag", "variance"}
FUNCTIONS = _IN_TEX | _OURS
_BARS = {"|": ("abs", "|"), "‖": ("norm", r"\|")}
GREEK = {letter: unicodedata.name(letter).split()[-1].lower() for letter in "αβγδεμστ"}
_COMPARISONS = {"<": "<", "≤": r"\leq", "=": "=", "≥": r"\geq", ">": ">"}
_PYTHON = GREEK | {"≤": "<=", "=": "==", "≥": ">=", "½": "0.5", "²": "2", "³": "3", "∞": "inf"}
_TEX = {"½": r"\frac{1}{2}", "²": "2", "³": "3", "∞": r"\infty", "·": r" \cdot ", "/": " / "}
_TEX |= {letter: rf"\{name}" for letter, name in GREEK.items()}


class Formula(NamedTuple):
    """A formula as a Python expression, and as TeX of the part that Matplotlib knows."""

    python: str
    tex: str


def read(text: str) -> Formula:
    """Parse a formula; ValueError says where it cannot be read.

    >>> read("½e² where |e| ≤ δ, else δ(|e| − δ/2)").python
    'where(abs(e) <= delta, (0.5*e**2), (delta*(abs(e) - delta/2)))'
    >>> print(read("−Σ t log p").tex)
    -\\sum t \\, \\log p
    """
    reader = _Reader(text)
    formula = reader.choice()
    if reader.next:
        raise reader.unexpected("an operator")
    return formula


def words(text: str) -> set[str]:
    """The numbers, names and signs of a formula.

    >>> sorted(words("½d² where t = 1, else h"))
    [',', '1', '=', 'd', 'else', 'h', 't', 'where', '²', '½']
    """
    return {token for _, token in _TOKEN.findall(text)}


class _Reader:
    """Recursive descent: a method for each level at which parts of a formula hold together."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens = text, _TOKEN.findall(text)  # pairs: the space before, the token
        self.place, self.closing = 0, ""  # closing: the sign that ends what is read

    @property
    def next(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        """The next token, which must be one of these, if any are named."""
        token = self.next
        if not token or (expected and token not in expected):
            raise self.unexpected(" or ".join(expected) or "a number or a name")
        self.place += 1
        return token

    def took(self, *tokens: str) -> bool:
        """Take the next token if it is one of these."""
        taken = self.next in tokens
        self.place += taken
        return taken

    def unexpected(self, expected: str) -> ValueError:
        start = "".join(space + token for space, token in self.tokens[: self.place])
        return ValueError(f"{self.text!r}: expected {expected} after {start!r}")

    def choice(self) -> Formula:
        """``a where b < c, d where e < f, else g``"""
        value = self.sum()
        if not self.took("where"):
            return value
        left, sign, right = self.sum(), self.take(*_COMPARISONS), self.sum()
        self.take(",")
        self.took("else")
        other = self.choice()
        condition = f"{left.python} {_PYTHON.get(sign, sign)} {right.python}"
        return Formula(
            f"where({condition}, {value.python}, {other.python})",
            rf"{value.tex} \;({left.tex} {_COMPARISONS[sign]} {right.tex}),\quad {other.tex}",
        )

    def sum(self) -> Formula:
        """``−a + b − c``"""
        python = tex = "-" if self.took("−") else ""
        while True:
            term = self.product()
            python, tex = python + term.python, tex + term.tex
            if self.next not in ("+", "−"):
                return Formula(python, tex)
            sign = "+" if self.take() == "+" else "-"
            python, tex = f"{python} {sign} ", f"{tex} {sign} "

    def product(self) -> Formula:
        """``a · b / c d``, and ``Σ`` of the whole product that follows."""
        if self.took("Σ"):
            term = self.product()
            return Formula(f"total({term.python})", rf"\sum {term.tex}")
        python, tex = self.together()
        while self.next in ("·", "/", "@") or self.begins():
            sign = self.take() if self.next in ("·", "/", "@") else ""
            factor = self.product() if self.next == "Σ" else self.together()
            python += (sign if sign in ("/", "@") else "*") + factor.python
            tex += _TEX.get(sign, r" \, ") + factor.tex
        return Formula(python, tex)

    def together(self) -> Formula:
        """``2c``: factors without a space between them."""
        factors = [self.power()]
        while self.begins() and not self.tokens[self.place][0]:
            factors.append(self.power())
        python = "*".join(factor.python for factor in factors)
        tex = " ".join(factor.tex for factor in factors)
        return Formula(f"({python})" if len(factors) > 1 else python, tex)

    def begins(self) -> bool:
        """Does a factor begin here?"""
        word = self.next[:1].isalnum() and self.next not in ("where", "else", "²", "³", "ᵀ")
        bar = self.next in _BARS and self.next != self.closing
        return word or bar or self.next in ("½", "(", "√", "Σ", "∞")

    def power(self) -> Formula:
        """``x²``, ``x^(a + b)``, ``e^−m``, ``xᵀ``"""
        python, tex = self.atom()
        while self.next in ("²", "³", "^", "ᵀ"):
            sign = self.take()
            if sign == "ᵀ":
                python, tex = f"{python}.T", rf"{tex}^T"
            elif sign == "^":
                minus = "-" if self.took("−") else ""
                exponent = self.atom()
                power = exponent.tex.removeprefix("(").removesuffix(")")
                python, tex = f"{python}**{minus}{exponent.python}", f"{tex}^{{{minus}{power}}}"
            else:
                python, tex = f"{python}**{_PYTHON[sign]}", f"{tex}^{_TEX[sign]}"
        return Formula(python, tex)

    def atom(self) -> Formula:
        """A number, a name, a function of what follows, or what stands in parentheses or bars."""
        token = self.take()
        if token == "(":
            inside = self.inside(")")
            return Formula(f"({inside.python})", f"({inside.tex})")
        if token in _BARS:
            inside, (name, bar) = self.inside(token), _BARS[token]
            return Formula(f"{name}({inside.python})", f"{bar}{inside.tex}{bar}")
        if token == "√":
            root = self.inside(")") if self.took("(") else self.atom()
            return Formula(f"sqrt({root.python})", rf"\sqrt{{{root.tex}}}")
        if token in FUNCTIONS:
            return self.function(token)
        if not (token[0].isalpha() or token[0].isdigit() or token in "½∞"):
            self.place -= 1
            raise self.unexpected("a number or a name")
        return Formula(_PYTHON.get(token, token), _name(token))

    def function(self, name: str) -> Formula:
        """``log(x)``, ``log x``, ``tanh² x``, ``max(a, b)``"""
        square, squared = ("**2", "^2") if self.took("²") else ("", "")
        tex = rf"\{name}" if name in _IN_TEX else _name(name)
        if self.took("("):
            arguments = [self.inside(",", ")")]
            while self.tokens[self.place - 1][1] == ",":
                arguments.append(self.inside(",", ")"))
            python = ", ".join(argument.python for argument in arguments)
            shown = f"({', '.join(argument.tex for argument in arguments)})"
        else:
            python, argument = self.power()
            shown = f" {argument}"
        return Formula(f"{_PYTHON.get(name, name)}({python}){square}", f"{tex}{squared}{shown}")

    def inside(self, *ends: str) -> Formula:
        """What stands up to one of the closing signs."""
        before, self.closing = self.closing, ends[0]
        formula = self.choice()
        self.take(*ends)
        self.closing = before
        return formula


def _name(token: str) -> str:
    """A name or a number in TeX: p_k, δ, a word."""
    if token in _TEX:
        return _TEX[token]
    letter, _, index = token.partition("_")
    if len(letter) == 1 and len(index) == 1:
        return f"{letter}_{index}"
    return token if token[0].isdigit() or len(token) == 1 else rf"\mathrm{{{token}}}"
