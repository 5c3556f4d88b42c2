"""A bench: a function under test, in the setting it was made for.

Whatever the function does, the bench answers with numbers or raises `Stopped`, which says why in
one sentence and names the line.
"""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...engine.frames import OURS
from ...engine.methods import raw
from ...engine.tensor import Tensor
from .settings import NUMBERS, POSITIVE, ROWS, SETTINGS, SIGNS, Arrays, Setting

_LIBRARIES = (*OURS, os.path.dirname(np.__file__) + os.sep)


class Stopped(Exception):
    """The function under test raised an exception, or did not return numbers."""


@dataclass(frozen=True)
class Bench:
    """A function under test, in one setting."""

    f: Callable
    setting: Setting
    seed: int

    @property
    def built_in(self) -> bool:
        """Does its code stand in tinynet?"""
        code = getattr(getattr(self.f, "values", self.f), "__code__", None)
        return code is not None and code.co_filename.startswith(_LIBRARIES)

    @property
    def name(self) -> str:
        return getattr(self.f, "__name__", type(self.f).__name__)

    def batch(self, n: int = 12) -> Arrays:
        """A batch of random samples, the same at each call."""
        return self.setting.batch(np.random.default_rng(self.seed), n)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The value, an array or a Tensor; Stopped if there is none."""
        with stopping():
            value = self.f(y_true, y_pred)
            numbers = np.asarray(raw(value))
        if numbers.dtype.kind not in "fiub":
            what = "None: is `return` missing?" if value is None else type(value).__name__
            raise Stopped(f"it returned {what}")
        return value

    def value(self, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
        """The value on plain arrays; they are copied, for f may change them."""
        return np.asarray(raw(self.call(y_true.copy(), y_pred.copy())))

    def mean(self, y_true: np.ndarray, y_pred: np.ndarray) -> float:
        return float(np.mean(self.value(y_true, y_pred)))

    def slope(self, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
        """The gradient of the sum of the values in y_pred; 0 where the graph was left."""
        leaf = Tensor(y_pred.copy(), requires_grad=True)
        value = self.call(y_true.copy(), leaf)
        if not getattr(value, "requires_grad", False):
            return np.zeros_like(y_pred)
        with stopping():
            return np.sum(value).gradient(leaf)

    def values_at(self, truth: float, x: Any) -> np.ndarray:
        """The loss of single samples on the line of the setting, one for each x: (k,)."""
        y_true, y_pred = self.setting.at(truth, np.asarray(x, float))
        pairs = zip(y_true, y_pred, strict=True)
        return np.array([self.mean(t[None], p[None]) for t, p in pairs])

    def curve(self, points: int = 80) -> np.ndarray:
        """The loss along the line of the setting, for each truth: (truths, points)."""
        line = self.setting.line(points)
        return np.stack([self.values_at(truth, line) for truth in self.setting.truths])

    @cached_property
    def has_curve(self) -> bool:
        """Do single samples have a value? Not if it compares samples with each other."""
        try:
            return bool(np.isfinite(self.curve(9)).any(axis=1).all())
        except Stopped:
            return False

    @cached_property
    def has_gradient(self) -> bool:
        """Is the value of a Tensor on its graph, and does the way back work?"""
        y_true, y_pred = self.batch()
        try:
            value = self.call(y_true, Tensor(y_pred.copy(), requires_grad=True))
            self.slope(y_true, y_pred)
        except Stopped:
            return False
        return getattr(value, "requires_grad", False)

    def slopes_at(self, truth: float, x: Any) -> np.ndarray:
        """The slopes of single samples along the line of the setting: (k,)."""
        y_true, y_pred = self.setting.at(truth, np.asarray(x, float))
        slopes = [self.slope(t[None], p[None]) for t, p in zip(y_true, y_pred, strict=True)]
        rowwise = self.setting.kind == "classes"  # there x is the first element only
        return np.array([slope[0, 0] if rowwise else slope.sum() for slope in slopes])


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Turn whatever exception arises inside into Stopped, with the line of the user's code."""
    try:
        yield
    except Stopped:
        raise
    except Exception as error:  # a function under test may raise anything
        frames = traceback.extract_tb(error.__traceback__)
        mine = [f for f in frames if not f.filename.startswith(_LIBRARIES)]
        line = mine[-1].line or "" if mine else ""
        where = f"line {mine[-1].lineno}, `{line[:90]}`: " if mine else ""
        message = "".join(traceback.format_exception_only(error)).strip()
        raise Stopped(f"{where.replace(', ``', '')}{message}") from None


def fitting(f: Callable, kind: str | None, seed: int) -> Bench:
    """The function in the first setting that it makes sense in, else in the first it runs in."""
    benches = [Bench(f, s, seed) for s in SETTINGS if kind in (None, s.kind)]
    running = [bench for bench in benches if _runs(bench)]
    return next((b for b in running if _makes_sense(b)), next(iter(running), benches[0]))


def _runs(bench: Bench) -> bool:
    with contextlib.suppress(Stopped):
        return bool(np.isfinite(bench.value(*bench.batch())).all())
    return False


def _makes_sense(bench: Bench) -> bool:
    """Is the loss one of differences, lowest at the truth, or falling towards it?"""
    with contextlib.suppress(Stopped):
        if bench.setting in (NUMBERS, ROWS):
            y_true, y_pred = bench.batch()
            here, moved = bench.value(y_true, y_pred), bench.value(y_true + 1.5, y_pred + 1.5)
            return np.allclose(here, moved, rtol=1e-6, equal_nan=True)
        if bench.setting is POSITIVE:
            factors = np.array([0.5, 0.8, 1, 1.25, 2])
            values = np.array([bench.values_at(y, y * factors) for y in (0.5, 2.0, 4.0)])
            return bool(np.all(np.delete(values, 2, axis=1) > values[:, [2]] + 1e-9))
        first, second = (
            np.diff(bench.values_at(truth, np.linspace(bench.setting.low, bench.setting.high, 5)))
            for truth in bench.setting.truths
        )
        if bench.setting.kind == "classes":
            one_way = np.all(first <= 0) or np.all(first >= 0)  # and not flat where it is wrong
            return bool(first[0] and one_way and first[0] * np.sum(second) <= 0)
        signed = [first, -second] if first[0] < 0 or second[0] > 0 else [-first, second]
        if bench.setting is SIGNS:  # hinges are flat at one end
            return all(np.all(d <= 0) and d.any() for d in signed)
        return all(np.all(d < 0) for d in signed)
    return False
