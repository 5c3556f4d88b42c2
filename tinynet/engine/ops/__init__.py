"""The rule table: NumPy's functions and their derivatives, a row each, by family.

A rule is ``vjp(g, y, *args, **options)``: g is the gradient of the final value with respect to the
output y, and the rule returns the gradient with respect to one argument. Rules are pure NumPy: on
arrays they compute, on Tensors they record, which is what makes second derivatives work. They do
not undo broadcasting; the sweep does that once for all (tensor.py).

Where a function has a corner, its gradient there is:

- `abs` at 0: 0. `maximum`, `minimum`, `max`, `min`, `fmax`, `fmin` with ties: shared equally.
- `sort`, `median`, `quantile` with ties: to the elements that argsort puts there.
- What is NaN: 0 where NaN is left out (`nansum`, `fmax`, `nan_to_num` …).
- `hypot` and `arctan2` at (0, 0), `std` of equal numbers: 0.
- `clip` at a bound: passes the gradient; with low > high it is high, and so is the gradient.
- `x ** 0`: 0, also at x = 0 and at ±∞.
- `sqrt` at 0, `log` at 0 and their like: infinite.
- Any slope where g is exactly 0: the gradient stays 0, in all elementwise rules, see zeros.py. So
  it is 0 for the branch that `where` did not take, and for what `maximum`, `clip` … left behind.

``print(tn.ops.coverage())`` lists all functions.
"""

import functools
import operator
import textwrap
from collections.abc import Callable

import numpy as np

from ..tensor import table
from . import elementwise, indexing, nondifferentiable, products, reductions, shapes
from .more import calculus, linalg, moves, sorting

__all__ = [
    "calculus",
    "coverage",
    "elementwise",
    "indexing",
    "linalg",
    "moves",
    "nondifferentiable",
    "products",
    "reductions",
    "shapes",
    "sorting",
]

_SYNTAX = {operator.getitem: "x[index]", np.ndarray.astype: "x.astype"}


def coverage() -> str:
    """What the table holds: the functions with a derivative, and those that have no useful one.

    >>> "linalg.inv" in coverage()
    True
    """
    constant = {f for f, run in table.items() if isinstance(run, functools.partial)}
    return "\n\n".join(
        f"{title} ({len(functions)}):\n\n{_listed(functions)}"
        for title, functions in (
            ("Functions with a derivative", table.keys() - constant),
            ("Functions without a useful derivative, which give plain arrays", constant),
        )
    )


def _listed(functions: set[Callable]) -> str:
    names = sorted((_name(function) for function in functions), key=str.lower)
    return textwrap.fill(" ".join(names), 98, initial_indent="  ", subsequent_indent="  ")


def _name(function: Callable) -> str:
    """As one writes it after `np.`: tanh, linalg.inv, add.reduce."""
    if function in _SYNTAX:
        return _SYNTAX[function]
    if hasattr(function, "__self__"):  # the method of a ufunc
        return f"{function.__self__.__name__}.{function.__name__}"
    module = getattr(function, "__module__", "numpy")  # old ufuncs have none
    return f"{module}.{function.__name__}".removeprefix("numpy.")
