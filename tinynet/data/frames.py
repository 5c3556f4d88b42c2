"""A dataframe becomes a table of text, just as if it had been written to a CSV file.

So every rule about columns holds for both. A frame knows more than a file, and that is kept: which
columns are numbers for certain, and which were made categories.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from .csv_file import Table, TextColumn, spelt_out, tidy_names

INSTALL = 'pip install "tinynet-learn[frames]"'
NOTHING = {"None", "nan", "NaN", "NaT", "<NA>"}  # what missing values call themselves


def is_frame(value: Any) -> bool:
    """Whether it is a dataframe, of whichever library."""
    if not hasattr(value, "columns"):
        return False
    with contextlib.suppress(ImportError):
        import narwhals

        return bool(narwhals.dependencies.is_into_dataframe(value))
    return False


def frame_table(frame: Any, name: str = "the frame") -> Table:
    """The table in a dataframe of pandas, polars or any library that Narwhals knows.

    ImportError where Narwhals is not installed; TypeError for what is no dataframe; ValueError for
    two columns of one name, and where there are no rows.
    """
    try:
        import narwhals
    except ImportError as error:
        raise ImportError(f"dataframes are read with Narwhals: {INSTALL}") from error
    try:
        table = narwhals.from_native(frame)
    except TypeError:
        raise TypeError(
            f"{name} must be a dataframe, such as one of pandas or polars, not"
            f" {type(frame).__name__}"
        ) from None
    except narwhals.exceptions.DuplicateError as error:
        raise ValueError(f"{name}: {' '.join(str(error).split())}") from None
    with contextlib.suppress(AttributeError):  # what is lazy is computed
        table = table.collect()
    header = tidy_names(name, map(str, table.columns))
    if not header or not len(table):
        raise ValueError(f"{name} has no {'rows' if header else 'columns'}")
    rows = list(range(len(table)))
    columns = [
        TextColumn(name, title, list(map(_text, series.to_list())), rows, "row", _known(series))
        for title, series in zip(header, table.iter_columns(), strict=True)
    ]
    return Table(name, columns, ",", list(_note_on_index(narwhals.maybe_get_index(table))))


def _text(value: Any) -> str:
    """A cell as it would stand in a file; Python's numbers are written with all their digits."""
    if isinstance(value, str):
        return spelt_out(value).strip()
    text = str(value)
    return "" if text in NOTHING else text


def _known(series: Any) -> str:
    """What a column holds for certain, see `TextColumn`."""
    if series.dtype.is_numeric():
        return "number"
    return "category" if str(series.dtype).startswith(("Categorical", "Enum")) else ""


def _note_on_index(index: Any) -> list[str]:
    """That the index of pandas is no column, where it is more than the number of the row."""
    if index is None:
        return []
    names = ", ".join(str(name) for name in index.names if name is not None)
    if not names and isinstance(index[0], (int, np.integer)):
        return []
    what = names or f'such as "{index[0]}"'
    return [f"The index ({what}) was left out: reset_index() makes a column of it."]
