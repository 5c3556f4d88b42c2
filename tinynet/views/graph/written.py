"""A formula of a card computed with arrays or Tensors: each part a value, with its own text.

The one idea: what a card says is a small expression, so walking it gives what a textbook would
write one line at a time: p = softmax(z), log p, t log p, Σ t log p. With Tensors every part is a
node that can be differentiated. A row stands along the last axis, and Σ adds it up.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...engine.methods import raw
from ...engine.tensor import primitive
from ...functional import sigmoid, softmax
from ...losses.notation import GREEK, read

_OPERATIONS: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
}
_TINY = 1e-300


@primitive
def norm(x: Any) -> Any:
    """The length of each row."""
    return np.linalg.norm(x, axis=-1, keepdims=True)


norm.defvjp(lambda g, y, x: g * x / np.where(y > 0, y, 1.0))

_FUNCTIONS: dict[str, Callable] = {
    **{name: getattr(np, name) for name in ("abs", "cosh", "exp", "sign", "sqrt", "tanh")},
    "log": lambda x: np.log(np.maximum(x, _TINY) if np.any(raw(x) == 0) else x),  # 0 log 0 = 0
    "where": np.where,
    "max": np.maximum,
    "sigma": sigmoid,
    "softmax": softmax,
    "total": lambda x: np.sum(x, axis=-1, keepdims=True),
    "norm": norm,
    "variance": lambda x: np.var(x, axis=0),
}


class Written:
    """Formulas with values for their symbols; `parts` keeps what they were computed of.

    >>> formula = Written({"e": np.array([3.0, -0.5]), "δ": 1.0}, {})
    >>> formula("½e² where |e| ≤ δ, else δ(|e| − δ/2)")
    array([2.5  , 0.125])
    >>> [text for value, text in formula.parts][:4]
    ['|e|', '|e| ≤ δ', 'e²', '½e²']
    """

    def __init__(self, known: Mapping[str, Any], definitions: Mapping[str, str]) -> None:
        self.known = {read(symbol).python: value for symbol, value in known.items()}
        self.definitions = {
            read(symbol).python: (symbol, text) for symbol, text in definitions.items()
        }
        self.parts: list[tuple[Any, str]] = []  # in the order in which they were computed
        self.seen: dict[str, Any] = {}

    def __call__(self, formula: str) -> Any:
        return self._value(ast.parse(read(formula).python, mode="eval").body)

    def _value(self, tree: Any) -> Any:
        if isinstance(tree, ast.Constant):
            return tree.value
        if isinstance(tree, ast.Name):
            return self._named(tree.id)
        text = shown(tree)
        if text not in self.seen:  # what is written twice is computed once
            self.seen[text] = self._computed(tree)
            self.parts.append((self.seen[text], text))
        return self.seen[text]

    def _computed(self, tree: Any) -> Any:
        if isinstance(tree, ast.UnaryOp):
            return -self._value(tree.operand)
        if isinstance(tree, ast.BinOp):
            return _OPERATIONS[type(tree.op)](self._value(tree.left), self._value(tree.right))
        if isinstance(tree, ast.Compare):
            left, right = self._value(tree.left), self._value(tree.comparators[0])
            return _OPERATIONS[type(tree.ops[0])](left, right)
        if isinstance(tree, ast.Attribute):
            return self._value(tree.value).T
        return _FUNCTIONS[tree.func.id](*map(self._value, tree.args))

    def _named(self, name: str) -> Any:
        """The value of a symbol; a definition is computed when it is first needed."""
        if name not in self.known:
            symbol, text = self.definitions[name]
            self.known[name] = self(text)
            self.parts.append((self.known[name], symbol))
        return self.known[name]


# --- writing a part -------------------------------------------------------------------------

_LETTERS = {name: letter for letter, name in GREEK.items()} | {"sigma": "σ", "inf": "∞"}
_BRACKETS = {"abs": "||", "norm": "‖‖"}
_SIGNS = {ast.Add: " + ", ast.Sub: " − ", ast.Div: "/", ast.MatMult: " @ "}
_COMPARED = {ast.Lt: "<", ast.LtE: "≤", ast.Eq: "=", ast.GtE: "≥", ast.Gt: ">"}
_POWERS = {"2": "²", "3": "³"}
_CHOICE, _SUM, _PRODUCT, _POWER, _ATOM = range(5)  # how tightly a text holds together


def shown(tree: Any, least: int = _CHOICE) -> str:
    """An expression in the notation of the cards, in parentheses if it holds less than `least`."""
    text, binding = _shown(tree)
    return text if binding >= least else f"({text})"


def _shown(tree: Any) -> tuple[str, int]:
    if isinstance(tree, ast.Constant):
        return "½" if tree.value == 0.5 else format(tree.value, "g"), _ATOM
    if isinstance(tree, ast.Name):
        return _LETTERS.get(tree.id, tree.id), _ATOM
    if isinstance(tree, ast.UnaryOp):
        return f"−{shown(tree.operand, _PRODUCT)}", _SUM
    if isinstance(tree, ast.BinOp):
        return _operation(tree)
    if isinstance(tree, ast.Compare):
        left, right = shown(tree.left, _SUM), shown(tree.comparators[0], _SUM)
        return f"{left} {_COMPARED[type(tree.ops[0])]} {right}", _CHOICE
    if isinstance(tree, ast.Attribute):
        return f"{shown(tree.value, _ATOM)}ᵀ", _ATOM
    return _call(tree.func.id, tree.args)


def _operation(tree: Any) -> tuple[str, int]:
    kind = type(tree.op)
    if kind is ast.Pow:
        exponent = shown(tree.right, _ATOM)
        return shown(tree.left, _ATOM) + _POWERS.get(exponent, f"^{exponent}"), _POWER
    if kind in (ast.Add, ast.Sub):
        right = shown(tree.right, _SUM + (kind is ast.Sub))
        return f"{shown(tree.left, _SUM)}{_SIGNS[kind]}{right}", _SUM
    return _product(tree)


def _product(tree: Any) -> tuple[str, int]:
    """A product or a quotient; a minus in front of it belongs to all of it."""
    divides, left = isinstance(tree.op, ast.Div), shown(tree.left)
    negative = left.startswith("−") and _shown(_first(tree.left))[1] == _SUM
    fraction = isinstance(tree.left, ast.BinOp) and isinstance(tree.left.op, ast.Div)
    if not negative:
        left = shown(tree.left, _POWER if fraction and not divides else _PRODUCT)
    right = shown(tree.right, _PRODUCT)
    if divides and _shown(tree.right)[1] == _PRODUCT and (" " in right or "/" in right):
        right = f"({right})"  # but e/2c is e over 2c
    number = isinstance(tree.left, ast.Constant)
    near = number and (right[0] in "(|‖" or (right[0].isalpha() and " " not in right))
    sign = _SIGNS.get(type(tree.op), "" if near else " ")
    return f"{left}{sign}{right}", _SUM if negative else _PRODUCT


def _first(tree: Any) -> Any:
    """The factor with which a product begins."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Mult, ast.Div)):
        tree = tree.left
    return tree


def _call(name: str, arguments: list) -> tuple[str, int]:
    if name == "where":
        chosen, other = shown(arguments[1], _SUM), shown(arguments[2])
        otherwise = "" if " where " in other else "else "
        return f"{chosen} where {shown(arguments[0])}, {otherwise}{other}", _CHOICE
    inside = ", ".join(map(shown, arguments))
    if name in _BRACKETS:
        return f"{_BRACKETS[name][0]}{inside}{_BRACKETS[name][1]}", _ATOM
    if name == "total":
        return f"Σ {shown(arguments[0], _PRODUCT)}", _PRODUCT
    if name == "sqrt":
        return f"√{shown(arguments[0], _ATOM)}", _ATOM
    simple = name in ("log", "cosh", "tanh") and isinstance(arguments[0], ast.Name)
    return f"{_LETTERS.get(name, name)}{f' {inside}' if simple else f'({inside})'}", _ATOM
