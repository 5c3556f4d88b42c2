"""Dates as people write them become days since 1970-01-01, and the turn of the year."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

import numpy as np

_TIME = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII)
ORDERS = ("year first", "day first", "month first")
_EPOCH = datetime(1970, 1, 1)


def days(cell: str, order: str) -> float | None:
    """The days from 1970-01-01 to the date in a cell; None for what is no date.

    >>> days("1970-01-02", "year first"), days("2.1.1970 12:00", "day first")
    (1.0, 1.5)
    """
    found = (_YEAR_FIRST if order == "year first" else _YEAR_LAST).fullmatch(cell)
    if found is None:
        return None
    one, _, two, three, hour, minute, second, zone = found.groups()
    date = {"year first": (one, two, three), "day first": (three, two, one)}
    year, month, day = map(int, date.get(order, (three, one, two)))
    try:
        moment = datetime(year, month, day, int(hour or 0), int(minute or 0))
        moment += timedelta(seconds=float(second or 0)) - _offset(zone)
    except (ValueError, OverflowError):
        return None  # such as 31 February
    return (moment - _EPOCH) / timedelta(days=1)


def order_of(cells: Collection[str]) -> tuple[str, ...]:
    """The orders in which most of the cells are dates: two where day and month cannot be told.

    A date with dots, 3.4.2024, begins with the day.
    """
    found = {order: sum(days(cell, order) is not None for cell in cells) for order in ORDERS}
    most = max(found.values())
    if 2 * most <= len(cells):
        return ()
    best = tuple(order for order in ORDERS if found[order] == most)
    dots = sum("." in cell for cell in cells)
    return ("day first",) if len(best) > 1 and 2 * dots > len(cells) else best


def turn_of_the_year(days: np.ndarray) -> np.ndarray:
    """The angle of each moment on the circle of its year: 0 at its beginning, 2π at its end."""
    date = np.floor(days).astype(np.int64).astype("datetime64[D]")
    year = date.astype("datetime64[Y]")
    start, end = (y.astype("datetime64[D]").astype(np.int64) for y in (year, year + 1))
    return 2 * np.pi * (days - start) / (end - start)


def _offset(zone: str | None) -> timedelta:
    """How much later it is there than in Greenwich."""
    if zone in (None, "Z"):
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (-1 if zone[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
