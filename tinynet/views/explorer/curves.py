"""Curves: value, slope and curvature of a loss along its axis, and what stands out on them.

A loss is looked at from outside. Every number comes from the loss itself and its
derivatives, point by point; minima, kinks and plateaus are found in these numbers, so they
are found for any loss, and never copied from what is said about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import losses
from ...engine.tensor import Tensor
from ...losses import Axis, Loss
from ...losses.base import called, card_of

POINTS = 400  # an even number: no point of the grid lies on a kink such as 0 or 1
NEGLIGIBLE = 0.1  # a change across the whole axis that is called no change
SAME = 0.01  # a change of the gradient that is called no change


@dataclass(frozen=True)
class Kink:
    """A place where the slope (order 1) or the curvature (order 2) jumps."""

    x: float
    order: int
    before: float
    after: float


@dataclass(frozen=True)
class Plateau:
    """Where the gradient no longer tells how wrong a prediction is.

    kind is "constant" (larger errors pull no harder), "vanishing" (no pull, although wrong) or
    "settled" (no pull, and right). `slope` is the mean of a constant gradient, else the largest.
    """

    low: float
    high: float
    kind: str
    slope: float


@dataclass(frozen=True)
class Curve:
    """A loss along its axis: arrays of shape (points,), and what was found on them.

    `minima` are pairs (low, high), equal unless the bottom is flat. At a kink the derivative that
    jumps is NaN.
    """

    loss: Loss
    options: Mapping[str, Any]
    axis: Axis
    x: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    minima: tuple[tuple[float, float], ...] = ()
    kinks: tuple[Kink, ...] = ()
    plateaus: tuple[Plateau, ...] = ()

    @property
    def name(self) -> str:
        """The loss with its options, such as huber(delta=2)."""
        return called(self.loss, self.options)

    @property
    def lowest_end(self) -> float:
        """The end of the axis at which the loss is smaller."""
        return self.axis.low if self.value[0] < self.value[-1] else self.axis.high

    def at(self, x: float) -> tuple[float, float, float]:
        """Value, slope and curvature at any place."""
        return at(self.loss, x, self.options)


@np.errstate(all="ignore")
def at(loss: Loss, x: float, options: Mapping[str, Any]) -> tuple[float, float, float]:
    """Value, first and second derivative of one loss at the place x of its axis.

    >>> at(losses.huber, 0.5, {"delta": 1.0})
    (0.125, 0.5, 1.0)
    """
    point = Tensor(np.array([float(x)]), requires_grad=True)
    value = loss(*card_of(loss).axis.arrays(point), reduction="sum", **options)
    if value.node is None:
        return float(value), 0.0, 0.0
    slope = value.gradient(point, create_graph=True)
    if slope.node is None:  # constant, as far as the rules of differentiation see
        return float(value), float(slope.data[0]), 0.0
    curvature = np.sum(slope).gradient(point)
    return float(value), float(slope.data[0]), float(curvature[0])


def curve(loss: Loss, options: Mapping[str, Any] | None = None, axis: Axis | None = None) -> Curve:
    """Follow a loss along its axis.

    >>> drawn = curve(losses.huber, {"delta": 2.0})
    >>> drawn.minima, [(kink.x, kink.order) for kink in drawn.kinks]
    (((0.0, 0.0),), [(-2.0, 2), (2.0, 2)])
    """
    options, axis = dict(options or {}), axis or card_of(loss).axis

    def here(x: float) -> tuple[float, float, float]:
        return at(loss, x, options)

    grid = np.linspace(axis.low, axis.high, POINTS)
    numbers = np.array([here(x) for x in grid])  # (points, 3)
    kinks = _kinks(here, grid, numbers)
    minima = _minima(lambda x: here(x)[1], grid, numbers[:, 1])
    plateaus = _plateaus(grid, numbers, kinks)
    x, (value, slope, curvature) = _with_kinks(here, grid, numbers, kinks)
    return Curve(loss, options, axis, x, value, slope, curvature, minima, kinks, plateaus)


def swept(loss: Loss, options: Mapping[str, Any] | None = None) -> list[Curve]:
    """The loss with each value of the first option that its card sweeps; else no curve at all."""
    sweep = [(n, values) for n, values in card_of(loss).sweep.items() if n not in (options or {})]
    return [
        curve(loss, {**(options or {}), name: value})
        for name, values in sweep[:1]
        for value in values
    ]


def compared(
    chosen: Sequence[Loss], options: Sequence[Mapping[str, Any]] | None = None
) -> list[Curve]:
    """Several losses on one axis, the widest of theirs; ValueError where they have no axis in
    common."""
    axes = [card_of(loss).axis for loss in chosen]
    if len({axis.kind for axis in axes}) > 1:
        raise ValueError(_apart(chosen))
    widest = max(axes, key=lambda axis: axis.high - axis.low)
    settings = options or [{}] * len(chosen)
    return [curve(loss, setting, widest) for loss, setting in zip(chosen, settings, strict=True)]


def _apart(chosen: Sequence[Loss]) -> str:
    """Which losses go together, for those who asked for others."""
    message = "these losses have no axis in common; compare those of one line:"
    for axis in {card_of(loss).axis.kind: card_of(loss).axis for loss in chosen}.values():
        same = [n for n, each in losses.names().items() if each.card.axis.kind == axis.kind]
        message += f"\n  {axis.label}: {', '.join(same)}"
    return message


# --- what stands out ------------------------------------------------------------------------


def _kinks(here: Callable, grid: np.ndarray, numbers: np.ndarray) -> tuple[Kink, ...]:
    """Jumps of the slope, and those of the curvature that are not jumps of the slope."""
    near = 1e-6 * (grid[-1] - grid[0])
    kinks: list[Kink] = []
    for order in (1, 2):
        for x in _jumps(lambda x, order=order: here(x)[order], grid, numbers[:, order]):
            inside = grid[0] < x - near and x + near < grid[-1]
            if inside and all(abs(x - kink.x) > near for kink in kinks):
                kinks.append(Kink(x, order, here(x - near)[order], here(x + near)[order]))
    return tuple(sorted(kinks, key=lambda kink: kink.x))


@np.errstate(all="ignore")
def _jumps(f: Callable, x: np.ndarray, y: np.ndarray) -> Iterator[float]:
    """Where y jumps: it changes far more than nearby, and goes on to in ever smaller steps."""
    change = np.abs(np.diff(y))
    padded = np.pad(change, 2, constant_values=np.nan)
    around = np.nanmedian([np.roll(padded, shift)[2:-2] for shift in (-2, -1, 1, 2)], axis=0)
    for i in np.flatnonzero(change > 3 * around + 1e-6 * np.max(np.abs(y))):
        low, high, bottom, top = x[i], x[i + 1], y[i], y[i + 1]
        for _ in range(36):  # halve the step 36 times: what is smooth no longer changes
            middle = (low + high) / 2
            here = f(middle)
            if abs(here - bottom) > abs(top - here):
                high, top = middle, here
            else:
                low, bottom = middle, here
        if abs(top - bottom) > 0.1 * change[i]:
            yield _round((low + high) / 2)


def _minima(slope: Callable, x: np.ndarray, s: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Where the slope turns from below 0 to above it, perhaps with a flat bottom between."""
    signs = np.sign(np.where(np.abs(s) <= 1e-12 * np.max(np.abs(s)), 0, s))
    cuts = np.flatnonzero(np.diff(signs)) + 1
    starts, ends = np.r_[0, cuts], np.r_[cuts, len(x)] - 1
    minima = []
    for start, end in zip(starts, ends, strict=True):
        left = signs[start - 1] if start > 0 else -1
        right = signs[end + 1] if end < len(x) - 1 else 1
        if signs[start] == 0 and (left, right) == (-1, 1):
            low = _turn(slope, x[start - 1], x[start], 0) if start > 0 else x[0]
            high = _turn(slope, x[end], x[end + 1], 1) if end < len(x) - 1 else x[-1]
            minima.append((_round(low), _round(high)))
        elif signs[start] == -1 and right == 1 and end < len(x) - 1:
            low, high = (_turn(slope, x[end], x[end + 1], sign) for sign in (0, 1))
            minima.append((_round(low), _round(high)))
    point = 1e-6 * (x[-1] - x[0])  # narrower than this, a flat bottom is rounding
    return tuple((low, low if high - low < point else high) for low, high in minima)


def _turn(slope: Callable, low: float, high: float, sign: int) -> float:
    """The first place from which on the slope has at least this sign."""
    for _ in range(50):
        middle = (low + high) / 2
        here = slope(middle)
        reached = here > 1e-12 if sign else here > -1e-12
        low, high = (low, middle) if reached else (middle, high)
    return (low + high) / 2


def _plateaus(grid: np.ndarray, numbers: np.ndarray, kinks: Sequence[Kink]) -> tuple[Plateau, ...]:
    """Runs of the grid where the slope is as good as constant, or as good as 0.

    Constant, from an end of the axis or a kink on: it changes by at most 1 %, and followed across
    the whole axis would by less than 10 %. As good as 0, and wrong: along the whole axis the loss
    would fall by less than 10 % of what there is to win. As good as 0, and right, up to an end of
    the axis: that, and less than 1 % of the steepest slope.
    """
    value, slope, curvature = numbers.T
    width, above, size = grid[-1] - grid[0], value - value.min(), np.abs(slope)
    wrong = above > NEGLIGIBLE * above.max()
    vanishing = wrong & (size * width < NEGLIGIBLE * above)
    constant = ~vanishing & (np.abs(curvature) * width < NEGLIGIBLE * size)
    settled = ~wrong & (size > 0) & (size < SAME * size.max())
    settled &= size * width < NEGLIGIBLE * above.max()
    ends, corners = [grid[0], grid[-1]], [kink.x for kink in kinks]
    plateaus = []
    for kind, mask in (("constant", constant), ("vanishing", vanishing), ("settled", settled)):
        for run in _runs(mask, grid, [kink.x for kink in kinks if kink.order == 1]):
            if kind == "constant":
                run = _constant(run, slope, grid, [*ends, *corners])
            low, high = (_snap(grid[i], corners, grid[1] - grid[0]) for i in (run[0], run[-1]))
            there = slope[run]
            about = np.mean(there) if kind == "constant" else there[np.argmax(np.abs(there))]
            if high - low > 0.02 * width and (kind != "settled" or {low, high} & set(ends)):
                plateaus.append(Plateau(low, high, kind, float(about)))
    return tuple(sorted(plateaus, key=lambda plateau: plateau.low))


def _constant(
    run: np.ndarray, slope: np.ndarray, grid: np.ndarray, outer: Sequence[float]
) -> np.ndarray:
    """The part of a run, from an outer point on, where the slope is the same to 1 %."""
    step = grid[1] - grid[0]
    for ordered in (run, run[::-1]):
        if min(abs(grid[ordered[0]] - x) for x in outer) <= step:
            same = np.abs(slope[ordered] - slope[ordered[0]]) <= SAME * abs(slope[ordered[0]])
            kept = ordered[: len(same) if same.all() else int(np.argmin(same))]
            return np.sort(kept)
    return run[:1]  # it begins nowhere that stands out: an inflection


def _runs(mask: np.ndarray, grid: np.ndarray, corners: Sequence[float]) -> Iterator[np.ndarray]:
    """The indices of each run of True, cut at the corners."""
    piece = np.searchsorted(sorted(corners), grid)  # how many corners lie to the left
    indices = np.flatnonzero(mask)
    cuts = np.flatnonzero((np.diff(indices) > 1) | (np.diff(piece[indices]) > 0)) + 1
    return (run for run in np.split(indices, cuts) if len(run))


def _snap(x: float, corners: Sequence[float], step: float) -> float:
    """The corner next to x, if there is one; else x."""
    near = [corner for corner in corners if abs(corner - x) <= step]
    return near[0] if near else float(x)


def _with_kinks(
    here: Callable, grid: np.ndarray, numbers: np.ndarray, kinks: Sequence[Kink]
) -> tuple[np.ndarray, np.ndarray]:
    """The grid and its numbers (3, points), with a gap of NaN at each kink and a point on either
    side of it."""
    near = 1e-6 * (grid[-1] - grid[0])
    x, rows = list(grid), list(numbers)
    for kink in kinks:
        x += [kink.x - near, kink.x, kink.x + near]
        rows += [here(place) for place in x[-3:]]
        value, slope, _ = rows[-2]
        rows[-2] = (value, np.nan if kink.order == 1 else slope, np.nan)
    order = np.argsort(x)
    return np.array(x)[order], np.array(rows)[order].T


def _round(x: float) -> float:
    """Nine decimals; + 0 makes −0 a 0."""
    return round(float(x), 9) + 0.0
