"""Learning rates: over the steps, as a schedule sets them, and what the loss makes of each."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

from ...engine.kinds import check_kinds
from ...schedules import Schedule
from .figures import COLORS, INK, finish, literal, new_axes

POINTS = 2000  # of a curve, at most


def schedule(schedule: Schedule, ax: Axes | None = None, steps: int | None = None) -> Axes:
    """Draw the rate over the steps; dashed, what it holds after its end."""
    check_kinds("schedule", (schedule, Schedule))
    ax, length = new_axes(ax), schedule.length
    last = int(schedule.enough * (1.12 if math.isfinite(length) else 1)) if steps is None else steps
    t = np.unique(np.linspace(0, last, POINTS).round().astype(int))
    rates = np.array([schedule(step) for step in t.tolist()])
    ax.plot(t[t <= length], rates[t <= length], color=COLORS[0], label=literal(repr(schedule)))
    if last > length:
        held = {"color": COLORS[0], "ls": "--"}
        ax.plot(t[t >= length], rates[t >= length], label=f"held: {rates[-1]:.3g}", **held)
        ax.axvline(length, color=INK, lw=1, ls=":")
    ax.set_ylim(bottom=0)
    return finish(ax, "Learning rate", "step", "learning rate")
