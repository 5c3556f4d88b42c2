"""What a finding's picture shows, as plain data; views/plots/doctor.py draws it.

Each function makes the figures of one kind of picture: bars, points, lines or histograms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

MOST = 400  # points of a picture


def bars(
    names: Sequence,
    values: Any,
    label: str,
    *,
    marked: Any = (),
    limits: Sequence[float] = (),
    log: bool = False,
) -> dict[str, Any]:
    """A number for each name, those that matter `marked`, and lines that it should not cross."""
    return {
        "kind": "bars",
        "names": [str(name) for name in names],
        "values": np.asarray(values, float),
        "label": label,
        "marked": [int(i) for i in marked],
        "limits": tuple(limits),
        "log": log,
    }


def points(x: Any, y: Any, xlabel: str, ylabel: str, marked: Any = None) -> dict[str, Any]:
    """y against x; `marked` are the places of those that matter, which are all kept."""
    x, y = np.ravel(x), np.ravel(y)
    kept = np.arange(0, len(x), max(1, len(x) // MOST))
    chosen = np.zeros(0, int) if marked is None else np.asarray(marked)
    return {
        "kind": "points",
        "x": x[kept],
        "y": y[kept],
        "marked": (x[chosen][:MOST], y[chosen][:MOST]),
        "xlabel": xlabel,
        "ylabel": ylabel,
    }


def lines(
    x: Any,
    curves: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    *,
    levels: Mapping[str, float] | None = None,
    log: bool = False,
) -> dict[str, Any]:
    """Curves over one x, and horizontal levels to compare them with."""
    return {
        "kind": "lines",
        "x": np.asarray(x, float),
        "curves": {name: np.asarray(values, float) for name, values in curves.items()},
        "xlabel": xlabel,
        "ylabel": ylabel,
        "levels": dict(levels or {}),
        "log": log,
    }


def histograms(values: Mapping[str, Any], label: str) -> dict[str, Any]:
    """How several sets of numbers are spread."""
    return {
        "kind": "histograms",
        "values": {name: np.ravel(v)[:2000].astype(float) for name, v in values.items()},
        "label": label,
    }
