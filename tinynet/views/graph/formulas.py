"""What a rule says, read from the rule itself.

The one idea: run the rule on symbols, arrays that also carry the text of how they were made. What
comes out is the gradient together with its formula, so that the two cannot drift apart.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...engine.methods import ArrayMethods, raw
from ...engine.tensor import Primitive

ATOM, POWER, SIGN, PRODUCT, SUM, COMPARISON, LOGIC = range(7)  # how tightly it holds together
INFIX = {
    np.add: (" + ", SUM),
    np.subtract: (" − ", SUM),
    np.multiply: (" · ", PRODUCT),
    np.divide: (" / ", PRODUCT),
    np.matmul: (" @ ", PRODUCT),
    np.power: (" ** ", POWER),
    np.greater: (" > ", COMPARISON),
    np.greater_equal: (" ≥ ", COMPARISON),
    np.less: (" < ", COMPARISON),
    np.less_equal: (" ≤ ", COMPARISON),
    np.equal: (" == ", COMPARISON),
    np.logical_and: (" and ", LOGIC),
    np.bitwise_and: (" and ", LOGIC),
}


class Symbol(ArrayMethods):
    """An array and the text of the expression that it is the value of.

    >>> a, b = Symbol(np.array(2.0), "a"), Symbol(np.array(3.0), "b")
    >>> ((a + b) * -np.tanh(a)).text
    '(a + b) · −tanh(a)'
    """

    __slots__ = ("data", "text", "binding")
    __hash__ = object.__hash__

    def __init__(self, data: Any, text: str, binding: int = ATOM) -> None:
        self.data, self.text, self.binding = data, text, binding

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        return self._made(function, name, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return self._made(function, function.__name__, args, options)

    def __and__(self, other: Any) -> Any:
        return np.logical_and(self, other)

    def __invert__(self) -> Any:
        return np.logical_not(self)

    def _made(self, function: Callable, name: str, args: tuple, options: dict) -> Any:
        data = function(*map(raw, args), **{k: raw(v) for k, v in options.items()})
        if not isinstance(data, (np.ndarray, np.generic)):
            return data
        return Symbol(data, *_expression(function, name, args, options))

    def traced(self, operation: Primitive, args: tuple, options: dict) -> Symbol:
        """The result of a primitive under its name, sigmoid(x), in place of what it computes."""
        return Symbol(self.data, _called(operation.__name__, args, options))


def run(rule: Callable, names: Sequence[str], arrays: Sequence, **options: Any) -> tuple[Any, str]:
    """What the rule makes of the arrays, and its formula in terms of these names for them.

    The formula is empty where the rule does what no expression can say, such as an assignment.

    >>> run(lambda g, y, a, b: g * b, ["g", "y", "x", "w"], np.array([2.0, 12.0, 3.0, 4.0]))
    (np.float64(8.0), 'g · w')
    """
    named = {name: _named(name, value) for name, value in options.items()}
    try:
        result = rule(*map(_named, names, arrays), **named)
    except (TypeError, AttributeError):
        result = None
    if isinstance(result, Symbol):
        return result.data, result.text
    return rule(*arrays, **options), ""


def local(formula: str) -> str:
    """The local derivative: what g is multiplied with, where the formula is such a product.

    >>> [local(text) for text in ("g · b", "−g", "g · (1 − y)", "g / (1 + x)", "g @ b.mT")]
    ['b', '−1', '1 − y', '1 / (1 + x)', '']
    """
    if formula in ("g", "−g"):
        return formula.replace("g", "1")
    if formula.startswith("g / "):
        return f"1{formula[1:]}"
    factor = formula.removeprefix("g · ")
    if factor == formula or re.search(r"\bg\b", factor):
        return ""
    inside = re.fullmatch(r"\(([^()]*)\)", factor)
    return inside[1] if inside else factor


def _named(name: str, value: Any) -> Any:
    """An array as a symbol; the output and what was saved with it as a tuple of them."""
    if isinstance(value, tuple) and name not in ("shape", "axis"):
        saved = (Symbol(v, f"{name}'{i or ''}") for i, v in enumerate(value[1:]))
        return (Symbol(value[0], name), *saved)
    return Symbol(value, name) if isinstance(value, (np.ndarray, np.floating)) else value


# --- writing expressions --------------------------------------------------------------------


def _expression(function: Any, name: str, args: tuple, options: dict) -> tuple[str, int]:
    """The text of a call and how tightly it holds together."""
    if function in INFIX and len(args) == 2:
        sign, binding = INFIX[function]
        strict = function not in (np.add, np.multiply)  # a − (b − c) needs its parentheses
        return f"{_text(args[0], binding)}{sign}{_text(args[1], binding - strict)}", binding
    if function is np.negative:
        return f"−{_text(args[0], SIGN)}", SIGN
    if function is np.absolute:
        return f"|{_text(args[0])}|", ATOM
    if function is np.where:
        conditions = np.unique(raw(args[0]))
        if len(conditions) == 1:  # only one of the two was used
            used = args[1] if conditions[0] else args[2]
            return _text(used), used.binding if isinstance(used, Symbol) else ATOM
    if function is np.swapaxes or function is np.transpose:
        turned = ".mT" if function is np.swapaxes else ".T"
        return f"{_text(args[0], ATOM)}{turned}", ATOM
    if function is operator.getitem:
        return f"{_text(args[0], ATOM)}[{_index(args[1])}]", ATOM
    return _called(name, args, options), ATOM


def _called(name: str, args: tuple, options: dict) -> str:
    texts = [_text(arg) for arg in args]
    texts += [f"{k}={_text(v)}" for k, v in options.items() if v is not None]
    return f"{name}({', '.join(texts)})"


def _text(value: Any, binding: int = LOGIC) -> str:
    """The text of an argument, in parentheses where it holds less tightly than it must."""
    if isinstance(value, Symbol):
        return value.text if value.binding <= binding else f"({value.text})"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_text, value))}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"array of shape {value.shape}"
    if isinstance(value, (float, np.floating, np.ndarray)):
        return f"{float(value):.4g}"
    return str(value)


def _index(index: Any) -> str:
    return ", ".join(_slices(index if isinstance(index, tuple) else (index,)))


def _slices(parts: tuple) -> Iterator[str]:
    for part in parts:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
            yield ":".join(ends) + (f":{part.step}" if part.step else "")
        else:
            yield "..." if part is ... else _text(part)
