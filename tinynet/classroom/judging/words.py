"""Words: what was expected and what came, as a student would say it."""

from __future__ import annotations

from typing import Any

import numpy as np


def shown(value: Any, digits: int = 6) -> str:
    """A value in a few words.

    >>> shown(np.array([1.0, 2.5]))
    '[1, 2.5]'
    >>> shown(np.zeros((40, 50)))
    'an array of shape (40, 50)'
    """
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k!r}: {shown(v, digits)}' for k, v in value.items())}}}"
    if isinstance(value, (list, tuple)) and not is_numbers(value):
        return f"[{', '.join(shown(inner, digits) for inner in value)}]"
    array = np.asarray(value)
    if array.size > 12:
        return f"an array of shape {array.shape}"
    if array.ndim == 0:
        return number(array[()], digits)
    if array.size == 0:
        return f"an empty array of shape {array.shape}"
    return f"[{', '.join(shown(inner, digits) for inner in array)}]"


def number(value: Any, digits: int = 6) -> str:
    """A number with so many digits, or a truth value.

    >>> number(0.1 + 0.2), number(np.True_), number(2.0)
    ('0.3', 'True', '2')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    return f"{value + 0:.{digits}g}" if np.isfinite(value) else f"{float(value)}"


def rows(value: Any, most: int) -> tuple[tuple[str, ...], ...]:
    """A vector or a matrix number by number, if it has at most so many rows and columns, or ().

    >>> rows(np.array([1.0, 0.25]), 20)
    (('1', '0.25'),)
    """
    if not isinstance(value, (list, np.ndarray)) or not is_numbers(value):
        return ()
    array = np.asarray(value, float)
    if array.ndim not in (1, 2) or not array.size or max(array.shape) > most:
        return ()
    return tuple(tuple(number(entry, 4) for entry in row) for row in np.atleast_2d(array))


def call(source: str, inputs: dict[str, Any]) -> str:
    """A question as one would type it.

    >>> call("mse(t, p)", {"t": np.array([1.0, 2.0]), "p": np.zeros(2)})
    'mse(t, p), where t = [1, 2] and p = [0, 0]'
    """
    where = " and ".join(f"{name} = {shown(value)}" for name, value in inputs.items())
    return f"{source.strip()}, where {where}" if where else source.strip()


def difference(expected: Any, came: Any, tolerance: float, absolute: float) -> str | None:
    """In what two answers differ, or None.

    Numbers are alike that differ by less than `tolerance` times the number expected, plus the
    thousandth of that of the largest number expected, plus `absolute`.

    >>> difference(np.array([1.0, 2.0]), np.array([1.0, 2.5]), 1e-7, 1e-12)
    'at index 1: 2.5 instead of 2'
    >>> difference(np.zeros(3), np.zeros((3, 1)), 1e-7, 1e-12)
    'the shape (3, 1) instead of (3,)'
    """
    if came is None and expected is not None:
        return "None, so nothing was returned"
    if expected is None or isinstance(expected, (str, bool, dict)):
        return None if _same(expected, came) else f"{shown(came)} instead of {shown(expected)}"
    if isinstance(expected, (list, tuple)) and not is_numbers(expected):
        return _of_lists(expected, came, tolerance, absolute)
    right = np.asarray(expected)
    if isinstance(came, (list, tuple)) and not is_numbers(came):
        return f"{shown(came)} instead of {shown(expected)}"
    if isinstance(came, (str, dict)):
        return f"{shown(came)} instead of a number"
    return _of_arrays(right, np.asarray(came), tolerance, absolute)


def _same(expected: Any, came: Any) -> bool:
    if isinstance(came, np.ndarray) or type(expected) is not type(came):
        return isinstance(came, (bool, np.bool_)) and bool(came) is expected
    return bool(expected == came)


def _of_lists(expected: Any, came: Any, tolerance: float, absolute: float) -> str | None:
    if not isinstance(came, (list, tuple)) and np.ndim(came) == 0:
        return f"{shown(came)} instead of {len(expected)} values"
    if len(came) != len(expected):
        return f"{len(came)} values instead of {len(expected)}"
    for i, (one, other) in enumerate(zip(expected, came, strict=True)):
        if found := difference(one, other, tolerance, absolute):
            return f"in value {i + 1}: {found}"
    return None


def _of_arrays(
    expected: np.ndarray, came: np.ndarray, tolerance: float, absolute: float
) -> str | None:
    if came.shape != expected.shape:
        return f"the shape {came.shape} instead of {expected.shape}"
    wrong = wrong_places(expected, came, tolerance, absolute)
    if not wrong.any():
        return None
    at = tuple(map(int, np.argwhere(wrong)[0]))
    digits = 6
    while number(came[at], digits) == number(expected[at], digits) and digits < 17:
        digits += 2
    told = f"{number(came[at], digits)} instead of {number(expected[at], digits)}"
    if not at:
        return told
    place = at[0] if len(at) == 1 else at
    count = np.count_nonzero(wrong)
    return f"at index {place}: {told}{f', and {count - 1} more' if count > 1 else ''}"


def wrong_places(
    expected: np.ndarray, came: np.ndarray, tolerance: float, absolute: float
) -> np.ndarray:
    """Where the numbers of two arrays of the same shape differ, as `difference` has it.

    >>> wrong_places(np.array([1.0, 2.0]), np.array([1.0, 2.5]), 1e-7, 1e-12)
    array([False,  True])
    """
    with np.errstate(all="ignore"):
        finite = np.where(np.isfinite(expected), abs(expected), 0.0)
        allowed = tolerance * (finite + 1e-3 * np.max(finite, initial=0)) + absolute
        near = abs(came.astype(float) - expected) <= allowed
        return ~(near | (came == expected) | (np.isnan(came) & np.isnan(expected)))


def is_numbers(values: Any) -> bool:
    """Is it a list that could as well be an array of numbers?"""
    try:
        return np.asarray(values).dtype.kind in "biuf"
    except ValueError:  # its lists differ in length
        return False
