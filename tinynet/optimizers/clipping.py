"""Clipping: a gradient that is too long is made shorter, and keeps its direction."""

from __future__ import annotations

import math

import numpy as np


def clip_by_norm(gradient: np.ndarray, largest: float) -> np.ndarray:
    """The gradient, scaled to a norm of at most `largest` (Pascanu et al. 2013).

    Raises FloatingPointError for a gradient with inf or NaN, which has no direction.

    >>> clip_by_norm(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    wide = gradient.astype(np.promote_types(gradient.dtype, np.float64), copy=False)
    with np.errstate(over="ignore", under="ignore"):
        unit, norm = 1.0, float(np.linalg.norm(wide))
    if not 1e-140 < norm < 1e140:  # squares overflow or vanish, or there is nothing to scale
        unit = _unit(wide)
        wide = wide / unit
        norm = float(np.linalg.norm(wide))
    if norm * unit <= largest:
        return gradient
    return (wide * (largest / norm)).astype(gradient.dtype, copy=False)


def _unit(gradient: np.ndarray) -> float:
    """The power of 2 just below the largest element, so that dividing by it is exact."""
    peak = float(np.max(np.abs(gradient)))
    if not math.isfinite(peak):
        count = gradient.size - np.count_nonzero(np.isfinite(gradient))
        raise FloatingPointError(
            f"the gradient holds inf or NaN in {count} of {gradient.size} places, so it has no"
            " norm to clip: look for the first step with large values, with tn.debug()"
        )
    return 2.0 ** max(math.frexp(peak)[1] - 1, -1022)
