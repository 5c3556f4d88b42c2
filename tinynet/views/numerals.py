"""Numbers as people write them, in sentences, tables and pictures: with the sign −, and no −0.

What is copied into a program, or read by one, is written by Python itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.methods import raw


def number(value: Any, digits: int = 6) -> str:
    """A number in so many digits.

    >>> number(-0.25), number(np.array([-0.0])), number(-1e-5 / 3)
    ('−0.25', '0', '−3.33333e−06')
    """
    return typeset(f"{np.asarray(raw(value)).item() + 0:.{digits}g}")


def rounded(value: Any) -> str:
    """A number in four digits, enough to be compared with others.

    >>> rounded(1 / 3), rounded(1200.0)
    ('0.3333', '1200')
    """
    return number(value, 4)


def typeset(numbers: str) -> str:
    """What Python wrote of numbers, with the sign −."""
    return numbers.replace("-", "−")
