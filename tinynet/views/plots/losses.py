"""Losses as pictures: one along its axis, several compared, and what models become under them.

A picture shows the numbers that `tinynet.explorer` found; `explorer.text` says the same in words.
Lines differ in dashes and markers, plateaus in their hatching, and names stand next to the
lines: nothing is told by colour alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...losses import Loss
from ...losses.base import card_of
from .. import explorer
from ..colors import LIGHT, SERIES
from ..explorer import Curve, Fit, Fits, Influence
from ..explorer.curves import at
from ..numerals import number, rounded
from .figures import HIGHLIGHT, INK, MARKERS, finish, literal, new_axes, new_picture
from .models import fitting

DASHES = (
    "-",
    "--",
    "-.",
    ":",
    (0, (6, 1, 1, 1, 1, 1)),
    (0, (1, 3)),
    (0, (8, 4)),
    (0, (3, 1, 1, 3)),
)
HATCHES = {"constant": "///", "vanishing": "xxx", "settled": "..."}
QUANTITIES = ("value", "gradient", "curvature")
WIDTH = 11.0  # inches
OUTLINE = 122  # points, an even number: none lies on a kink such as 0 or 1


# --- one loss -------------------------------------------------------------------------------


def loss(which: Loss, options: Mapping[str, Any] | None = None) -> Figure:
    """Draw value, gradient and curvature of a loss; below, one of its options swept.

    Minima, kinks and plateaus with a gradient that stays constant or is near 0 are marked.
    """
    curve, swept = explorer.curve(which, options), explorer.swept(which, options)
    return curves(curve, swept)


def outline(which: Loss, ax: Axes | None = None) -> Axes:
    """Draw only value and gradient of a loss, in one picture, which takes a moment."""
    ax, axis = new_axes(ax), card_of(which).axis
    x = np.linspace(axis.low, axis.high, OUTLINE)
    drawn = np.array([at(which, place, {}) for place in x])[:, :2]
    for values, name, color, style in zip(drawn.T, QUANTITIES, SERIES, DASHES, strict=False):
        ax.plot(x, values, color=color, ls=style, lw=2, label=name)
    return finish(ax, which.__name__, axis.label, "")


def curves(curve: Curve, swept: Sequence[Curve] = ()) -> Figure:
    """The picture of `loss`, from curves that are there already."""
    figure = new_picture(WIDTH, 7.6 if swept else 4.4)
    parts = figure.subfigures(2 if swept else 1, 1, squeeze=False)[:, 0]
    formula = f"${curve.loss.card.latex}$" if curve.loss.card else ""
    parts[0].suptitle(f"{curve.name}:   {formula}")
    for panel, quantity in zip(parts[0].subplots(1, 3), QUANTITIES, strict=True):
        _draw_marks(panel, curve, quantity)
    parts[0].legend(handles=_keys(curve), loc="outside lower center", ncols=2, frameon=False)
    if swept:
        option = set(swept[0].options) - set(curve.options)
        parts[1].suptitle(f"other values of {_and(sorted(option))}")
        names = [each.name.partition("(")[2][:-1] for each in swept]  # the options alone
        for panel, quantity in zip(parts[1].subplots(1, 3), QUANTITIES, strict=True):
            _overlay(panel, swept, names, quantity)
            _frame(panel, quantity, curve.axis.label)
        _legend(parts[1], names)
    return figure


def _draw_marks(ax: Axes, curve: Curve, quantity: str) -> None:
    """One quantity as a line, with everything that stands out on it."""
    y = _numbers(curve, quantity)
    for plateau in curve.plateaus:
        look: dict[str, Any] = {"hatch": HATCHES[plateau.kind], "ec": LIGHT["line"], "lw": 0}
        ax.axvspan(plateau.low, plateau.high, fc="none", zorder=0, **look)
    for kink in curve.kinks:
        ax.axvline(kink.x, color=INK, ls=":", lw=1, zorder=1)
        if kink.order == QUANTITIES.index(quantity):
            ax.plot([kink.x] * 2, [kink.before, kink.after], "D", color="white", mec=INK, ms=6)
    ax.plot(curve.x, y, color=SERIES[0], lw=2, zorder=2)
    if quantity == "value":
        for low, high in curve.minima or [(curve.lowest_end,) * 2]:
            bottom = [curve.at(x)[0] for x in (low, high)]
            ax.plot([low, high], bottom, "o-", color="black", mfc="white", ms=7, lw=3, zorder=3)
    _frame(ax, quantity, curve.axis.label)


def _keys(curve: Curve) -> list[Any]:
    """What the marks are, with their places."""
    mark: dict[str, Any] = {"ls": "", "mfc": "white", "color": INK}
    keys: list[Any] = [
        Line2D([], [], marker="o", label=line, **mark) for line in explorer.text.minima(curve)
    ]
    for order, what in ((1, "gradient"), (2, "curvature")):
        if at := [rounded(kink.x) for kink in curve.kinks if kink.order == order]:
            keys.append(Line2D([], [], marker="D", label=f"{what} jumps at {_and(at)}", **mark))
    texts = {
        "constant": "gradient the same to 1 %",
        "vanishing": "wrong, but no gradient",
        "settled": "right, and hardly a gradient",
    }
    for kind, text in texts.items():
        at = [f"{rounded(s.low)} to {rounded(s.high)}" for s in curve.plateaus if s.kind == kind]
        if at:
            hatched: dict[str, Any] = {"fc": "white", "ec": LIGHT["edge"], "hatch": HATCHES[kind]}
            keys.append(Patch(label=f"{text}: {_and(at)}", **hatched))
    return keys


def _and(words: Sequence[str]) -> str:
    return " and ".join(words)


# --- several losses -------------------------------------------------------------------------


def compare(curves: Sequence[Curve], influences: Sequence[Influence] = ()) -> Figure:
    """Overlay losses that share an axis, and show how one bad point drags what each estimates."""
    figure = new_picture(WIDTH, 4.6)
    names = [each.name for each in curves]
    panels = figure.subplots(1, 3 if influences else 2)
    for panel, quantity in zip(panels, QUANTITIES[:2], strict=False):
        _overlay(panel, curves, names, quantity)
        _frame(panel, quantity, curves[0].axis.label)
    if influences:
        lines = [(each.distances, each.drags) for each in influences]
        _lines(panels[2], lines)
        _label_ends(panels[2], [(each.name, each.distances, each.drags) for each in influences])
        what = influences[0].what
        _frame(panels[2], "influence of one bad point", "how far the point is moved away")
        panels[2].set_ylabel(f"{what} is dragged by")
    _legend(figure, names)
    return figure


def _overlay(ax: Axes, curves: Sequence[Curve], names: Sequence[str], quantity: str) -> None:
    """Several curves of one quantity; where they are values, with their names at the end.

    A line that outgrows the others may leave the picture, so that these can be told apart.
    """
    lines = [(each.x, _numbers(each, quantity)) for each in curves]
    _lines(ax, lines)
    sizes = [np.nanmax(np.abs(y)) for _, y in lines]
    limit = 2 * float(np.median(sizes)) if max(sizes) > 3.5 * np.median(sizes) else max(sizes)
    low = max(min(np.nanmin(y) for _, y in lines), -limit)
    high = min(max(np.nanmax(y) for _, y in lines), limit)
    if high > low:
        ax.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    if quantity == "value":
        _label_ends(ax, [(name, *line) for name, line in zip(names, lines, strict=True)])


def _lines(ax: Axes, lines: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Each line with a dash pattern and a marker of its own, the markers at different places."""
    for i, (x, y) in enumerate(lines):
        every = max(len(x) // 8, 1)
        start = i * every // len(lines)
        ax.plot(x, y, **_look(i), markevery=(start, every))


def _look(i: int) -> dict[str, Any]:
    color = SERIES[i % len(SERIES)]
    marker = {"marker": MARKERS[i % len(MARKERS)], "ms": 5, "mfc": "white", "mec": color}
    return {"color": color, "ls": DASHES[(i + i // 8) % 8], "lw": 1.8, **marker}


def _legend(figure: Any, names: Sequence[str]) -> None:
    handles = [Line2D([], [], label=literal(name), **_look(i)) for i, name in enumerate(names)]
    columns = max(1, min(len(names), 120 // (10 + max(map(len, names)))))
    place: dict[str, Any] = {"loc": "outside lower center", "ncols": columns}
    figure.legend(handles=handles, frameon=False, handlelength=4, **place)


def _label_ends(ax: Axes, lines: Sequence[tuple[str, np.ndarray, np.ndarray]]) -> None:
    """Write the name of each line next to its end, on the side where the ends lie wider apart.

    A hair leads from a line to its name. Names on the left send the numbers of the axis right.
    """
    low, high = ax.get_ylim()
    left, right = (
        np.clip([(y[np.isfinite(y)][i] - low) / (high - low) for _, _, y in lines], 0.02, 0.98)
        for i in (0, -1)
    )
    end, heights = (0, left) if np.ptp(left) > np.ptp(right) else (-1, right)
    if end == 0:
        ax.yaxis.tick_right()
    side: dict[str, Any] = {"ha": "right" if end == 0 else "left", "va": "center"}
    hair = {"arrowstyle": "-", "lw": 0.5, "color": INK, "shrinkA": 1, "shrinkB": 2}
    for (name, x, y), height, place in zip(lines, heights, _apart(heights, 0.065), strict=True):
        ax.annotate(
            name + (" ↑" if y[end] > high else ""),
            (x[end], low + height * (high - low)),
            (-0.06 if end == 0 else 1.06, place),
            textcoords="axes fraction",
            size=8.5,
            color=INK,
            arrowprops=hair,
            annotation_clip=False,
            **side,
        )


def _apart(places: np.ndarray, gap: float) -> np.ndarray:
    """The places, from 0 to 1, pushed from each other until neighbours are `gap` apart."""
    order = np.argsort(places, kind="stable")
    moved = np.asarray(places, float)[order]
    for _ in range(300):
        overlap = np.maximum(gap - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
        moved = np.clip(moved, 0, 1)
    return moved[np.argsort(order)]


def _numbers(curve: Curve, quantity: str) -> np.ndarray:
    return (curve.value, curve.slope, curve.curvature)[QUANTITIES.index(quantity)]


def _frame(ax: Axes, title: str, xlabel: str) -> None:
    ax.set(title=title, xlabel=textwrap.fill(xlabel, 36))
    ax.grid(alpha=0.3)


# --- fits -----------------------------------------------------------------------------------


def fits(fitted: Fits) -> Figure:
    """What each loss made of the same model, side by side."""
    count = len(fitted.fits)
    columns = min(count, 3)
    rows = -(-count // columns)
    figure = new_picture(max(3.7 * columns, 5), 3.6 * rows + 0.9, "compressed")
    line = fitted.data.task == "regression" and fitted.data.x.shape[1] == 1
    panels = list(figure.subplots(rows, columns, squeeze=False, sharey=line).flat)
    for panel, fit in zip(panels, fitted.fits, strict=False):
        _draw_fit(panel, fit, fitted)
    for panel in panels[count:]:
        panel.set_axis_off()
    _share_legend(figure, panels[:count])
    figure.suptitle(f"{literal(fitted.data.name)}: a Linear, trained with each loss")
    return figure


def _draw_fit(ax: Axes, fit: Fit, fitted: Fits) -> None:
    """The model of one loss, in the picture that fits the task."""
    data = fitted.data
    classes = data.task != "regression"
    if classes or data.x.shape[1] > 1:
        fitting(data)(fit.model, data, ax)
        score = f"accuracy {fit.score:.3f}" if classes else f"median |e| {fit.score:.3g}"
        ax.set_title(f"{fit.name}\n{score}", size=10)
        return
    ends = np.array([data.x.min(), data.x.max()])
    look: dict[str, Any] = {"color": LIGHT["operation"], "mec": INK, "mew": 0.4}
    low, high = _middle(fitted)
    seen = np.clip(data.y, low, high)
    ax.plot(data.x, np.where(seen == data.y, data.y, np.nan), "o", ms=4, label="data", **look)
    for marker, edge in (("v", low), ("^", high)):
        beyond = np.where((seen == edge) & (data.y != edge), edge, np.nan)
        ax.plot(data.x, beyond, marker, ms=6, label="beyond the picture", **look)
    if fitted.truth is not None:
        ax.plot(ends, fitted.truth[0] * ends + fitted.truth[1], "k--", lw=1.2, label="true line")
    weight, bias = fit.parameters
    ax.plot(ends, weight * ends + bias, color=HIGHLIGHT, lw=3, label="fit", zorder=1.9)
    off = ""
    if fit.off:
        verdict = "within 5 %" if fit.recovered else "not within 5 %"
        off = f"off by {_and([f'{percent:.1f} %' for percent in fit.off])}: {verdict}"
    sign = "−" if bias < 0 else "+"
    ax.set_title(f"{fit.name}: {number(weight, 3)} x {sign} {abs(bias):.3g}\n{off}", size=10)
    ax.set(xlabel=literal(data.feature_names[0]), ylabel=literal(data.target_names[0]))
    ax.grid(alpha=0.3)


def _middle(fitted: Fits) -> tuple[float, float]:
    """The heights that a picture shows: all lines, and the data without outliers.

    These lie more than 1.5 times the distance of the quartiles beyond them (Tukey 1977); shown at
    their height, they would squash the lines until all look alike.
    """
    data = fitted.data
    ends = np.array([data.x.min(), data.x.max()])
    lines = [fit.parameters for fit in fitted.fits]
    lines += [] if fitted.truth is None else [fitted.truth]
    heights = np.array([weight * ends + bias for weight, bias in lines])
    first, third = np.percentile(data.y, [25, 75])
    room = 1.5 * (third - first)
    low, high = min(first - room, heights.min()), max(third + room, heights.max())
    return max(low, data.y.min()), min(high, data.y.max())


def _share_legend(figure: Figure, panels: Sequence[Axes]) -> None:
    """One legend below for all panels, since it would be the same in each."""
    named: dict[str, Any] = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            if label not in named and _drawn(handle):
                named[label] = handle
    handles, labels = [*named.values()], [*named]
    for panel in panels:
        if legend := panel.get_legend():
            legend.remove()
    if handles:
        place: dict[str, Any] = {"loc": "outside lower center", "ncols": min(len(labels), 5)}
        figure.legend(handles, labels, frameon=False, **place)


def _drawn(handle: Any) -> bool:
    """Has a line or its markers any point?"""
    heights = handle.get_ydata() if hasattr(handle, "get_ydata") else [0.0]
    return bool(np.isfinite(np.asarray(heights, float)).any())
