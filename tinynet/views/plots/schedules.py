"""Learning rates: over the steps, as a schedule sets them, and what the loss makes of each."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

from ...engine.kinds import check_kinds
from ...schedules import Schedule
from ...training.learning_rate import RangeTest
from ..colors import LIGHT, SERIES
from ..numerals import number
from .figures import HIGHLIGHT, INK, finish, literal, new_axes

POINTS = 2000  # of a curve, at most


def schedule(schedule: Schedule, ax: Axes | None = None, steps: int | None = None) -> Axes:
    """Draw the rate over the steps; dashed, what it holds after its end."""
    check_kinds("schedule", (schedule, Schedule))
    ax, length = new_axes(ax), schedule.length
    ends = math.isfinite(length)
    last = int(1.12 * length) if ends else schedule.enough - 1
    t = np.unique(np.linspace(0, steps or last, POINTS).round().astype(int))
    rates = np.array([schedule(step) for step in t.tolist()])
    ax.plot(t[t <= length], rates[t <= length], color=SERIES[0], label="rate of a step")
    if t[-1] > length:
        label = f"held after step {length}: {number(rates[-1], 3)}"
        ax.plot(t[t >= length], rates[t >= length], color=SERIES[0], ls="--", label=label)
        ax.axvline(length, color=INK, lw=1, ls=":")
    ax.set_ylim(bottom=0)
    return finish(ax, literal(repr(schedule)).replace(" + ", "\n+ "), "step", "learning rate")


def range_test(test: RangeTest, ax: Axes | None = None) -> Axes:
    """Draw the loss of each rate, smoothed and as it was, and the rate that it suggests."""
    check_kinds("range_test", (test, RangeTest))
    ax = new_axes(ax)
    ax.plot(test.rates, test.losses, color=LIGHT["edge"], lw=0.8, label="loss of a batch")
    ax.plot(test.rates, test.smoothed, color=SERIES[0], lw=2, label="smoothed")
    if test.suggestion is not None:
        label = f"suggestion: {number(test.suggestion, 2)}"
        ax.axvline(test.suggestion, color=HIGHLIGHT, ls="--", label=label)
    low, high = min(test.smoothed), max(test.smoothed[: len(test.smoothed) // 2])
    if high - low < 0.01 * abs(high):  # it fell nowhere: show where it rose
        high = max(test.smoothed)
    margin = 0.2 * (high - low) or 1.0
    ax.set(xscale="log", ylim=(low - margin, high + margin))
    return finish(ax, "Range test", "learning rate", "loss")
