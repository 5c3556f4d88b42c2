"""Own data: a table that somebody pastes, or points that somebody clicks.

They travel as the text of a CSV file that holds nothing else: one or two features, then the target.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...data import Dataset, read_csv
from ...data.columns import Number, shown
from ...data.csv_file import read_table
from ...losses.checks import Range
from ...training.suited import fitting
from ..predictions import sample
from .features import possible

OWN = "own"
ROWS, LONGEST = 2000, 100_000  # of a set; characters of its text
LARGEST = 2_000_000  # bytes of a file that it is taken from
ALL = 100  # of fewer rows all are learned from; of more, three quarters
ELSEWHERE = "…"  # in place of what is too long for an address
VALUE = Range(-1e9, 1e9)
CLASSES = "x0,x1,class\n-1,-1,A\n1,1,A\n-1,1,B\n1,-1,B\n"
CURVE = "x,y\n-1,0.5\n-0.5,-0.5\n0.5,-0.6\n1,0.4\n"
BEGINNINGS = {"classes": CLASSES, "curve": CURVE}


@functools.lru_cache(maxsize=32)
def dataset(text: str) -> Dataset:
    """The points in such a text; ValueError says why there are none.

    >>> dataset(CLASSES)
    Dataset own: binary, 4 rows, 2 features, classes A (2), B (2)
    """
    if text == ELSEWHERE:
        raise ValueError(
            "the own data were too long for the address, and are only in the page where they were"
            " put in: paste or drop them here, too"
        )
    if len(text) > LONGEST:
        raise ValueError(f"own data have at most {LONGEST:,} characters, not {len(text):,}")
    *features, target = _columns(text.encode())
    data = read_csv(text.encode(), target, columns=features, missing="error", name=OWN)
    _check(data)
    return data


@functools.lru_cache(maxsize=32)
def canonical(text: str) -> str:
    """The same points as this module writes them."""
    data = dataset(text)
    return _written(data, _target(data))


def parted(data: Dataset, rows: int, rng: Any) -> tuple[Dataset, Dataset | None]:
    """So many rows to learn from, and all others as new ones; None where there are no others."""
    order = np.random.default_rng(rng).permutation(len(data))
    mine, others = np.sort(order[:rows]), np.sort(order[rows:])
    return data.take(mine), data.take(others) if len(others) else None


def rows_of(data: Dataset) -> int:
    """How many rows are learned from unless somebody says how many."""
    return len(data) if len(data) < ALL else round(0.75 * len(data))


@functools.lru_cache(maxsize=32)
def about(text: str) -> dict[str, Any]:
    """What goes with such data: losses, and features with their formulas."""
    data = dataset(text)
    return {"losses": fitting(data), "features": possible(data.feature_names)}


# --- what the page asks ---------------------------------------------------------------------


def taken(content: bytes, target: str = "", features: Sequence[str] = ()) -> dict[str, Any]:
    """The text out of a CSV file, with what there is to choose, and what was done.

    Without a target it is the last column; without features, the first two columns of numbers.
    """
    if len(content) > LARGEST:
        raise ValueError(f"a CSV file for the playground has at most {LARGEST:,} bytes")
    columns = _columns(content, [name for name in (target, *features) if name])
    target = target or columns[-1]
    found = read_csv(content, target, columns=features or _numbers(content, target), name=OWN)
    rows = sample(len(found), ROWS)
    text = _written(found.take(rows), target)
    notes = found.card.split("\n\n", 1)[1].splitlines()[1:]
    if len(rows) < len(found):
        notes.append(f"Of {len(found):,} rows {ROWS:,} were taken, at random.")
    return {
        "own": text,
        "columns": columns,
        "target": target,
        "features": list(found.feature_names),
        "notes": notes,
        "about": about(text),
    }


def changed(text: str, row: Sequence[str] | None) -> dict[str, Any]:
    """The text with one more row, or without its last one."""
    header, *rows = csv.reader(io.StringIO(canonical(text)))
    if row is None:
        rows.pop()
    elif len(row) != len(header) or not all(isinstance(cell, str) for cell in row):
        raise ValueError(f"a point is {len(header)} texts, for {', '.join(header)}")
    else:
        rows.append(list(row))
    text = _joined([header, *rows])
    return {"own": text, "about": about(text)}


# --- the parts ------------------------------------------------------------------------------


def _columns(content: bytes, names: Sequence[str] = ()) -> list[str]:
    """The names of the columns."""
    table = read_table(content, names=names)
    if not table.columns:
        raise ValueError(f"{table.file} has no names of columns")
    return [*table.columns]


def _numbers(content: bytes, target: str) -> list[str]:
    """The first two columns of numbers beside the target."""
    preparation = read_csv(content, target).preparation
    assert preparation is not None  # it was read
    names = [column.name for column in preparation.columns if isinstance(column, Number)]
    if not names:
        raise ValueError(f"no column beside the target {target} holds numbers")
    return names[:2] if preparation.target.task != "regression" else names[:1]


def _check(data: Dataset) -> None:
    """ValueError for what cannot be drawn."""
    assert data.preparation is not None  # it was read
    texts = [c.name for c in data.preparation.columns if not isinstance(c, Number)]
    if texts:
        raise ValueError(f"own data: the feature {shown(texts)} holds no numbers")
    if len(data) > ROWS:
        raise ValueError(f"own data have at most {ROWS:,} rows, not {len(data):,}")
    numbers = np.hstack([data.x, data.y]) if data.task == "regression" else data.x
    if np.abs(numbers).max() > VALUE.high:
        raise ValueError(f"own data: a number must be {VALUE}, not {np.abs(numbers).max():g}")
    wanted = 1 if data.task == "regression" else 2
    if data.x.shape[1] != wanted:
        raise ValueError(
            f"own data have {data.x.shape[1]} features and the target {_target(data)}, but numbers"
            " are predicted from one feature, as a curve, and classes from two, as a plane"
        )


def _target(data: Dataset) -> str:
    assert data.preparation is not None  # it was read
    return data.preparation.target.column.name


def _written(data: Dataset, target: str) -> str:
    """Six digits are enough to draw a point, and keep the address short."""
    points = [[f"{value:.6g}" for value in row] for row in data.x]
    if data.task == "regression":
        answers = [f"{value:.6g}" for value in data.y[:, 0]]
    else:
        answers = [data.target_names[number] for number in data.y]
    rows = ([*point, answer] for point, answer in zip(points, answers, strict=True))
    return _joined([[*data.feature_names, target], *rows])


def _joined(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
