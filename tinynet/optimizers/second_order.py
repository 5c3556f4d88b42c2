"""Optimizers that know how the loss curves: L-BFGS from the last gradients, Newton exactly.

Before each step they ask for the loss at several places, so they are given it as a function, of all
the data at once: ``LBFGS(model.parameters()).minimize(lambda: mse(y, model(x)))``. They are for
small problems without randomness, where a few of their steps end at a minimum that SGD only nears.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from ..engine.tensor import Tensor
from .base import Optimizer
from .line_search import Point, strong_wolfe

LARGEST = 1000  # parameters of Newton; its matrix then has 8 MB, and takes 1,000 backward passes


class Minimum(NamedTuple):
    """Where `minimize` ended, and why."""

    loss: float
    slope: float  # the largest element of the gradient
    steps: int
    evaluations: int  # of the loss and its gradient
    why: str


@dataclass(eq=False, repr=False)
class SecondOrder(Optimizer):
    """What both share: evaluating the loss, and searching along a direction.

    `lr` is the step length that is tried first. Weight decay adds ½ λ |w|² to the loss.
    """

    lr: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.evaluations = 0
        self._check()

    def _check(self) -> None:
        what = "groups of parameters" if self.groups else "clip_norm and clip_value"
        if self.groups or self.clip_norm is not None or self.clip_value is not None:
            raise ValueError(
                f"{type(self).__name__} cannot use {what}: the loss would not fall along its steps,"
                " which are found by searching"
            )

    def step(self) -> None:
        """TypeError: a gradient alone is not enough."""
        name = type(self).__name__
        raise TypeError(
            f"{name}.step(): it evaluates the loss several times for each step, so neither fit nor"
            f" backward() can drive it: {name}(model.parameters()).minimize(lambda: loss(y,"
            " model(x))), with all of the data"
        )

    def minimize(
        self, loss: Callable[[], Tensor], *, steps: int = 200, tolerance: float = 1e-7
    ) -> Minimum:
        """Take steps until no element of the gradient is larger than `tolerance`.

        ``loss()`` is called several times for each, and must be the same for the same parameters:
        of all the data, and without dropout. FloatingPointError where it is no number to begin
        with.
        """
        self._check()
        before, here = self.evaluations, self._evaluate(loss)
        if not math.isfinite(here.loss):
            raise FloatingPointError(
                f"{type(self).__name__}: the loss is {here.loss} where it begins: look at the data"
                " and the initial weights, or with tn.debug()"
            )
        taken, why = 0, f"{steps} steps were taken"
        while np.max(np.abs(here.gradient)) > tolerance and taken < steps:
            there = self._advance(loss, here)
            if there is None:
                why = "no step makes the loss smaller, as far as its digits tell"
                break
            here, taken = there, taken + 1
        slope = float(np.max(np.abs(here.gradient)))
        why = f"no slope is above {tolerance:g}" if slope <= tolerance else why
        return Minimum(here.loss, slope, taken, self.evaluations - before, why)

    def _evaluate(self, loss: Callable[[], Tensor], length: float = 0.0) -> Point:
        """The loss and its gradient with the parameters as they are."""
        self.zero_grad()
        value = loss()
        if not isinstance(value, Tensor) or value.size != 1:
            raise TypeError(
                f"{type(self).__name__}.minimize takes a function that returns the loss, a Tensor"
                f" with one number, as in lambda: mse(y, model(x)), not {value!r}"
            )
        if all(parameter.grad is None for parameter in self.parameters):
            value.backward()
        self._collect_gradients()
        self.evaluations += 1
        w, g = self.vector, self.decayed(self.gradient)
        for parameter, place in zip(self.parameters, self._places(), strict=True):
            if parameter.grad is None:
                g[place] = 0
        decay = 0.5 * self.weight_decay * _dot(w, w) if self.weight_decay else 0.0
        return Point(length, float(value) + decay, np.copy(g))

    def _advance(self, loss: Callable[[], Tensor], here: Point) -> Point | None:
        """One step, and the point where it ends; None if there is none that lowers the loss."""
        if self.schedule is not None:
            self._follow(self.schedule)
        w = self.vector.copy()
        for direction, first in self.directions(loss, here.gradient):
            there = self._search(loss, w, direction, here, first)
            if there is not None:
                self.vector[...] = w + there.length * direction
                self.remember(self.vector - w, there.gradient - here.gradient)
                return there
        self.vector[...] = w
        return None

    def _search(
        self,
        loss: Callable[[], Tensor],
        w: np.ndarray,
        direction: np.ndarray,
        here: Point,
        first: float,
    ) -> Point | None:
        def phi(length: float) -> Point:
            self.vector[...] = w + length * direction
            point = self._evaluate(loss, length)
            return point._replace(slope=_dot(point.gradient, direction))

        start = here._replace(length=0.0, slope=_dot(here.gradient, direction))
        with np.errstate(over="ignore", invalid="ignore"):
            return strong_wolfe(phi, start, first) if start.slope < 0 else None

    def directions(
        self, loss: Callable[[], Tensor], g: np.ndarray
    ) -> Iterator[tuple[np.ndarray, float]]:
        """Where to search, each with the step length to try first; the second if the first fails.

        Down the gradient, by at most 1 in all: what to do without knowing the curvature.
        """
        yield -g, self.lr * min(1.0, 1 / float(np.sum(np.abs(g))))

    def remember(self, move: np.ndarray, change: np.ndarray) -> None:
        """Take note of a step, and of how it changed the gradient."""


@dataclass(eq=False, repr=False)
class LBFGS(SecondOrder):
    """Quasi-Newton: the last steps and what they did to the gradient stand for the Hessian.

    w ← w − a · H g, where H is the inverse of the Hessian as far as the last `memory` pairs
    s = wₜ₊₁ − wₜ, y = gₜ₊₁ − gₜ tell (H y = s), and a meets the strong Wolfe conditions. H is never
    written down: two loops over the pairs give H g.

    Source: Liu & Nocedal 1989; Nocedal & Wright 2006, algorithms 7.4 and 7.5.

    >>> w = Tensor([-1.2, 1.0], requires_grad=True)
    >>> found = LBFGS([w]).minimize(lambda: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2)
    >>> w.data.round(6), found.why                                     # Rosenbrock's valley
    (array([1., 1.]), 'no slope is above 1e-07')
    """

    _: KW_ONLY
    memory: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        self.moves = np.zeros((self.memory, self.vector.size), self.vector.dtype)  # s
        self.changes = np.zeros_like(self.moves)  # y
        self.pairs = 0  # how many of them there are, the newest last

    def directions(
        self, loss: Callable[[], Tensor], g: np.ndarray
    ) -> Iterator[tuple[np.ndarray, float]]:
        if self.pairs:
            yield -self._times_inverse(g), self.lr
        self.pairs = 0  # it led nowhere
        yield from super().directions(loss, g)

    def _times_inverse(self, g: np.ndarray) -> np.ndarray:
        """H g, by two loops over the pairs."""
        pairs = [(s, y, _dot(s, y)) for s, y in zip(self.moves, self.changes, strict=True)]
        pairs, shares, product = pairs[: self.pairs], [], g.copy()
        for s, y, curvature in reversed(pairs):
            shares.append(_dot(s, product) / curvature)
            product -= shares[-1] * y
        s, y, curvature = pairs[-1]
        product *= curvature / _dot(y, y)
        for s, y, curvature in pairs:
            product += (shares.pop() - _dot(y, product) / curvature) * s
        return product

    def remember(self, move: np.ndarray, change: np.ndarray) -> None:
        if not _dot(move, change) > 1e-10 * _dot(change, change):  # no curvature to learn from
            return
        if self.pairs == self.memory:
            self.moves[:-1], self.changes[:-1] = self.moves[1:].copy(), self.changes[1:].copy()
        self.pairs = min(self.pairs + 1, self.memory)
        self.moves[self.pairs - 1], self.changes[self.pairs - 1] = move, change


@dataclass(eq=False, repr=False)
class Newton(SecondOrder):
    """Newton's method, for small problems: to where the parabola that fits the loss is lowest.

    w ← w − a · H⁻¹ g, with the Hessian H by n backward passes for n parameters, at most 1,000. With
    H = V diag(h) Vᵀ, H⁻¹ g is V (Vᵀg / max(|h|, 1e-8 · max|h|)): where H is not positive definite,
    |h| leads away from saddle points, and the floor keeps steps finite where the loss is flat. a
    meets the strong Wolfe conditions, and is 1 near the minimum, where digits double at each step.

    Source: Nocedal & Wright 2006, section 3.4; |h|, Dauphin et al. 2014.

    >>> w = Tensor([-1.2, 1.0], requires_grad=True)
    >>> Newton([w]).minimize(lambda: np.cosh(w[0]) + w[0] * w[1] + w[1] ** 2).steps
    4
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        n = self.vector.size
        if n > LARGEST:
            raise ValueError(
                f"Newton takes at most {LARGEST:,} parameters, and here are {n:,}, with {n * n:,}"
                " second derivatives: use LBFGS, which needs none of them"
            )

    def directions(
        self, loss: Callable[[], Tensor], g: np.ndarray
    ) -> Iterator[tuple[np.ndarray, float]]:
        h, v = np.linalg.eigh(self._hessian(loss))
        size = np.maximum(np.abs(h), 1e-8 * np.max(np.abs(h)))
        if np.all(size > 0):
            yield -(v @ ((v.T @ g) / size)).astype(g.dtype), self.lr
        yield from super().directions(loss, g)

    def _hessian(self, loss: Callable[[], Tensor]) -> np.ndarray:
        """The second derivatives of the loss, (n, n), in float64."""
        first = loss().gradient(*self.parameters, create_graph=True)
        rows = []
        for gradient in first if isinstance(first, list) else [first]:
            for one in np.eye(gradient.size, dtype=gradient.dtype):
                rows.append(self._row(gradient, one.reshape(gradient.shape)))
        hessian = np.array(rows, np.float64)
        return (hessian + hessian.T) / 2 + self.weight_decay * np.eye(len(hessian))

    def _row(self, gradient: Tensor, one: np.ndarray) -> np.ndarray:
        """The derivatives of one element of the gradient."""
        if not gradient.requires_grad:  # the loss is linear in it
            return np.zeros_like(self.vector)
        found = gradient.gradient(*self.parameters, gradient=one)
        parts = found if isinstance(found, list) else [found]
        return np.concatenate([np.ravel(part) for part in parts])


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.dot(a, b))
