"""Tables: rows of text in columns, for the command line and the text forms of pictures."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text; a column whose last cell is a number is flush right."""
    columns = []
    for column in zip(*rows, strict=True):
        numbers = column[-1][:1] in set("-0123456789")
        pad, width = (str.rjust if numbers else str.ljust), max(map(len, column))
        columns.append([pad(cell, width) for cell in column])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))
