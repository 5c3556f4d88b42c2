"""A gradient of exactly 0 stays 0, whatever the slope.

A gradient of 0 says that an element did not matter: the branch that np.where did not take, a unit
that is off. Then its slope does not matter either; but 0 · ∞ and 0 · NaN are NaN to the machine.
One mechanism sets that right for all elementwise rules, in derivatives of any order:

- 0 · ∞, 0 / 0, ∞ − ∞ or sin(∞) raise the machine's "invalid" flag. A sweep asks NumPy to be told
  of it, which costs nothing; told so, it looks at what the rule gave, and puts back each 0.
- 0 · NaN raises no flag. But NaN leaves the final value only through an operation that leaves
  elements out, such as np.where. A sweep that meets one looks for NaN in its arguments; after
  that it looks at what every rule gives.

What mixes elements is not covered: a row of zeros times a matrix that holds ∞ is NaN. And tiny
times tiny is 0, and right: a sweep never complains of underflow.
"""

from __future__ import annotations

import contextvars
import enum
from collections.abc import Callable
from typing import Any

import numpy as np

from .methods import raw


class Kind(enum.Enum):
    """What the rules of an operation do with the elements of a gradient."""

    SLOPE = "slope"  # multiply each by a slope; NaN in an argument is NaN in the value
    CHOICE = "choice"  # as SLOPE, and a slope of 0 means that another element was chosen
    MIXED = "mixed"  # add up several; NaN in an argument is NaN in the value
    OTHER = "other"  # not known: NaN in an argument may be left out of the value


OTHER = Kind.OTHER


def kind_of(function: Callable) -> Kind:
    """What is known without being told: NumPy's ufuncs go element by element, except matmul."""
    if not isinstance(function, np.ufunc):
        return Kind.OTHER
    return Kind.SLOPE if function.signature is None else Kind.MIXED


def restored(kind: Kind, rule: Callable, found: Any, g: Any, *args: Any, **options: Any) -> Any:
    """What the rule found, with 0 where it is NaN only because g is 0, or not chosen."""
    missing = np.isnan(raw(found))
    if kind not in (Kind.SLOPE, Kind.CHOICE) or not missing.any():
        return found
    unused = raw(g) == 0
    if kind is Kind.CHOICE:
        unused = unused | (raw(rule(np.ones_like(raw(g)), *args, **options)) == 0)
    return np.where(missing & unused, 0.0, found)


def _tells() -> bool:
    """Does the machine raise its flag? In a browser, in WebAssembly, it has none."""
    told: list[Any] = []
    with np.errstate(invalid="call", call=lambda *event: told.append(event)):
        np.multiply(0.0, np.inf)
    return bool(told)


TELLS = _tells()


class Watch:
    """The watch for such NaN during one sweep. `on`: the next result needs a look."""

    def __init__(self) -> None:
        self.on = self.hidden = not TELLS  # without a flag, it looks at what every rule gives
        self.outside = contextvars.copy_context()  # with the caller's np.errstate

    def flag(self, *event: Any) -> None:
        """NumPy calls this when an operation was invalid."""
        self.on = True

    def search(self, node: Any) -> None:
        """Is NaN hidden behind an operation that may have left it out? Leaves need no watch."""
        inputs = [node.args[i] for i in node.needs_grad]
        self.hidden = any(x.node and np.isnan(x.data).any() for x in inputs)
        self.on = self.on or self.hidden

    def look(self, kind: Kind, rule: Callable, found: Any, *args: Any, **options: Any) -> Any:
        """What the rule found, restored. If NaN stays, the caller hears of it as they like."""
        self.on = False
        found = restored(kind, rule, found, *args, **options)
        if np.isnan(raw(found)).any():
            self.outside.run(rule, *args, **options)
        self.on = self.hidden
        return found
