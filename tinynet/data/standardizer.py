"""Standardizer: moves the columns of an array to mean 0 and standard deviation 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Standardizer:
    """Moves the columns of an array to (x − mean) / standard deviation.

    >>> scaler = Standardizer.of(np.array([[1.0], [3.0]]))
    >>> scaler.transform(np.array([[5.0]]))
    array([[3.]])
    """

    center: np.ndarray  # of each column: its mean, unless chosen otherwise
    scale: np.ndarray  # its standard deviation, likewise

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray | None = None) -> Standardizer:
        """The one that gives the columns of `values` mean 0 and standard deviation 1."""
        return cls(*mean_and_deviation(values, weights))

    @classmethod
    def neutral(cls, columns: int) -> Standardizer:
        """The one that leaves everything as it is."""
        return cls(np.zeros(columns), np.ones(columns))

    def transform(self, values: np.ndarray) -> np.ndarray:
        # A power of two changes no digit; with it, numbers near 1e308 can be subtracted, too.
        small = 1 - np.frexp(self.scale)[1]
        moved = np.ldexp(values, small) - np.ldexp(self.center, small)
        return moved / np.ldexp(self.scale, small)


def mean_and_deviation(
    values: np.ndarray, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The mean and standard deviation of each column; 1 for a constant one, to divide by.

    A row of weight w, above 0, counts as w equal rows.

    A column counts as constant where its deviation is what rounding alone could make of a
    constant: ε (1 + log₂ n) for n rows, relative to the mean, as NumPy sums in pairs (Higham 1993).
    """
    # A power of two changes no digit; with it, no square of 1e200 or 1e-200 leaves the range.
    exponent = np.frexp(np.abs(values).max(axis=0))[1]
    values = np.ldexp(values, -exponent)
    mean = np.average(values, axis=0, weights=weights)
    deviation = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights))
    rounding = np.finfo(deviation.dtype).eps * (1 + np.log2(len(values))) * np.abs(mean)
    constant = (values.min(axis=0) == values.max(axis=0)) | (deviation <= rounding)
    return np.ldexp(mean, exponent), np.where(constant, 1.0, np.ldexp(deviation, exponent))
