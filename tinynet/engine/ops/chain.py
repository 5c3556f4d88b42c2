"""Slopes that are infinite or 0: what several families of rules share."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..methods import raw


def chain(g: Any, slope: Any) -> Any:
    """``g * slope`` for slopes that can be infinite: where g is 0, the product stays 0.

    So `np.where(x > 0, np.sqrt(x), 0)` has a gradient of 0, not NaN, where x is not positive.
    """
    unused = (g == 0) & ~np.isfinite(slope)
    return g * np.where(unused, 0.0, slope)


def nonzero(x: Any) -> Any:
    """x, with 1 where it is 0: a divisor for a numerator that is 0 there too."""
    return np.where(x == 0, 1.0, x)


def flat(g: Any, y: Any, a: Any, b: Any) -> Any:
    """The rule of a second argument on which the value depends in steps only."""
    return np.zeros_like(raw(y))
