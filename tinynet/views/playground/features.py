"""Features: what the network gets to see of a point, beside its coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...data import Standardizer


@dataclass(frozen=True)
class Feature:
    """A number made of the coordinates of a point, each of shape (N,).

    `written` is its formula, in which a and b stand for the names of the coordinates.
    """

    written: str
    of: Callable[..., np.ndarray]
    columns: tuple[int, ...]

    def called(self, names: Sequence[str]) -> str:
        """The formula of these coordinates.

        >>> FEATURES["x0_x1"].called(["height", "weight"])
        'height · weight'
        """
        a, b = names[self.columns[0]], names[self.columns[-1]]
        return self.written.format(a=a, b=b)


def _itself(x: np.ndarray) -> np.ndarray:
    return x


def _sine(x: np.ndarray) -> np.ndarray:
    return np.sin(2 * x)


FEATURES = {  # by their names in an address
    "x0": Feature("{a}", _itself, (0,)),
    "x1": Feature("{a}", _itself, (1,)),
    "x0_squared": Feature("{a}²", np.square, (0,)),
    "x1_squared": Feature("{a}²", np.square, (1,)),
    "x0_x1": Feature("{a} · {b}", np.multiply, (0, 1)),
    "sin_x0": Feature("sin(2 {a})", _sine, (0,)),
    "sin_x1": Feature("sin(2 {a})", _sine, (1,)),
}


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of the network: of standardized coordinates (N, columns), some features.

    >>> Inputs(("x0", "x0_squared"), Standardizer.neutral(1))(np.array([[3.0]]))
    array([[3., 9.]])
    """

    names: tuple[str, ...]
    units: Standardizer

    def __call__(self, x: np.ndarray) -> np.ndarray:
        columns = self.units.transform(x).T
        made = (FEATURES[name] for name in self.names)
        return np.stack([each.of(*(columns[i] for i in each.columns)) for each in made], axis=1)

    def called(self, names: Sequence[str]) -> tuple[str, ...]:
        """Each by its formula, where the coordinates have these names."""
        return tuple(FEATURES[name].called(names) for name in self.names)


def possible(names: Sequence[str]) -> dict[str, str]:
    """The features of points whose coordinates have these names, with their formulas.

    >>> possible(["x"])
    {'x0': 'x', 'x0_squared': 'x²', 'sin_x0': 'sin(2 x)'}
    """
    few = {name: each for name, each in FEATURES.items() if max(each.columns) < len(names)}
    return {name: feature.called(names) for name, feature in few.items()}
