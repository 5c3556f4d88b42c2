"""The text form of every picture: the same numbers, for a terminal or a screen reader.

A picture and its text are made from the same object, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ... import losses
from ...engine.tables import table
from ...losses import Loss
from ...losses.base import card_of
from ..numerals import rounded, typeset
from .curves import Curve
from .fits import Fit, Fits
from .influences import Influence
from .surfaces import Surface

PLACES = 9  # along an axis, in a table
WIDE = 48  # characters of a formula, in the list
TOLD = (0, 1, 2, 5, 10, 20)  # distances of the bad point


def listing() -> str:
    """All losses, a line each: name, formula (the start of a long one), use."""
    rows = [("name", "value", "use it when")]
    for name, loss in losses.names().items():
        formula, use = (loss.card.formula, loss.card.use) if loss.card else ("", "")
        rows.append((name, formula if len(formula) <= WIDE else f"{formula[: WIDE - 2]} …", use))
    return table(rows)


def card(loss: Loss) -> str:
    """What is known about one loss."""
    return f"{loss.__name__}\n\n{card_of(loss)}"


# --- curves ---------------------------------------------------------------------------------


def curve(curve: Curve, swept: Sequence[Curve] = ()) -> str:
    """Numbers at chosen places, what stands out, and one option swept."""
    rows = [("at", "value", "gradient", "curvature"), *(_row(curve, x) for x in _places(curve))]
    parts = [f"{curve.name}, along the {curve.axis.label}", table(rows), "\n".join(facts(curve))]
    if swept:
        parts.append(f"gradient with other options\n{table(_side_by_side(swept, 1))}")
    return "\n\n".join(parts)


def facts(curve: Curve) -> list[str]:
    """Minima, kinks, saturation and what happens far out, a line each."""
    return [*minima(curve), *_kinks(curve), *_plateaus(curve), *_far(curve)]


def minima(curve: Curve) -> list[str]:
    """Where the loss is lowest."""
    if not curve.minima:
        end = curve.lowest_end
        value = rounded(curve.at(end)[0])
        return [f"minimum: none inside; at the end, {rounded(end)}, it is {value}"]
    lines = []
    for low, high in curve.minima:
        where = rounded(low) if low == high else f"all of {rounded(low)} to {rounded(high)}"
        lines.append(f"minimum: {rounded(curve.at(low)[0])} at {where}")
    return lines


def _kinks(curve: Curve) -> list[str]:
    names = {1: "gradient", 2: "curvature"}
    return [
        f"kink: at {rounded(k.x)} the {names[k.order]} jumps from {rounded(k.before)} to"
        f" {rounded(k.after)}"
        for k in curve.kinks
    ] or ["kink: none"]


def _plateaus(curve: Curve) -> list[str]:
    texts = {
        "constant": "the gradient stays the same to 1 %, about {}: a larger error pulls no harder",
        "vanishing": "the gradient vanishes (at most {}) although the prediction is wrong",
        "settled": "the gradient is below 1 % of its largest (at most {}): the prediction is right",
    }
    return [
        f"saturation: from {rounded(s.low)} to {rounded(s.high)}"
        f" {texts[s.kind].format(rounded(s.slope))}"
        for s in curve.plateaus
    ] or ["saturation: none"]


def _far(curve: Curve) -> list[str]:
    slopes = ", ".join(f"{rounded(curve.at(x)[1])} at {rounded(x)}" for x in curve.axis.far)
    return [f"far out the gradient is {slopes}"]


def _places(curve: Curve) -> np.ndarray:
    return np.linspace(curve.axis.low, curve.axis.high, PLACES)


def _row(curve: Curve, x: float) -> tuple[str, ...]:
    """One place; "kink" stands where a derivative jumps."""
    near = 1e-6 * (curve.axis.high - curve.axis.low)
    orders = [kink.order for kink in curve.kinks if abs(kink.x - x) < near]
    cells = [rounded(value) for value in curve.at(x)]
    for order in (1, 2):
        if any(each <= order for each in orders):
            cells[order] = "kink"
    return rounded(x), *cells


def _side_by_side(curves: Sequence[Curve], order: int) -> list[tuple[str, ...]]:
    """Value (order 0), gradient (1) or curvature (2) of several curves at the same places."""
    columns = [[_row(each, x)[order + 1] for x in _places(curves[0])] for each in curves]
    heading = ("at", *(each.name for each in curves))
    return [
        heading,
        *zip((rounded(x) for x in _places(curves[0])), *columns, strict=True),
    ]


def compare(curves: Sequence[Curve], influences: Sequence[Influence]) -> str:
    """Several losses on one axis, and how one bad point drags each."""
    parts = [f"along the {curves[0].axis.label}"]
    for order, what in enumerate(("value", "gradient")):
        parts.append(f"{what}\n{table(_side_by_side(curves, order))}")
    parts.append("\n".join(f"{each.name}: {line}" for each in curves for line in minima(each)))
    parts.append(influence(influences) if influences else "no influence is drawn on this axis")
    return "\n\n".join(parts)


def influence(influences: Sequence[Influence]) -> str:
    """How far each estimate is dragged."""
    rows = [("moved by", *(each.name for each in influences))]
    for distance in TOLD:
        drags = (np.interp(distance, each.distances, each.drags) for each in influences)
        rows.append((rounded(distance), *(rounded(drag) for drag in drags)))
    return f"one point moves away; {influences[0].what} is dragged by\n{table(rows)}"


# --- fits and surfaces ----------------------------------------------------------------------


def fits(fits: Fits) -> str:
    """What each loss made of the same model."""
    data, regression = fits.data, fits.data.task == "regression"
    about = f"Linear on all {len(data)} rows of {data.name}, once per loss, from the same start"
    if regression:
        about += f"\n{fits.meaning}"
    few = len(fits.fits[0].parameters) <= 4
    names = [*(f"weight {name}" for name in data.feature_names), "bias"]
    names = names if regression and few else []
    score = "median |e|" if regression else "accuracy"
    heading = ["loss", *names, score]
    rows = [
        [fit.name, *(typeset(f"{p:.4f}") for p in fit.parameters if names), rounded(fit.score)]
        for fit in fits.fits
    ]
    if fits.truth is not None:
        heading += ["off by", "within 5 %"]
        for row, fit in zip(rows, fits.fits, strict=True):
            row += _verdict(fit)
        if names:
            truth = (typeset(f"{p:.4f}") for p in fits.truth)
            rows.insert(0, ["the true line", *truth, "", "", ""])
    return f"{about}\n\n{table([heading, *rows])}"


def _verdict(fit: Fit) -> list[str]:
    """How far off, in percent per parameter, and whether that is near enough."""
    if fit.off is None:
        return ["of log y", "–"]
    off = ", ".join(f"{percent:.1f}" for percent in fit.off)
    return [f"{off} %", "yes" if fit.recovered else "no"]


def surface(surface: Surface, places: int = 5) -> str:
    """The loss on a coarse grid, and along the path."""
    rows, columns = (
        np.linspace(0, len(axis) - 1, places).round().astype(int)
        for axis in (surface.first, surface.second)
    )
    heading = ("d₁ \\ d₂", *(rounded(surface.second[j]) for j in columns))
    grid = [(rounded(surface.first[i]), *map(rounded, surface.values[i, columns])) for i in rows]
    parts = [
        f"d₁: {surface.labels[0]}\nd₂: {surface.labels[1]}",
        f"loss\n{table([heading, *grid])}",
    ]
    if len(surface.path):
        steps = np.unique(np.linspace(0, len(surface.path) - 1, places).round().astype(int))
        path = [
            (str(i), *(rounded(x) for x in (*surface.path[i], surface.heights[i]))) for i in steps
        ]
        parts.append(f"path\n{table([('step', 'd₁', 'd₂', 'loss'), *path])}")
    return "\n\n".join(parts)
