"""Verdicts: from the numbers that a wrong rule gives to what is wrong with it.

The one idea: a mistake leaves a trace. Whoever forgets a transpose does not get random numbers, but
exactly those of the Jacobian times g. So each known mistake is a hypothesis that says what the rule
would give instead, and the first one that agrees to five digits, here and at a second place nearby,
is the verdict. A resemblance is not enough: a wrong verdict is worse than none.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from ..engine.graph import behind
from ..engine.tensor import Tensor
from .differences import REFUSED, Point, case_of, measure

Kind = Literal[
    "right",
    "kink",
    "shape",
    "rule_error",
    "unchecked",
    "stale",
    "not_finite",
    "zero",
    "upstream",
    "mask",
    "saturated",
    "sign",
    "not_summed",
    "batch",
    "factor",
    "wrong_argument",
    "wrong_axis",
    "transposed",
    "permuted",
    "diagonal",
    "slope_missing",
    "detached",
    "unknown",
]
Fault = tuple[Kind, str]
Hypothesis = Callable[[list[Point]], Fault | None]  # the points: one rule at one place, or at two
Candidates = Callable[[Point], list[np.ndarray]]


def explain(points: list[Point]) -> Fault:
    """The first hypothesis that the numbers support, in words."""
    if points[0].chosen.size:  # single elements, not only directions
        for hypothesis in HYPOTHESES:
            if fault := hypothesis(points):
                return fault
    return "unknown", f"does not match; no known pattern: {worst(points[0])}"


def worst(p: Point) -> str:
    k = p.worst
    at = f"at index {p.index(k)}" if p.chosen.size else "along a direction"
    return f"worst {at}, analytic {p.analytic[k]:.6g}, numerical {p.measured[k]:.6g}"


def kink(p: Point) -> str:
    at, count = p.index(int(np.argmax(p.kinks))), np.count_nonzero(p.kinks)
    return (
        f"not differentiable at index {at}, where the input is {p.x[at] + 0.0:.6g}: a kink, a jump"
        f" or an edge of the function. {count} of {p.kinks.size} not counted; move the input away"
        " to check there"
    )


def nowhere(p: Point) -> str:
    at = p.index(0)
    return (
        f"nothing was checked: at index {at}, where the input is {p.x[at] + 0.0:.6g}, f has a jump,"
        f" or no value to one side, so any gradient would pass (tried: {p.free.size} of"
        f" {p.x.size}); move the input away from there"
    )


def first_not_finite(value: Tensor) -> str:
    """Where the first number that is not finite comes from."""
    inner = sorted((t for t in behind(value) if t.node), key=lambda t: t.node.number)
    tensor = next((t for t in inner if not np.isfinite(t.data).all()), value)
    at = tuple(map(int, np.argwhere(~np.isfinite(tensor.data))[0]))
    arrays = [v for v in tensor.node.values if np.shape(v) == tensor.shape] if tensor.node else []
    source = f", from {', '.join(f'{v[at]:.6g}' for v in arrays)}" if arrays else ""
    name = tensor.node.operation.__name__ if tensor.node else "f"
    return f"{name} gives {tensor.numpy()[at]} at index {at}{source}"


# --- numbers that are not finite, or not the same twice, or not in proportion to g ------------


def _stale(points: list[Point]) -> Fault | None:
    p = points[0]
    if np.array_equal(p.gradient, p.case.gradient(p.i), equal_nan=True):
        return None
    return "stale", (
        "gives another gradient when it is called a second time with the same numbers: it keeps"
        " state (adds up in place?) or uses random numbers; a rule must only compute and return"
    )


def _extreme(points: list[Point]) -> Fault | None:
    """Not finite somewhere, or 0 for all large inputs and right for the others."""
    p = points[0]
    size, finite = abs(p.x.ravel()[p.chosen]), np.isfinite(p.analytic)
    bad = p.wrong if finite.all() else ~finite
    bound, k = size[bad].min(), int(np.argmax(bad))
    beyond = not bad.all() and bound > size[~bad].max()
    if finite.all() and (p.analytic[bad].any() or not beyond or bound < 5):
        return None
    where = f", as everywhere from |x| = {bound:.6g} on" if beyond else ""
    return "saturated" if finite.all() else "not_finite", (
        f"gives {p.analytic[k]} at index {p.index(k)}, where the input is"
        f" {p.x[p.index(k)]:.6g}{where}, instead of {p.measured[k]:.6g}: look for an overflow, 0/0"
        " or inf − inf, and write it in a stable form"
    )


def _not_linear(points: list[Point]) -> Fault | None:
    p = points[0]
    tripled = replace(p.case, u=-3 * p.case.u).gradient(p.i).ravel()[p.chosen]
    if p.equals(tripled / -3):
        return None
    how = "does not use" if p.equals(tripled) else "is not proportional to"
    return "upstream", f"{how} g, the gradient from above: multiply the derivative with g, once"


# --- numbers that are too large or too small everywhere, by the same factor -------------------


def _constant(points: list[Point]) -> Fault | None:
    p, c = points[0], _ratio(points)
    if not c or abs(c - 1) < 1e-4:
        return None
    if abs(c + 1) < 1e-4:
        return "sign", "has its sign flipped: every number is −1 times the right one"
    copies = p.case.u.size // p.x.size if _repeats(p.x, p.case.u) else 0
    if abs(c * copies - 1) < 1e-4:
        return "not_summed", (
            f"takes the mean over the {copies} copies that broadcasting made, not their sum: every"
            " copy counts in full"
        )
    n, grows = _length(p, c), None
    if n and (grows := _grows_with_batch(p, n, c)):
        missing = f"is {n} times too large, and N = {n}: the 1/N of a mean is missing in it"
        second = f"is too small by 1/{n}, and N = {n}: it divides by N once more than f does"
        return "batch", missing if c > 1 else second
    large = f"{c:.6g} times the right gradient everywhere: is a factor 1/{c:.6g} missing?"
    small = f"1/{1 / c:.6g} of the right gradient everywhere: is a factor {1 / c:.6g} missing?"
    unsure = f" Or a 1/N? N = {n} too" if n and grows is None else ""
    return "factor", f"gives {large if abs(c) > 1 else small}{unsure}"


def _ratio(points: list[Point]) -> float | None:
    """The constant analytic / measured over all elements, at both places."""
    analytic = np.concatenate([p.analytic[~p.kinks] for p in points])
    measured = np.concatenate([p.measured[~p.kinks] for p in points])
    if np.count_nonzero(abs(measured) > 1e-3 * np.max(abs(measured), initial=0)) < 2:
        return None
    c = float(analytic @ measured / (measured @ measured))
    return c if all(p.equals(c * p.measured) for p in points) else None


def _length(p: Point, c: float) -> int | None:
    """The N for which c is N or 1/N, if some axis or array has that length."""
    lengths = {length for a in (p.case.u, *p.case.arrays) for length in (a.size, *a.shape)}
    n = round(max(c, 1 / c))  # negative for a negative c
    return n if n > 1 and n in lengths and abs(max(c, 1 / c) / n - 1) < 1e-4 else None


def _grows_with_batch(p: Point, n: int, c: float) -> bool | None:
    """Does the factor change with N? The experiment: the batch twice; None: not possible here."""
    answer = None
    for axis in range(max(a.ndim for a in p.case.arrays)):
        doubled = [a.ndim > axis and n in (a.shape[axis], a.size) for a in p.case.arrays]
        arrays = [
            np.concatenate([a, a], axis) if twice else a
            for a, twice in zip(p.case.arrays, doubled, strict=True)
        ]
        with contextlib.suppress(*REFUSED):
            case = case_of(p.case.run, arrays, p.case.rng)
            changed = _ratio([measure(case, p.i, case.gradient(p.i))])
            if changed and min(abs(changed / c - 2), abs(changed / c - 0.5)) < 1e-3:
                return True
            answer = False if any(doubled) else answer
    return answer


# --- other numbers instead of the right ones --------------------------------------------------


def instead(kind: Kind, candidates: Candidates, sentence: str) -> Hypothesis:
    """The hypothesis that the rule gives one of these, the same one at every point."""

    def hypothesis(points: list[Point]) -> Fault | None:
        for same in zip(*map(candidates, points), strict=False):
            if all(p.equals(numbers) for p, numbers in zip(points, same, strict=True)):
                return kind, sentence
        return None

    return hypothesis


def _all_measured(p: Point) -> bool:
    return p.chosen.size == p.x.size


def _square(p: Point) -> bool:
    return _all_measured(p) and p.x.shape == p.case.u.shape


def _repeats(small: np.ndarray, large: np.ndarray) -> bool:
    """Does broadcasting repeat the small array to the shape of the large one?"""
    with contextlib.suppress(ValueError):
        return np.broadcast_shapes(small.shape, large.shape) == large.shape != small.shape
    return False


def _right_if_steep(p: Point) -> list[np.ndarray]:
    flat = abs(p.measured) <= p.allowed
    return [] if flat.all() or (p.wrong & ~flat).any() else [p.analytic]


def _other_arguments(p: Point) -> list[np.ndarray]:
    """The derivatives in the other arguments of the same shape."""
    zeros = np.zeros_like(p.gradient)
    others = [j for j, a in enumerate(p.case.arrays) if j != p.i and a.shape == p.x.shape]
    return [measure(p.case, j, zeros).measured for j in others if _all_measured(p)]


def _swaps(array: np.ndarray) -> list[np.ndarray]:
    """The array with two axes swapped, for any two of the same length."""
    pairs = itertools.combinations(range(array.ndim), 2)
    return [np.swapaxes(array, a, b) for a, b in pairs if array.shape[a] == array.shape[b]]


def _swapped(p: Point) -> list[np.ndarray]:
    """What comes out if two axes of g, or of the result, change places."""
    results = _swaps(p.measured.reshape(p.x.shape)) if _all_measured(p) else []
    return [*(g.ravel() @ p.jacobian for g in _swaps(p.case.u)), *results]


def _other_axis(p: Point) -> list[np.ndarray]:
    along = p.case.u.size > 1 and (_repeats(p.x, p.case.u) or _repeats(p.case.u, p.x))
    return _swapped(p) if along else []


def _reordered(p: Point) -> list[np.ndarray]:
    """The right numbers, the smallest where the analytic one is smallest, and so on."""
    if not _all_measured(p) or np.unique(p.measured).size < 3:
        return []
    numbers = np.empty_like(p.measured)
    numbers[np.argsort(p.analytic)] = np.sort(p.measured)
    return [numbers]


def _one_use(p: Point) -> list[np.ndarray]:
    """Where wrong, the nearest one of the terms that should be summed over the outputs."""
    terms = p.case.u.ravel()[:, None] * p.jacobian  # (outputs, k)
    terms = np.where(abs(terms) > p.allowed, terms, np.inf)
    nearest = np.argmin(abs(terms - p.analytic), axis=0)
    single = terms[nearest, np.arange(p.analytic.size)]
    return [np.where(p.wrong, single, p.measured)] if p.wrong.any() else []


def _one_g(p: Point) -> list[np.ndarray]:
    u = p.case.u
    return [c * p.jacobian.sum(axis=0) for c in (1, u.mean(), u.sum(), u.flat[0], u.flat[-1])]


# The first that fits is the verdict, so the more special ones come first.
HYPOTHESES: tuple[Hypothesis, ...] = (
    _stale,
    instead("unknown", lambda p: [p.measured], "is off by too little to tell the reason"),
    instead("zero", lambda p: [0 * p.measured], "gives 0: it does not pass the gradient on"),
    _extreme,
    _not_linear,
    instead("mask", _right_if_steep, "is not 0 where f is flat: multiply with the condition"),
    _constant,
    instead("wrong_argument", _other_arguments, "belongs to another argument: are two swapped?"),
    instead("wrong_axis", _other_axis, "is summed or repeated along the wrong axis, or transposed"),
    instead("transposed", _swapped, "is transposed: swap the axes of its result, or of g"),
    instead(
        "transposed",
        lambda p: [p.jacobian @ p.case.u.ravel()] if _square(p) else [],
        "multiplies g with the Jacobian instead of its transpose: a factor must be transposed (b.T"
        " for a @ b), or what the function moved must be moved back",
    ),
    instead("permuted", _reordered, "has the right numbers in the wrong order: undo the moves"),
    instead(
        "diagonal",
        lambda p: [np.diag(p.jacobian) * p.case.u.ravel()] if _square(p) else [],
        "uses only the diagonal of the Jacobian: add the terms of the other elements that an output"
        " depends on (all in its row, for softmax)",
    ),
    instead(
        "not_summed",
        _one_use,
        "counts only one of the outputs that an element goes into: add up all of them",
    ),
    instead("upstream", _one_g, "uses one number for all of g: each output has its own, keep them"),
    instead(
        "slope_missing",
        lambda p: [p.case.u.ravel()[p.chosen]] if p.x.shape == p.case.u.shape else [],
        "returns g as it is: multiply it with the slope of f",
    ),
)
