"""Measured derivatives: move a number a little, both ways, and look how far the value moves.

A derivative is the limit of a quotient, so it can be measured without any rule.

    ∂f/∂x_j  ≈  D(h) = (f(x + h e_j) − f(x − h e_j)) / 2h         the central difference

Its error is f''' h²/6 + eps |f| / h: from the shape of f, and from rounding. The sum is smallest
near h = eps^(1/3), 6e-6. (The one-sided quotient (f(x + h) − f(x)) / h errs by f'' h/2, which
leaves only half the digits.) D(h) and D(h/2) together show how far to trust them, and
(4 D(h/2) − D(h)) / 3 is better than either (Richardson). Where the quotients to the left and to the
right stay apart however small h is, there is a kink. Source: Nocedal & Wright, Numerical
Optimization, 2nd ed., ch. 8.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..engine.graph import behind
from ..engine.tensor import Tensor

FEW, SAMPLE = 64, 1000  # up to FEW elements each is measured; of a faulty array, SAMPLE at most
TINY = 1e-60  # a gradient below this is 0: no difference could tell
REFUSED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # f, or a rule

Run = Callable[[list[np.ndarray]], tuple[list[Tensor], Tensor]]  # arrays → leaves, f(*leaves)


@dataclass(frozen=True)
class Case:
    """The number Σ u f(arrays), whose gradients are checked."""

    run: Run
    arrays: list[np.ndarray]
    u: np.ndarray  # the gradient from above, in the shape of f
    eps: float  # of the coarsest floats inside f
    rng: np.random.Generator

    def value(self, arrays: list[np.ndarray]) -> np.ndarray:
        return self.run(arrays)[1].numpy()

    def gradient(self, i: int) -> np.ndarray:
        """The analytic gradient in argument i, by the rules."""
        leaves, value = self.run(self.arrays)
        if not value.requires_grad:
            return np.zeros_like(self.arrays[i])
        return value.gradient(leaves[i], gradient=self.u)

    def moved(self, i: int, step: np.ndarray) -> list[np.ndarray]:
        return [*self.arrays[:i], self.arrays[i] + step, *self.arrays[i + 1 :]]

    def nearby(self, i: int) -> Case:
        """The same with argument i about 1 % away, where no number is special, if f accepts it."""
        size = np.maximum(abs(self.arrays[i]), 0.1)
        arrays = self.moved(i, size * self.rng.uniform(0.005, 0.01, size.shape))
        with contextlib.suppress(*REFUSED):
            self.value(arrays)
            return replace(self, arrays=arrays)
        return self


def case_of(run: Run, arrays: list[np.ndarray], rng: np.random.Generator) -> Case:
    """The case with a random u: another number for each output, of both signs."""
    value = run(arrays)[1]
    u = rng.uniform(0.5, 1.5, value.shape) * rng.choice([-1, 1], value.shape)
    u = -abs(u) if u.size == 1 else u  # a rule that takes |g| must not pass
    floats = {t.dtype for t in (value, *behind(value)) if t.dtype.kind == "f"}
    return Case(run, arrays, u, max(float(np.finfo(dtype).eps) for dtype in floats), rng)


@dataclass(frozen=True)
class Point:
    """The gradient in argument i at one place: analytic, and k numbers of it measured."""

    case: Case
    i: int
    gradient: np.ndarray  # analytic, in full
    chosen: np.ndarray  # flat indices of the elements measured; none for directions
    analytic: np.ndarray  # (k,)
    measured: np.ndarray  # (k,)
    allowed: np.ndarray  # (k,) how far apart two right numbers can be
    kinks: np.ndarray  # (k,) off, but at a corner or an edge of f, and between the slopes there
    free: np.ndarray  # (k,) kinks where any number would do: a jump, or nothing to one side
    jacobian: np.ndarray  # (outputs, k)

    @property
    def x(self) -> np.ndarray:
        return self.case.arrays[self.i]

    @property
    def wrong(self) -> np.ndarray:
        return ~(abs(self.analytic - self.measured) <= self.allowed) & ~self.kinks  # NaN is wrong

    @property
    def error(self) -> np.ndarray:
        """The difference, relative to the larger number; noise around 0 does not count."""
        larger = np.maximum(abs(self.analytic), abs(self.measured))
        return abs(self.analytic - self.measured) / np.fmax(larger, 1e4 * self.allowed)

    @property
    def worst(self) -> int:
        shown = self.wrong if self.wrong.any() else self.kinks if self.kinks.any() else True
        return int(np.argmax(np.where(shown, np.nan_to_num(self.error, nan=np.inf), -1)))

    def index(self, k: int) -> tuple[int, ...]:
        """The place in x of measured number k."""
        return tuple(map(int, np.unravel_index(self.chosen[k], self.x.shape)))

    def equals(self, other: np.ndarray) -> bool:
        """Is the analytic gradient this one, to about five digits? Kinks do not count."""
        if other.size != self.analytic.size:
            return False
        off = abs(self.analytic - other.ravel())[~self.kinks]
        largest = np.max(abs(other.ravel()[~self.kinks]), initial=0)
        slack = 1e-5 * largest + np.max(self.allowed[~self.kinks], initial=0)
        return bool(np.isfinite(slack) and np.all(off <= slack))


def measure(case: Case, i: int, gradient: np.ndarray) -> Point:
    """Directions first where there are many elements; elements where these show something."""
    x, g, rng = case.arrays[i], gradient, case.rng
    if x.size > FEW:
        ways = [rng.normal(size=x.shape) * np.maximum(1, abs(x)) for _ in range(3)]
        sums = np.array([np.sum(way * g) for way in ways])
        slopes = [slope(case, i, way, 1.0) for way in ways]
        along = _point(case, i, g, np.array([], int), sums, slopes)
        if not (along.wrong | along.kinks).any():
            return along
    count = min(x.size, SAMPLE, max(1, 4_000_000 // max(1, case.u.size)))
    chosen = rng.choice(x.size, count, replace=False)
    chosen = np.union1d(chosen, np.flatnonzero(~np.isfinite(g))[:9])  # sorted
    units = ((np.eye(1, x.size, j).reshape(x.shape), abs(x.flat[j])) for j in chosen)
    slopes = [slope(case, i, unit, max(1.0, size), size) for unit, size in units]
    elements = _point(case, i, g, chosen, g.ravel()[chosen], slopes)
    missed = x.size > count and along.wrong.any() and not elements.wrong.any()
    return along if missed else elements


class Slope(NamedTuple):
    """The derivative of Σ u f along one direction, measured."""

    value: float
    error: float
    low: float  # at a kink, the slopes to the left and to the right; at a jump, any slope
    high: float
    column: np.ndarray  # ∂f/∂x_j: the derivative of each output


def slope(case: Case, i: int, way: np.ndarray, size: float, least: float = 0.0) -> Slope:
    """Central differences with ever smaller steps, until the error is small; the best of them.

    Steps are in proportion to `size`; the last one, for tiny inputs such as of a log, to `least`.
    """
    u, y, tried = case.u, case.value(case.arrays), []

    def at(step: float) -> np.ndarray:
        try:
            return case.value(case.moved(i, step * way))
        except REFUSED:  # outside of what f accepts
            return np.full(y.shape, np.nan)

    def quotients(h: float) -> tuple:  # to the right, to the left
        return u * (at(h) - y) / h, u * (y - at(-h)) / h

    sizes = size * 0.5 ** np.array([0, 5, 10, 15])
    if 0 < least < sizes[-1]:
        sizes = np.append(sizes, least)
    for h in case.eps ** (1 / 3) * sizes:
        (right, left), (right2, left2) = quotients(h), quotients(h / 2)
        coarse, fine = (right + left) / 2, (right2 + left2) / 2
        column = ((4 * fine - coarse) / 3 / u).ravel()
        value = low = high = np.sum(u.ravel() * column)
        noise = 20 * case.eps * np.sum(abs(u * y)) / h
        error, total = np.sum(abs(fine - coarse)), np.sum(abs(fine))
        gap, wider = np.sum(abs(right2 - left2)), np.sum(abs(right - left))
        if gap > 0.7 * wider and gap > 1e-3 * total + 10 * noise:  # a kink
            low, high = np.minimum(right2, left2).sum(), np.maximum(right2, left2).sum()
        if error > 0.1 * total + noise:  # a jump: the quotients do not converge
            low, high = -np.inf, np.inf
        tried.append(Slope(value, error + noise, low, high, column))
        if error <= 1e-7 * total + noise:
            break
    return min(tried, key=lambda slope: np.nan_to_num(slope.error, nan=np.inf))


def _point(
    case: Case, i: int, g: np.ndarray, chosen: np.ndarray, analytic: np.ndarray, slopes: list
) -> Point:
    """Compare the slopes with the analytic numbers."""
    value, error, low, high = np.array([slope[:4] for slope in slopes]).reshape(-1, 4).T
    allowed = error + max(1e-6, 100 * case.eps) * abs(value) + TINY
    off = ~(abs(analytic - value) <= allowed)  # so NaN is off
    between = (low - allowed <= analytic) & (analytic <= high + allowed)
    kinks = off & (between | ~np.isfinite(value))
    free = kinks & ~(np.isfinite(value) & np.isfinite(low))
    jacobian = np.array([slope.column for slope in slopes]).reshape(len(slopes), case.u.size).T
    return Point(case, i, g, chosen, analytic, value, allowed, kinks, free, jacobian)
