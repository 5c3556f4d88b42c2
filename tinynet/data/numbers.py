"""Numbers as people write them: 1,234.5 or 1.234,5, $5, 50%, −3; and what stands for a gap."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

# What stands for a missing cell, compared in lower case; the rest only beside numbers, since "-"
# and "none" are categories beside "+" and "some".
GAPS = frozenset({"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "+nan", "-nan", "null", "?"})
NUMBER_GAPS = GAPS | {"none", "-", "--", "–", "—", ".", "..", "…"}

UNITS = "%$€£¥"
LONGEST = 60  # characters that a number may have
LOOKED_AT = 1_000  # cells of a column, to see what stands before decimals
SPACES = " \u00a0\u2009\u202f"  # no-break, thin, narrow no-break


def is_gap(cell: str) -> bool:
    return cell.lower() in GAPS


@dataclass(frozen=True)
class Notation:
    """How the numbers of a column are written.

    >>> Notation(",", "€").number("1.234,5 €")
    1234.5
    """

    decimal: str = "."
    unit: str = ""  # a sign of a currency may stand beside a number, % must

    def number(self, cell: str) -> float | None:
        """The number in a cell; NaN for a gap, None for what is no number."""
        if cell.lower() in NUMBER_GAPS:
            return np.nan
        if self.is_plain and (value := python_number(cell)) is not None:
            return value
        sign, unit, body = _parts(cell)
        if unit != self.unit and (unit or self.unit == "%"):
            return None
        if not _GRAMMAR[self.decimal].fullmatch(body):
            return None
        digits = re.sub(rf"[{_other(self.decimal)}'’{SPACES}]", "", body)
        return float(sign + digits.replace(self.decimal, "."))

    def values(self, cells: Sequence[str]) -> np.ndarray:
        """The numbers; NaN for gaps and for what is no number, see `number`."""
        meaning = {cell: self.number(cell) for cell in set(cells)}
        return np.array([meaning[cell] for cell in cells], dtype=np.float64)  # None becomes NaN

    @property
    def is_plain(self) -> bool:
        """Whether it reads what Python reads."""
        return self.decimal == "." and self.unit != "%"

    def odd(self, cells: Collection[str]) -> list[str]:
        """The cells that are neither a number nor a gap."""
        return [cell for cell in cells if self.number(cell) is None]


def plain(cells: Sequence[str]) -> np.ndarray | None:
    """The numbers, if each is written as Python writes it, as in most files; NaN for gaps."""
    if "_" in "".join(cells):
        return None  # Python reads 1_000 as a number; in a file that is a name
    for lines in (cells, ("nan" if cell.lower() in NUMBER_GAPS else cell for cell in cells)):
        try:
            return np.fromiter(map(float, lines), dtype=np.float64, count=len(cells))
        except ValueError:
            continue
    return None


def python_number(cell: str) -> float | None:
    """The number in a cell, if Python reads it as one."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def notation(cells: Iterable[str], decimal: str | None = None, usual: str = ".") -> Notation:
    """The notation that most of the cells are written in.

    `decimal` if given; else as the cells show; else, where all could be both ("1,234"), as usual.
    """
    parts = [_parts(cell) for cell in cells]
    units = [unit for _, unit, _ in parts if unit]
    unit = max(sorted(set(units)), key=units.count, default="")
    if unit == "%" and 2 * units.count("%") < len(parts):
        unit = ""
    if decimal is None:
        points, commas = (sum(map(_shows(mark), (b for *_, b in parts))) for mark in ".,")
        decimal = usual if points == commas else "." if points > commas else ","
    return Notation(decimal, unit)


def usual_decimal(columns: Iterable[Sequence[str]], separator: str) -> str | None:
    """The decimal mark that a file shows; None where it shows none or both.

    Where commas could be both, as in 1,234, they are decimal between semicolons: those are used
    because commas were taken. Between commas they need quotes, so without one points are decimal.
    """
    looked_at = [cells[:LOOKED_AT] for cells in columns]
    if separator == "," and not any("," in "".join(cells) for cells in looked_at):
        return "."
    bodies = {_parts(cell)[2] for cell in set(itertools.chain(*looked_at))}
    shown = [mark for mark in ".," if any(map(_shows(mark), bodies))]
    if not shown and separator == ";":
        shown = [","] if any("," in b and _GRAMMAR[","].fullmatch(b) for b in bodies) else []
    return shown[0] if len(shown) == 1 else None


def hold_identifiers(cells: Sequence[str]) -> bool:
    """Whether float would change whole numbers: a zero in front, or more digits than it keeps."""
    text = "\n".join(cells)
    if re.search(r"^[+-]?0\d+$", text, re.MULTILINE):
        return True
    long = re.findall(r"^[+-]?\d{16,}$", text, re.MULTILINE)
    return any(len(whole) > LONGEST or int(float(whole)) != int(whole) for whole in long)


def label(value: float) -> str:
    """The name of a class or category that is a number: 1.0 as "1".

    >>> label(1.0), label(2.5)
    ('1', '2.5')
    """
    return repr(float(value) + 0.0).removesuffix(".0")  # −0 is 0


# --- how numbers are written ----------------------------------------------------------------


def _other(decimal: str) -> str:
    return "," if decimal == "." else "."


def _groups(decimal: str) -> str:
    """Digits in groups of three."""
    return rf"[1-9]\d{{0,2}}([{_other(decimal)}'’{SPACES}])\d{{3}}(?:\1\d{{3}})*"


_GRAMMAR = {
    mark: re.compile(
        rf"(?=.*\d)(?:{_groups(mark)}|\d*)(?:{re.escape(mark)}\d*)?(?:[eE][+-]?\d+)?", re.ASCII
    )
    for mark in ".,"
}
_SHOWN = {  # what only the one or the other mark can mean: 1,5 or 0,123 or 1.234,5 or 1.234.567
    mark: re.compile(
        rf"(?!\d{{1,3}}{re.escape(mark)}\d{{3}}$)\d*{re.escape(mark)}\d+(?:[eE][+-]?\d+)?"
        rf"|0{re.escape(mark)}\d+"
        rf"|{_groups(mark)}{re.escape(mark)}\d*"
        rf"|[1-9]\d{{0,2}}(?:{re.escape(_other(mark))}\d{{3}}){{2,}}",
        re.ASCII,
    )
    for mark in ".,"
}
_DIGIT = re.compile("[0-9]")
_UNIT = re.compile(rf"([+-]?)[{SPACES}]*([$€£¥]?)[{SPACES}]*([+-]?)(.*?)[{SPACES}]*([{UNITS}]?)")


def _parts(cell: str) -> tuple[str, str, str]:
    """The sign, the unit and the rest of a cell."""
    if len(cell) > LONGEST or not _DIGIT.search(cell):
        return "", "", cell
    found = _UNIT.fullmatch(cell.replace("\u2212", "-"))
    if found is None:  # a cell of several lines
        return "", "", cell
    sign, before, inner, body, after = found.groups()
    if (sign and inner) or (before and after):
        return "", "", cell
    return sign or inner, before or after, body


def _shows(mark: str) -> Callable[[str], bool]:
    return lambda body: _SHOWN[mark].fullmatch(body) is not None
