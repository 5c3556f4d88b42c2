"""Tables: rows of text in columns, for the command line and the text forms of pictures."""

from __future__ import annotations

from collections.abc import Container, Sequence


def table(rows: Sequence[Sequence[str]], right: Container[int] | None = None) -> str:
    """Rows of text in columns; those numbered in `right` are flush right.

    By default, these are the columns whose last cell is a number.

    >>> print(table([("name", "size"), ("iris", "150"), ("wine", "178")]))
    name  size
    iris   150
    wine   178
    """
    columns = []
    for i, column in enumerate(zip(*rows, strict=True)):
        is_number = column[-1][:1] in set("-−0123456789")
        pad = str.rjust if (is_number if right is None else i in right) else str.ljust
        columns.append([pad(cell, max(map(len, column))) for cell in column])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))
