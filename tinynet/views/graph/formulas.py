"""What a rule says, read from the rule itself.

The one idea: run the rule on symbols, arrays that also carry the text of how they were made. What
comes out is the gradient together with its formula, so that the two cannot drift apart.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from numbers import Number
from typing import Any

import numpy as np

from ...engine.methods import ArrayMethods, raw
from ...engine.tensor import Primitive
from ..numerals import number

ATOM, POWER, SIGN, PRODUCT, SUM, COMPARISON, LOGIC, CHOICE = range(8)  # how tightly it holds
_WHOLE = re.compile(r"[\w.'²³]+|\|[^|]+\||‖[^‖]+‖")  # names that need no parentheses: e², |e|
INFIX = {
    np.add: (" + ", SUM),
    np.subtract: (" − ", SUM),
    np.multiply: (" · ", PRODUCT),
    np.divide: (" / ", PRODUCT),
    np.matmul: (" @ ", PRODUCT),
    np.greater: (" > ", COMPARISON),
    np.greater_equal: (" ≥ ", COMPARISON),
    np.less: (" < ", COMPARISON),
    np.less_equal: (" ≤ ", COMPARISON),
    np.equal: (" = ", COMPARISON),
    np.logical_and: (" and ", LOGIC),
    np.bitwise_and: (" and ", LOGIC),
}


class Symbol(ArrayMethods):
    """An array and the text of the expression that it is the value of.

    >>> a, b = Symbol(np.array(2.0), "a"), Symbol(np.array(3.0), "b")
    >>> ((a + b) * -np.tanh(a)).text
    '(a + b) · (−tanh(a))'
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

    def astype(self, dtype: Any, *, copy: bool = True) -> Symbol:
        """The same expression: with how many bits is no mathematics."""
        return Symbol(self.data.astype(dtype, copy=copy), self.text, self.binding)

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

    >>> [local(text) for text in ("g · b", "−g", "g · (1 − y)", "g / (1 + x)", "g @ bᵀ", "0")]
    ['b', '−1', '1 − y', '1 / (1 + x)', '', '0']
    """
    if formula in ("g", "−g", "0"):
        return formula.replace("g", "1")
    if formula.startswith("g / "):
        return f"1{formula[1:]}"
    factor = formula.removeprefix("g · ")
    if factor == formula or re.search(r"\bg\b", factor):
        return ""
    depths = np.cumsum([(c == "(") - (c == ")") for c in factor])
    around = factor[0] == "(" and int(np.argmin(depths)) == len(factor) - 1
    return factor[1:-1] if around else factor


def _named(name: str, value: Any) -> Any:
    """An array as a symbol; the output and what was kept with it as a tuple of them.

    What has no name is a number, and stands for itself.
    """
    if isinstance(value, tuple) and name not in ("shape", "axis"):
        saved = (Symbol(v, f"kept{i or ''}") for i, v in enumerate(value[1:]))
        return (Symbol(value[0], name), *saved)
    if not name or not isinstance(value, (np.ndarray, np.floating)):
        return value
    return Symbol(value, name, ATOM if _WHOLE.fullmatch(name) else SUM)


# --- writing expressions --------------------------------------------------------------------


def _expression(function: Any, name: str, args: tuple, options: dict) -> tuple[str, int]:
    """The text of a call and how tightly it holds together."""
    if function in INFIX and len(args) == 2:
        sign, binding = INFIX[function]
        plain = _without_ones(function, *args)
        if plain is not None:
            return plain.text, plain.binding
        strict = function not in (np.add, np.multiply)  # a − (b − c) needs its parentheses
        right = _text(args[1], binding - strict)
        right = f"({right})" if right.startswith("−") else right
        return f"{_text(args[0], binding)}{sign}{right}", binding
    if function is np.negative:
        return f"−{_text(args[0], SIGN)}", SIGN
    if function is np.absolute:
        return f"|{_text(args[0])}|", ATOM
    if function is np.where:
        return _choice(*args)
    if function is np.power:
        return _power(*args)
    if function is np.broadcast_to:  # the same number in more places
        return _text(args[0]), args[0].binding
    if function is np.sum and options.get("keepdims") and options.get("axis") == -1:
        return f"Σ({_text(args[0])})", ATOM  # along each row
    if function is np.swapaxes or function is np.transpose:
        text = _text(args[0], ATOM)
        return text[:-1] if text.endswith("ᵀ") else f"{text}ᵀ", ATOM
    if function is operator.getitem:
        return f"{_text(args[0], ATOM)}[{_index(args[1])}]", ATOM
    return _called(name, args, options), ATOM


def _without_ones(function: Any, left: Any, right: Any) -> Symbol | None:
    """The other factor, where one is the number 1."""
    if function in (np.multiply, np.divide) and isinstance(left, Symbol) and _is_one(right):
        return left
    return right if function is np.multiply and _is_one(left) else None


def _is_one(value: Any) -> bool:
    return not isinstance(value, Symbol) and np.ndim(value) == 0 and value == 1


def _choice(condition: Any, chosen: Any, other: Any) -> tuple[str, int]:
    """What was used: one of the two, or each in its places."""
    used = np.unique(raw(condition))
    if len(used) == 1:
        only = chosen if used[0] else other
        return _text(only), only.binding if isinstance(only, Symbol) else ATOM
    return f"{_text(chosen, SUM)} where {_text(condition)}, else {_text(other, SUM)}", CHOICE


def _power(base: Any, exponent: Any) -> tuple[str, int]:
    """x², x^0.5, and x alone for the power 1."""
    if isinstance(exponent, Symbol) or np.ndim(exponent):
        return f"{_text(base, ATOM)}^{_text(exponent, ATOM)}", POWER
    if exponent == 1:
        return _text(base), base.binding
    shown = {2: "²", 3: "³"}.get(exponent, f"^{_text(exponent, ATOM)}")
    return f"{_text(base, ATOM)}{shown}", POWER


def _called(name: str, args: tuple, options: dict) -> str:
    texts = [_text(arg) for arg in args]
    told = {k: v for k, v in options.items() if v is not None and k != "keepdims"}
    texts += [f"{k}={_text(v)}" for k, v in told.items()]
    return f"{name}({', '.join(texts)})"


def _text(value: Any, binding: int = CHOICE) -> str:
    """The text of an argument, in parentheses where it holds less tightly than it must."""
    if isinstance(value, Symbol):
        return value.text if value.binding <= binding else f"({value.text})"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_text, value))}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"array of shape {value.shape}"
    if isinstance(value, (Number, np.ndarray)) and not isinstance(value, bool):
        text = number(value)
        return f"({text})" if text.startswith("−") and binding <= POWER else text
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
