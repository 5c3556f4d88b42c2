"""Schedules: the learning rate as a function of the step.

The one idea: a schedule is a function of t, how many updates are done, and an optimizer takes one
wherever it takes a rate. Each is its formula; after its last step it holds the rate it came to, and
``a + b`` is a, then b from its own beginning.

>>> epochs, batches = 20, 32                                    # batches are the steps of an epoch
>>> schedule = warmup(0.1, steps=batches) + cosine(0.1, steps=(epochs - 1) * batches)
>>> [round(schedule(t), 3) for t in (0, 16, 32, 336, 640, 10_000)]
[0.0, 0.05, 0.1, 0.05, 0.0, 0.0]
>>> schedule, schedule.length
(warmup(0.1, steps=32) + cosine(0.1, steps=608), 640)

``tn.optimizers.Adam(model.parameters(), lr=schedule)`` uses it, in `fit` as in a loop of your own,
and ``schedule.plot()`` draws it. The names are small since they are used as functions are. Figures
are those of PyTorch's lr_scheduler where that has the same; a docstring says where it differs.
`ReduceOnPlateau`, which looks at a metric and not at the step, is a callback for `fit`.
"""

from __future__ import annotations

import math
import numbers
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import Any

from .engine.upstairs import upstairs
from .optimizers.checks import number

__all__ = ["Schedule", "constant", "cosine", "cosine_restarts", "exponential", "multi_step"]
__all__ += ["one_cycle", "polynomial", "sequence", "step", "warmup"]


class Schedule:
    """The rate for each step; what all schedules share.

    Every kind is a frozen dataclass of its options, checked once, and one formula, `rate`.
    """

    lr: float  # the largest rate
    steps: int | None

    def __post_init__(self) -> None:
        for name, check in _CHECKS.items():
            if getattr(self, name, None) is not None:
                object.__setattr__(self, name, check(type(self).__name__, getattr(self, name)))
        for name in ("start", "end"):
            if getattr(self, name, 0) > self.lr:
                raise ValueError(
                    f"{type(self).__name__}: {name}={getattr(self, name)} is above lr={self.lr},"
                    " which is the largest rate"
                )

    def rate(self, t: float) -> float:
        """The rate at step t, from 0 to its length; every kind of schedule writes its own."""
        raise NotImplementedError(f"{type(self).__name__} needs a method rate(self, t)")

    def __call__(self, step: float) -> float:
        if not step >= 0:
            raise ValueError(f"{self!r} begins with step 0, and was asked for step {step!r}")
        return self.rate(min(step, self.length))

    def __add__(self, other: Any) -> sequence:
        """This one, then the other."""
        return sequence([self, other])

    def __repr__(self) -> str:
        """As it is typed."""
        options = {k: v for k, v in vars(self).items() if v != getattr(type(self), k, None)}
        rate = options.pop("lr")
        given = [repr(rate), *(f"{name}={value!r}" for name, value in options.items())]
        return f"{type(self).__name__}({', '.join(given)})"

    @property
    def length(self) -> float:
        """How many steps it takes; inf if it never ends."""
        return math.inf if self.steps is None else self.steps

    @property
    def peak(self) -> float:
        """Its largest rate."""
        return self.lr

    @property
    def enough(self) -> int:
        """How many steps show what it is."""
        return 100 if self.steps is None else self.steps

    def plot(self, ax: Any = None, *, steps: int | None = None) -> Any:
        """Draw the rate over the steps, or over so many of them; returns Matplotlib's Axes."""
        return upstairs("Schedule.plot")(self, ax, steps)


# --- constant, and in steps -----------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class constant(Schedule):
    """The same rate at every step: lr.

    >>> constant(0.1, steps=500) + cosine(0.1, steps=500)         # a plateau, then down to 0
    constant(0.1, steps=500) + cosine(0.1, steps=500)
    """

    lr: float
    _: KW_ONLY
    steps: int | None = None

    def rate(self, t: float) -> float:
        return self.lr


@dataclass(frozen=True, repr=False)
class step(Schedule):
    """Every so many steps it falls by a factor: lr · factor^⌊t / every⌋.

    PyTorch's StepLR.

    >>> [step(1.0, every=2, factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    lr: float
    _: KW_ONLY
    every: int
    factor: float = 0.1
    steps: int | None = None

    def rate(self, t: float) -> float:
        return self.lr * self.factor ** (t // self.every)

    @property
    def enough(self) -> int:
        return self.steps or 5 * self.every


@dataclass(frozen=True, repr=False)
class multi_step(Schedule):
    """At each of some steps it falls by a factor: lr · factor^(how many of them are over).

    PyTorch's MultiStepLR.

    >>> [multi_step(1.0, at=(2, 3), factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """

    lr: float
    _: KW_ONLY
    at: tuple[int, ...]
    factor: float = 0.1
    steps: int | None = None

    def rate(self, t: float) -> float:
        return self.lr * self.factor ** bisect_right(self.at, t)

    @property
    def enough(self) -> int:
        return self.steps or math.ceil(1.25 * self.at[-1])


# --- smooth, down ---------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class exponential(Schedule):
    """By the same factor at each step, or over `every` steps: lr · factor^(t / every).

    PyTorch's ExponentialLR, where `every` is 1.

    >>> exponential(1.0, factor=0.5, every=10)(20)
    0.25
    """

    lr: float
    _: KW_ONLY
    factor: float
    every: int = 1
    steps: int | None = None

    def rate(self, t: float) -> float:
        return self.lr * self.factor ** (t / self.every)

    @property
    def enough(self) -> int:
        halvings = 5 * math.log(0.5) / math.log(self.factor) if self.factor < 1 else 100
        return self.steps or math.ceil(halvings * self.every)


@dataclass(frozen=True, repr=False)
class polynomial(Schedule):
    """To `end` along a power, 1 being a straight line: end + (lr − end)(1 − t / steps)^power.

    PyTorch's PolynomialLR, where `end` is 0.

    >>> [polynomial(1.0, steps=4, power=2)(t) for t in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    power: float = 1.0
    end: float = 0.0

    def rate(self, t: float) -> float:
        return self.end + (self.lr - self.end) * (1 - t / self.steps) ** self.power


@dataclass(frozen=True, repr=False)
class cosine(Schedule):
    """To `end` along half a wave: end + (lr − end) · ½ (1 + cos(π t / steps)).

    PyTorch's CosineAnnealingLR until t = steps; that one rises again then, this one stays.

    Source: Loshchilov & Hutter 2017.

    >>> [round(cosine(1.0, steps=4)(t), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    end: float = 0.0

    def rate(self, t: float) -> float:
        return _along_cosine(self.lr, self.end, t / self.steps)


@dataclass(frozen=True, repr=False)
class cosine_restarts(Schedule):
    """The cosine again and again: over `every` steps first, each time `growth` times as many.

    end + (lr − end) · ½ (1 + cos(π t / length)), t and length being those of the present wave.
    PyTorch's CosineAnnealingWarmRestarts. Source: Loshchilov & Hutter 2017, SGDR.

    >>> [round(cosine_restarts(1.0, every=2, growth=2)(t), 3) for t in range(6)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146]
    """

    lr: float
    _: KW_ONLY
    every: int
    growth: int = 1
    end: float = 0.0
    steps: int | None = None

    def rate(self, t: float) -> float:
        length = self.every
        if self.growth == 1:
            t %= length
        while t >= length:
            t, length = t - length, length * self.growth
        return _along_cosine(self.lr, self.end, t / length)

    @property
    def enough(self) -> int:
        return self.steps or self.every * sum(self.growth**wave for wave in range(3))


# --- up -------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class warmup(Schedule):
    """To lr along a line, then lr: start + (lr − start) t / steps.

    With start=0 the first update moves nothing. PyTorch's LinearLR with start_factor = start / lr.

    Source: Goyal et al. 2017, section 2.2.

    >>> [warmup(1.0, steps=4)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    start: float = 0.0

    def rate(self, t: float) -> float:
        return self.start + (self.lr - self.start) * (t / self.steps)


@dataclass(frozen=True, repr=False)
class one_cycle(Schedule):
    """Up from lr / initial_divisor to lr, and down to that / final_divisor, along half waves.

    It rises until step rise · steps − 1 and has fallen at steps − 1. PyTorch's OneCycleLR, whose
    max_lr is lr and pct_start is `rise`, without its change of momentum.

    Source: Smith & Topin 2018, Super-convergence.

    >>> [round(one_cycle(1.0, steps=10)(t), 3) for t in range(0, 10, 3)]
    [0.04, 0.95, 0.389, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    rise: float = 0.3
    initial_divisor: float = 25.0
    final_divisor: float = 10_000.0

    def rate(self, t: float) -> float:
        top, last = self.rise * self.steps - 1, self.steps - 1
        first = self.lr / self.initial_divisor
        if t <= top and top > 0:
            return _along_cosine(first, self.lr, t / top)
        fallen = (t - top) / (last - top)
        return _along_cosine(self.lr, first / self.final_divisor, min(fallen, 1.0))


def _along_cosine(start: float, end: float, fraction: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * fraction)) / 2


# --- one after the other --------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class sequence(Schedule):
    """Schedules in a list, one after the other, each from its own step 0: also written a + b.

    All but the last must end. PyTorch's SequentialLR, which begins each at a milestone.

    >>> sequence([warmup(0.1, steps=10), step(0.1, every=50)]).length
    inf
    """

    parts: Sequence[Schedule]

    def __post_init__(self) -> None:
        if not isinstance(self.parts, (list, tuple)) or not self.parts:
            raise TypeError(f"sequence takes a list of schedules, not {self.parts!r}")
        for part in self.parts:
            if not isinstance(part, Schedule):
                hint = f"; a rate is constant({part})" if isinstance(part, numbers.Real) else ""
                raise TypeError(f"{part!r} is no schedule, and cannot follow one{hint}")
        flat = [p for part in self.parts for p in getattr(part, "parts", [part])]
        for part in flat[:-1]:
            if part.length == math.inf:
                raise ValueError(f"{part!r} never ends, so nothing follows: give it steps=")
        object.__setattr__(self, "parts", tuple(flat))

    def rate(self, t: float) -> float:
        *before, last = self.parts
        for part in before:
            if t < part.length:
                return part.rate(t)
            t -= part.length
        return last(t)

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.parts))

    @property
    def length(self) -> float:
        return sum(part.length for part in self.parts)

    @property
    def peak(self) -> float:
        return max(part.peak for part in self.parts)

    @property
    def enough(self) -> int:
        return sum(part.enough for part in self.parts)


# --- what the options may be ----------------------------------------------------------------


def _count(what: str, name: str, value: Any, hint: str = "") -> int:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(
            f"{name}: {what} must be a whole number of at least 1, not {value!r}{hint}"
        )
    return int(value)


_of_updates = partial(_count, hint=": updates, which are epochs times the batches of an epoch")


def _share(what: str, name: str, value: Any) -> float:
    """A number above 0 and at most 1: with more, lr would not be the largest rate."""
    checked = number(what, name, value, positive=True)
    if checked > 1:
        raise ValueError(f"{name}: {what} must be above 0 and at most 1, not {value}")
    return checked


def _divisor(what: str, name: str, value: Any) -> float:
    checked = number(what, name, value, positive=True)
    if checked < 1:
        raise ValueError(f"{name}: {what} must be at least 1, not {value}")
    return checked


def _milestones(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, Iterable) or not (steps := list(value)):
        raise TypeError(f"{name}: at must be a list of steps, such as (300, 600), not {value!r}")
    checked = tuple(_of_updates("at", name, step) for step in steps)
    if list(checked) != sorted(set(checked)):
        raise ValueError(f"{name}: the steps in at must rise, not {value!r}")
    return checked


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "lr": partial(number, "lr, the learning rate,", positive=True),
    **{name: partial(_of_updates, name) for name in ("steps", "every")},
    "growth": partial(_count, "growth"),
    "at": _milestones,
    **{name: partial(_share, name) for name in ("factor", "rise")},
    "power": partial(number, "power", positive=True),
    **{name: partial(number, name) for name in ("start", "end")},
    **{name: partial(_divisor, name) for name in ("initial_divisor", "final_divisor")},
}


def __getattr__(name: str) -> Any:
    """The schedule that looks at a metric is a callback, which stands above."""
    if name == "ReduceOnPlateau":
        return upstairs("ReduceOnPlateau")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
