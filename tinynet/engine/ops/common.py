"""What several families of rules share."""

from __future__ import annotations

from typing import Any

import numpy as np


def nonzero(x: Any) -> Any:
    """x, with 1 where it is 0: a divisor for a numerator that is 0 there too."""
    return np.where(x == 0, 1.0, x)


def at_least_float32(x: Any) -> np.dtype:
    """The dtype to add up x in."""
    return np.result_type(x.dtype, np.float32)
