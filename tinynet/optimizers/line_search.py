"""How far along a direction? To a place where the loss is lower, and no longer falls steeply.

The strong Wolfe conditions on φ(a), the loss at w + a · direction:

    φ(a) ≤ φ(0) + c₁ a φ'(0)     it fell by enough for so long a step
    |φ'(a)| ≤ c₂ |φ'(0)|         and the step is not too short

They are searched for as in Nocedal & Wright 2006, algorithms 3.5 and 3.6: steps become longer until
a good one lies between two of them, then the interval becomes smaller.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

FALL, FLAT = 1e-4, 0.9  # c₁, c₂
LONGER = 4.0  # each step than the one before
TRIES = 25  # in each of the two parts


class Point(NamedTuple):
    """A step length, the loss there with its gradient, and φ', its slope along the direction."""

    length: float
    loss: float
    gradient: np.ndarray
    slope: float = 0.0


def strong_wolfe(phi: Callable[[float], Point], start: Point, first: float) -> Point | None:
    """A point that meets both conditions, tried from the step length `first` on.

    Where there is none, the lowest that meets the first; None where no step lowers the loss.
    """
    low, high = _bracket(phi, start, first)
    for _ in range(TRIES):
        if high is None or abs(high.length - low.length) <= 1e-12 * high.length:
            break
        point = phi(_between(low, high))
        if not _fell(point, start) or not point.loss < low.loss:
            high = point
        elif _is_flat(point, start):
            return point
        else:
            high = low if point.slope * (high.length - low.length) >= 0 else high
            low = point
    return low if low.loss < start.loss else None


def _bracket(
    phi: Callable[[float], Point], start: Point, length: float
) -> tuple[Point, Point | None]:
    """Two points with a good one between them, the lower one first; or one that will do."""
    before = start
    for _ in range(TRIES):
        point = phi(length)
        if not _fell(point, start) or not point.loss < before.loss:
            return before, point
        if _is_flat(point, start):
            return point, None
        if point.slope >= 0:
            return point, before
        before, length = point, LONGER * length
    return before, None  # the loss falls without end


def _fell(point: Point, start: Point) -> bool:
    """A loss that is not a number did not."""
    return point.loss <= start.loss + FALL * point.length * start.slope


def _is_flat(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -FLAT * start.slope


def _between(low: Point, high: Point) -> float:
    """Where the cubic through both points is lowest, but not too near to either of them."""
    width = high.length - low.length
    if not (math.isfinite(high.loss) and math.isfinite(high.slope)):
        return low.length + 0.1 * width
    mean = low.slope + high.slope - 3 * (high.loss - low.loss) / width
    root = math.copysign(math.sqrt(max(mean * mean - low.slope * high.slope, 0.0)), width)
    divisor = high.slope - low.slope + 2 * root
    share = 1 - (high.slope + root - mean) / divisor if divisor else 0.5  # of the way to high
    return low.length + width * min(max(share, 0.1), 0.9)
