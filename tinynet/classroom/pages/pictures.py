"""Pictures of answers: a matrix in colours, with the entries marked that are wrong.

Blue is below 0, orange above, white is 0. Nothing is said by colour alone: where there is room the
numbers stand in their cells, elsewhere their signs; a wrong entry has a thick frame and a cross,
and what has the wrong shape a dashed frame. `matrix` gives a drawing to put into a page, `save`
writes all of a report as one picture. They draw what came, never what would have been right.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from ...views.colors import LIGHT, ink_on
from ...views.numerals import number
from ..judging.report import CheckResult, Report, TaskResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

LEGEND = "Blue is below 0, orange above. A thick frame with a cross: wrong; dashed: wrong shape."
_INK, _LINE = LIGHT["ink"], LIGHT["line"]
_MARGIN = 18  # pixels, for the numbers of rows and columns
_FEW = 8  # rows and columns up to which the numbers are written into the cells
_ACROSS = 8  # pictures beside each other


# --- one matrix, for a page -----------------------------------------------------------------


def matrix(check: CheckResult) -> str:
    """The picture of what came, as inline SVG; "" where nothing is there to draw.

    >>> check = CheckResult("n = 2", True, 1, False, matrix=(("1", "0"),), wrong=((0, 1),))
    >>> print(told(check))
    2 numbers; wrong: number 1
    >>> matrix(check).count("<rect")
    5
    """
    if not check.matrix:
        return ""
    side = _side(check)
    width, height = (_MARGIN + side * n + 3 for n in (len(check.matrix[0]), len(check.matrix)))
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="matrix" width="{width}"'
            f' height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif">',
            f'<title>{escape(told(check))}</title><rect width="{width}" height="{height}"'
            ' fill="#ffffff"/>',
            *_numbers_of(check, side),
            *_cells(check, side),
            *(_cross(row, column, side) for row, column in check.wrong),
            _frame(check, side),
            "</svg>",
        ]
    )


def told(check: CheckResult) -> str:
    """The picture in words, for those who cannot see it."""
    rows, columns = len(check.matrix), len(check.matrix[0]) if check.matrix else 0
    size = f"{rows} × {columns} numbers" if rows > 1 else f"{columns} numbers"
    if _misshapen(check):
        return f"{size}; {check.came}"
    if not check.wrong:
        return f"{size}; all right"
    first = [_place(check, row, column) for row, column in check.wrong[:3]]
    more = len(check.wrong) - len(first)
    return f"{size}; wrong: {'; '.join(first)}{f'; and {more} more' if more else ''}"


def _place(check: CheckResult, row: int, column: int) -> str:
    return f"row {row}, column {column}" if len(check.matrix) > 1 else f"number {column}"


def _misshapen(check: CheckResult) -> bool:
    """Is it wrong as a whole, so that no entry can be blamed?"""
    return not check.holds and not check.wrong


def _side(check: CheckResult) -> int:
    """The pixels of a cell: larger where there are few."""
    return 50 if _has_numbers(check) else 16


def _has_numbers(check: CheckResult) -> bool:
    return max(len(check.matrix), len(check.matrix[0])) <= _FEW


def _numbers_of(check: CheckResult, side: int) -> Iterator[str]:
    """The numbers of the columns, above, and of the rows, to the left."""
    style = f'font-size="9" fill="{_INK}" text-anchor="middle"'
    for j in range(len(check.matrix[0])):
        yield f'<text x="{_MARGIN + side * (j + 0.5):g}" y="13" {style}>{j}</text>'
    for i in range(len(check.matrix) if len(check.matrix) > 1 else 0):
        yield f'<text x="9" y="{_MARGIN + side * (i + 0.5) + 3:g}" {style}>{i}</text>'


def _cells(check: CheckResult, side: int) -> Iterator[str]:
    peak, wrong, size = _peak(check), {*check.wrong}, 12 if _has_numbers(check) else 10
    for i, row in enumerate(check.matrix):
        for j, entry in enumerate(row):
            x, y, colour = _MARGIN + side * j, _MARGIN + side * i, _colour(entry, peak)
            about = f"{_place(check, i, j)}: {entry}{', wrong' if (i, j) in wrong else ''}"
            yield (
                f'<g><title>{escape(about)}</title><rect x="{x}" y="{y}" width="{side}"'
                f' height="{side}" fill="{colour}" stroke="{_LINE}"/>'
                f'<text x="{x + side / 2:g}" y="{y + side / 2 + 4:g}" font-size="{size}"'
                f' fill="{ink_on(colour)}" text-anchor="middle">'
                f"{escape(_label(check, entry))}</text>"
                "</g>"
            )


def _cross(row: int, column: int, side: int) -> str:
    """The mark of a wrong entry: a thick frame, and a cross in its corner."""
    x, y, arm = _MARGIN + side * column + 1, _MARGIN + side * row + 1, max(4, side // 5)
    right, inner = x + side - 2, side - 2
    return (
        f'<g fill="none" stroke="{_INK}" stroke-width="{max(1, side / 25):g}">'
        f'<rect x="{x}" y="{y}" width="{inner}" height="{inner}" stroke-width="2.5"/>'
        f'<path d="M{right - arm - 2} {y + 2}l{arm} {arm}m0 -{arm}l-{arm} {arm}"/></g>'
    )


def _frame(check: CheckResult, side: int) -> str:
    """Round the whole: dashed where the shape is wrong."""
    width, height = side * len(check.matrix[0]), side * len(check.matrix)
    style = 'stroke-width="3" stroke-dasharray="7 5"' if _misshapen(check) else 'stroke-width="1"'
    return (
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{width}" height="{height}" fill="none"'
        f' stroke="{_INK}" {style}/>'
    )


# --- colours and labels ---------------------------------------------------------------------


def _label(check: CheckResult, entry: str) -> str:
    """What stands in a cell: the number in a few digits, or where there is no room, its sign."""
    value = float(entry)
    if not math.isfinite(value):
        return entry if _has_numbers(check) else "?"
    if not _has_numbers(check):
        return "" if value == 0 else "−" if value < 0 else "+"
    digits = next((d for d in (4, 3, 2) if len(f"{abs(value):.{d}g}") <= 5), 1)
    return number(value, digits)


def _peak(check: CheckResult) -> float:
    """The largest size: the end of the colours, which 0 is the middle of."""
    sizes = (abs(float(entry)) for row in check.matrix for entry in row)
    return max((size for size in sizes if math.isfinite(size)), default=0.0)


def _colour(entry: str, peak: float) -> str:
    """As #rrggbb; what is no number is dark."""
    value = float(entry)
    if not math.isfinite(value):
        return _INK
    end, part = "negative" if value < 0 else "positive", abs(value) / peak if peak else 0.0
    zero, full = (bytes.fromhex(LIGHT[name][1:]) for name in ("zero", end))
    return "#" + bytes(round(z + part * (e - z)) for z, e in zip(zero, full, strict=True)).hex()


# --- all of a report, as one picture --------------------------------------------------------


def pictured(task: TaskResult) -> CheckResult | None:
    """The check whose picture says most of a task: the first that fails, or else the first."""
    with_picture = [check for check in task.checks if check.matrix]
    return next(
        (check for check in with_picture if not check.holds), next(iter(with_picture), None)
    )


def save(report: Report, path: str | os.PathLike) -> None:
    """Write a picture of each task; the ending of the file (.png, .svg, .pdf) gives the format.

    ValueError where no answer can be drawn.
    """
    from ...views.plots.figures import save as save_figure

    save_figure(figure(report), path)


def figure(report: Report) -> Figure:
    """A picture of each task whose answer is a small vector or matrix."""
    from matplotlib.figure import Figure

    shown = [(task, check) for task in report.tasks if (check := pictured(task))]
    if not shown:
        raise ValueError(
            "there is nothing to draw yet: no task has given a vector or a matrix of at most 20"
            " rows and columns"
        )
    across = min(_ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    drawn = Figure(figsize=(1.75 * across + 0.3, 1.95 * down + 0.5), layout="constrained")
    grid = drawn.subplots(down, across, squeeze=False).ravel()
    for axes, (task, check) in zip(grid, shown, strict=False):
        _draw(axes, task, check)
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    drawn.supxlabel(LEGEND, fontsize=8, color=_INK)
    return drawn


def _draw(axes: Axes, task: TaskResult, check: CheckResult) -> None:
    """One picture, and below its name what is wrong."""
    from matplotlib.colors import to_rgb

    from ...views.plots.figures import literal

    peak, rows, columns = _peak(check), len(check.matrix), len(check.matrix[0])
    colours = [[_colour(entry, peak) for entry in row] for row in check.matrix]
    axes.imshow([[to_rgb(colour) for colour in row] for row in colours], interpolation="nearest")
    for i, row in enumerate(check.matrix):
        for j, entry in enumerate(row):
            label, ink = _label(check, entry), ink_on(colours[i][j])
            axes.text(j, i, label, ha="center", va="center", size=46 / max(rows, columns, 5), c=ink)
    for i, j in check.wrong:
        axes.add_patch(_outline(j - 0.45, i - 0.45, 0.9, 0.9, lw=1.8))
        axes.plot(j + 0.3, i - 0.3, "x", color=_INK, ms=24 / max(rows, columns), mew=1.2)
    if _misshapen(check):
        axes.add_patch(_outline(-0.5, -0.5, columns, rows, lw=2.5, ls=(0, (3, 2)), clip_on=False))
    axes.set_xticks([])
    axes.set_yticks([])
    said = "right" if check.holds else "wrong shape" if _misshapen(check) else "wrong"
    axes.set_title(f"{literal(task.name)}\n{said}", fontsize=7, color=_INK)


def _outline(x: float, y: float, width: float, height: float, **about: Any) -> Rectangle:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, fill=False, ec=_INK, **about)
