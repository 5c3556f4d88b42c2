"""Nudge a number of a leaf by 0.001, both ways, and measure how far the output moves.

The quotient is what a derivative means, found without any rule, so that a reader sees that what
`backward` says is true; and where the two differ, why they must.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...diagnostics.differences import Case, Slope, slope
from ...engine.graph import behind
from ...engine.names import lookup
from ...engine.tensor import Tensor
from ..graph import Graph, GraphNode
from ..numerals import number
from .recompute import value

STEP = 0.001
_MOST_DIGITS = 8  # that a page shows of a quotient
_ALIKE = 1e-4  # relative difference of two numbers that a reader takes for the same


@dataclass(frozen=True)
class Nudge:
    """What was measured at one number of a leaf.

    Attributes
    ----------
    plus, minus : float
        The output with the number 0.001 larger, and 0.001 smaller.
    quotient, gradient : float
        Their difference per unit, and what `backward` says.
    sentence : str
        How far the two agree, or why they do not.
    """

    plus: float
    minus: float
    quotient: float
    gradient: float
    sentence: str

    @property
    def difference(self) -> float:
        """That of quotient and gradient, relative to the larger."""
        larger = max(abs(self.quotient), abs(self.gradient))
        return abs(self.quotient - self.gradient) / larger if larger else 0.0


def nudged(graph: Graph, name: str, place: int = 0) -> Nudge:
    """Measure the gradient of a leaf at a place of it, counted in row-major order.

    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> found = nudged(Graph(np.sum(w**3)), "w", 1)
    >>> print(f"{found.quotient:.6f} {found.gradient:.6f} {found.difference:.0e}")
    12.000001 12.000000 8e-08
    """
    node = lookup("leaf", name, {node.name: node for node in graph.flat() if not node.inputs})
    if node.gradient is None:
        raise ValueError(f"{name} has no gradient, so there is nothing to compare")
    if not 0 <= place < node.value.size:
        raise ValueError(f"{name} has {node.value.size} numbers, counted from 0: not {place}")
    case = _case(graph, node)
    way = np.eye(1, node.value.size, place).reshape(node.shape)
    high, low = (case.moved(0, step * way)[0].astype(node.dtype) for step in (STEP, -STEP))
    with np.errstate(all="ignore"):
        plus, minus = (float(np.sum(case.u * case.value([x]))) for x in (high, low))
        moved = float(high.flat[place]) - float(low.flat[place])  # 0.002, as far as it is rounded
        quotient = (plus - minus) / moved if moved else math.nan
    gradient = float(np.ravel(node.gradient)[place])
    found = Nudge(plus, minus, quotient, gradient, "")
    return Nudge(plus, minus, quotient, gradient, _said(found, case, way))


def _case(graph: Graph, node: GraphNode) -> Case:
    """The output as a function of one leaf."""

    def run(arrays: list[np.ndarray]) -> tuple[list[Tensor], Tensor]:
        return [], Tensor(value(graph, {node.name: arrays[0]}))

    output = graph.output.tensor
    floats = {t.dtype for t in (output, *behind(output)) if t.dtype.kind == "f"}
    eps = max(float(np.finfo(dtype).eps) for dtype in floats)
    seed = np.asarray(graph.seed, float)
    return Case(run, [np.asarray(node.value)], seed, eps, np.random.default_rng(0))


def _said(found: Nudge, case: Case, way: np.ndarray) -> str:
    """How far the two agree; where they do not, why."""
    if not math.isfinite(found.quotient):
        return "On one side the output is no finite number, so there is nothing to measure."
    noise = case.eps * max(abs(found.plus), abs(found.minus)) / STEP
    off = abs(found.quotient - found.gradient)
    if found.difference <= _ALIKE:
        return f"They agree{_to_digits(found.difference)}."
    at = float(case.arrays[0][way != 0][0])
    with np.errstate(all="ignore"):
        fine = slope(case, 0, way, max(1.0, abs(at)), abs(at))
    if not math.isfinite(fine.low):
        return "The output itself jumps here, and a jump has no derivative."
    if fine.low < fine.high:
        return _of_kink(found, fine)
    if off <= 2 * noise:
        return (
            f"Rounding: near {number(found.plus, 4)} the output is known to about"
            f" {number(case.eps * abs(found.plus), 1)}, and 0.002 divides that, so the quotient is"
            f" only sure to ±{number(noise, 1)}."
        )
    if abs(fine.value - found.gradient) <= fine.error + _ALIKE * abs(found.gradient):
        return (
            f"Within 0.001 the output bends. With a far smaller step the quotient is"
            f" {number(fine.value)}, as backward says."
        )
    return "No kink and no rounding explains this: a rule may be wrong. tn.gradcheck says which."


def _to_digits(difference: float) -> str:
    digits = -math.log10(max(difference, 1e-16))
    return f" to {int(digits)} digits" if digits < _MOST_DIGITS else " to the last digit shown"


def _of_kink(found: Nudge, fine: Slope) -> str:
    left, right = (number(x, 4) for x in (fine.low, fine.high))
    return (
        f"This is a kink: on its two sides the slope is {left} and {right}. The quotient takes both"
        f" sides together; backward decides for {number(found.gradient, 4)}."
    )
