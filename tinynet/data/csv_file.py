"""A CSV file becomes a table of text: encoding, separator, header, quotes and line numbers.

What the cells mean is decided elsewhere (choice.py). Everything that is not quite as expected is
either an error that names the line, or a note.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from .numbers import plain

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
SPELT_OUT = {r"\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
SIGNATURES = {  # the first bytes of files that are often taken for CSV files
    b"PK\x03\x04": "an Excel workbook (.xlsx) or another zip file: export it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls): export it as CSV",
    b"\x1f\x8b": "compressed with gzip: unpack it first (gunzip)",
    b"BZh": "compressed with bzip2: unpack it first (bunzip2)",
    b"\xfd7zXZ": "compressed with xz: unpack it first (unxz)",
    b"PAR1": "a Parquet file: export it as CSV",
    b"SQLite": "an SQLite database: export a table as CSV",
    b"%PDF": "a PDF document: find the table as CSV",
}
CONTENT = "the text"  # what a file is called of which only the content is given
# Whatever moves the cursor, turns the direction of writing or cannot be seen, except \t \n \r.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True)
class TextColumn:
    """The cells of a column as text, and the line in which each row begins.

    What is no file has rows, counted from 0; and a dataframe may know what its columns hold.
    """

    file: str
    name: str
    cells: list[str]
    lines: list[int]
    place: str = "line"  # what `lines` are the numbers of: or "row"
    known: str = ""  # "number" or "category", where that is certain

    @cached_property
    def plain(self) -> np.ndarray | None:
        """The numbers, if each is written as Python writes it; NaN for gaps."""
        return plain(self.cells)

    def take(self, rows: Sequence[int]) -> TextColumn:
        cells, lines = [self.cells[i] for i in rows], [self.lines[i] for i in rows]
        return replace(self, cells=cells, lines=lines)

    def at(self, *rows: int) -> str:
        """Where these rows stand: "line 2", or "lines 2, 5"."""
        numbers = [self.lines[row] for row in rows]
        more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
        shown = ", ".join(map(str, numbers[:10])) + more
        return f"{self.place}{'s' if len(numbers) > 1 else ''} {shown}"

    def error(self, row: int, what: str) -> ValueError:
        """An error that names the line and shows the cell of this row."""
        cell = " ".join(self.cells[row].split())
        cell = cell if len(cell) <= 60 else cell[:57] + "…"
        return ValueError(f'{self.file}, {self.at(row)}: {self.name} is "{cell}", {what}')


@dataclass(frozen=True)
class Table:
    """The columns of a file, in the file's order, and what is to be said of the file."""

    file: str
    all_columns: list[TextColumn]
    separator: str
    notes: list[str]

    @cached_property
    def columns(self) -> dict[str, TextColumn]:
        """Those that have a name, by it."""
        return {column.name: column for column in self.all_columns if column.name}

    @property
    def lines(self) -> list[int]:
        return self.all_columns[0].lines

    @property
    def is_frame(self) -> bool:
        return self.all_columns[0].place == "row"

    def take(self, rows: Sequence[int]) -> Table:
        return replace(self, all_columns=[column.take(rows) for column in self.all_columns])


def read_table(
    source: str | os.PathLike | bytes, separator: str | None = None, names: Collection[str] = ()
) -> Table:
    """The table in a file, given by its path or as its content; ValueError says what is wrong with
    it, and in which line.

    Names of columns that it should hold help to find the separator.
    """
    file, content = (CONTENT, source) if isinstance(source, bytes) else _content(Path(source))
    text = _text(file, content)
    separator = _given(separator) or _likely_separator(text, names)
    records, notes = _without_comments(_records(file, text, separator))
    if separator != ",":
        notes.append(f"The columns are separated by {SEPARATORS.get(separator, repr(separator))}.")
    header, records, more = _header(file, records, separator)
    lines = [line for _, line in records]
    width = len(header)
    flat = [cell for cells, _ in records for cell in cells]
    columns = [TextColumn(file, name, flat[i::width], lines) for i, name in enumerate(header)]
    nameless = [_left_out(i, column) for i, column in enumerate(columns) if not column.name]
    return Table(file, columns, separator, [*notes, *more, *nameless])


# --- bytes to text --------------------------------------------------------------------------


def _content(path: Path) -> tuple[str, bytes]:
    """What a file is called, and what it holds."""
    try:
        return path.name, path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder, not a CSV file") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None


def _text(name: str, content: bytes) -> str:
    """The text of a file, in which what cannot be seen is spelt out, as in \\x1b."""
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise ValueError(f"{name} is not a CSV file but {what}")
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") and re.search(b"\n\x00|\x00\n", content)
    encoding = "utf-16" if wide else "utf-8"
    try:
        text = content.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{name} is not {encoding.upper()} text: {error.reason} in line {line};"
            " save it as UTF-8"
        ) from None
    return spelt_out(text)


def spelt_out(text: str) -> str:
    return UNSEEN.sub(lambda found: repr(found[0])[1:-1], text)


# --- text to records ------------------------------------------------------------------------


def _given(separator: str | None) -> str | None:
    """The separator asked for, checked."""
    separator = SPELT_OUT.get(separator or "", separator)
    if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
        raise ValueError(
            f"the separator must be one character, such as ';' or '\\t', not {separator!r}"
        )
    return separator


def _likely_separator(text: str, names: Collection[str]) -> str:
    """The one whose header holds these names, and that cuts most rows into equally many cells.

    Looked at are 100 rows; the more cells the better. A space is tried last: it stands inside of
    texts, too.
    """

    def score(separator: str) -> tuple[bool, bool, float, int]:
        rows, sound = _first_rows(text, separator)
        header, *rows = [row for row in rows if not row[0].startswith("#")] or [[""]]
        width = Counter(map(len, rows or [header])).most_common(1)[0][0]
        if min(width, len(header)) == 1:
            return (False, False, 0, 0)
        fitting = sum(len(row) == width for row in rows) / max(1, len(rows))
        return (set(names) <= set(header), sound, fitting, width)

    scores = {separator: score(separator) for separator in ",;\t|"}
    best = max(scores, key=lambda separator: scores[separator])
    return " " if not any(scores[best]) and score(" ")[2] == 1 else best


def _first_rows(text: str, separator: str) -> tuple[list[list[str]], bool]:
    """The cells of the first rows, and whether their quotes are in order."""
    for strict in (True, False):
        parsed = _parsed(io.StringIO(text, newline=""), separator, strict)
        try:
            return [cells for cells, _ in itertools.islice(parsed, 100)], strict
        except csv.Error:
            continue
    return [], False


def _records(name: str, text: str, separator: str) -> list[tuple[list[str], int]]:
    """The cells of each row that is not blank, and the line in which it begins."""
    lines = list(io.StringIO(text, newline=""))
    try:
        return list(_parsed(lines, separator, strict=True))
    except csv.Error as error:
        if "field larger" in str(error):
            raise ValueError(f"{name} is not a CSV file: {error}") from None
    records = list(_parsed(lines, separator, strict=False))
    ends = [line for _, line in records[1:]] + [len(lines) + 1]
    for (_, start), end in zip(records, ends, strict=True):
        if _swallows(lines[start - 1 : end - 1], separator):
            raise ValueError(
                f'{name}, line {start}: a quote (") opens here that is not closed in its cell, and'
                ' swallows what follows; close it, or write two ("") for one inside of a cell'
            )
    return records


def _swallows(lines: list[str], separator: str) -> bool:
    """Whether a record goes on for lines because a quote is not closed where its cell ends."""
    try:
        list(_parsed(lines, separator, strict=True))
    except csv.Error as error:
        return len(lines) > 1 or "end of data" in str(error)
    return False


def _parsed(lines: Iterable[str], separator: str, strict: bool) -> Iterator[tuple[list[str], int]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)
    line = 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) or len(cells) > 1:
            yield cells, line
        line = reader.line_num + 1


# --- records to a header and rows -----------------------------------------------------------


def _without_comments(records: list) -> tuple[list, list[str]]:
    """The records without comments, lines in front that begin with #.

    One that fits the numbers below it is the header, as NumPy's savetxt writes it.
    """
    notes = []
    while len(records) > 1 and records[0][0][0].startswith("#"):
        (cells, line), (below, _) = records[:2]
        if len(cells) == len(below) and any(map(is_number, below)):
            records[0] = ([cells[0].lstrip("# "), *cells[1:]], line)
            notes.append(f"Line {line} begins with # and is taken for the header.")
        else:
            records.pop(0)
            notes.append(f"Skipped a comment in line {line}.")
    return records, notes


def _header(name: str, records: list, separator: str) -> tuple[list[str], list, list[str]]:
    """The header, the rows, each as long as the header, and notes."""
    if not records:
        raise ValueError(f"{name} is empty")
    (header, first), *rows = records
    if not rows:
        raise ValueError(f"{name} has a header but no rows")
    header, rows, notes = _one_more(header, rows, separator)
    for cells, line in rows:
        if len(cells) != len(header):
            raise ValueError(
                f"{name}, line {line}: {len(cells)} fields, but the header (line {first}) has"
                f" {len(header)}"
            )
    header = tidy_names(name, header)
    if all(is_number(column) for column in header if column) and any(header):
        raise ValueError(
            f"{name}: the first row holds only numbers, but it must hold the names of the columns:"
            f" put a line such as {_example(len(header))} in front"
        )
    return header, rows, notes


def tidy_names(name: str, header: Iterable[str]) -> list[str]:
    """The names of columns without needless spaces; ValueError where there are two of one name."""
    header = [" ".join(column.split()) for column in header]
    twice = [column for column, count in Counter(header).items() if column and count > 1]
    if twice:
        raise ValueError(f"{name}: the column {twice[0]!r} stands in the header twice")
    return header


def _one_more(header: list[str], rows: list, separator: str) -> tuple[list[str], list, list[str]]:
    """Where each row has a cell more than the header: it is empty, or names the row (as R does).

    Not between commas, where it might be half of a decimal number, 1,5.
    """
    if any(len(cells) != len(header) + 1 for cells, _ in rows):
        return header, rows, []
    if not any(cells[-1] for cells, _ in rows):
        return header, [(cells[:-1], line) for cells, line in rows], []
    if separator == ",":
        return header, rows, []
    note = "Each row has a cell more than the header: the first is taken for the name of the row."
    return ["", *header], rows, [note]


def is_number(text: str) -> bool:
    """Whether a name in the header is a number."""
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE) is not None


def _example(width: int) -> str:
    return ",".join(f"x{i}" for i in range(1, width)) + ",y" if width < 5 else "x1,x2,…,y"


def _left_out(position: int, column: TextColumn) -> str:
    """A note on a column without a name: what it holds."""
    cells, rows = column.cells, len(column.cells)
    what = "give it a name in the header to use it"
    if not any(cells):
        what = "it is empty"
    elif len(set(cells)) == rows and position == 0:
        what = "it holds a different value in each row, such as a row number or a name"
    return f"Column {position + 1} has no name and was left out: {what}."
