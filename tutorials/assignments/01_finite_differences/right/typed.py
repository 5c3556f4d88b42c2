"""Type hints, helpers, entries one by one, and a list in the place of an array."""

from collections.abc import Callable


def central(f: Callable[[float], float], x: float, h: float = 1e-5) -> float:
    left, right = x - h, x + h
    return float(f(right) - f(left)) / (right - left)


def _largest(values: np.ndarray) -> float:
    return max(abs(float(v)) for v in np.ravel(values))


def wrong_entries(claimed: np.ndarray, measured: np.ndarray, tolerance: float = 1e-5) -> np.ndarray:
    if np.shape(claimed) != np.shape(measured):
        raise ValueError("shapes")
    wrong = np.zeros(claimed.shape, dtype=bool)
    for place, value in np.ndenumerate(claimed):
        wrong[place] = abs(value - measured[place]) > tolerance * _largest(measured)
    return wrong
