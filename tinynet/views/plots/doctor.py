"""What the doctor found, as pictures: one per finding, and the instruments over the epochs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...diagnostics.doctor import Diagnosis, Finding
from ...engine.kinds import check_kinds
from ..colors import SERIES
from .figures import HIGHLIGHT, INK, literal, new_axes, new_picture

STYLES = ("-", "--", "-.", ":")


def finding(finding: Finding, ax: Axes | None = None) -> Axes:
    """Draw the figures of a finding; its title says what it is about."""
    check_kinds("finding", (finding, Finding))
    ax = new_axes(ax, 4.8, 3.2)
    _KINDS[finding.figures["kind"]](finding.figures, ax)
    ax.set_title(f"{finding.severity}: {finding.rule}", fontsize="medium")
    return ax


def diagnosis(diagnosis: Diagnosis) -> Figure:
    """A picture per finding, then the instruments where there was more than one look."""
    check_kinds("diagnosis", (diagnosis, Diagnosis))
    drawn: list[Callable] = [each.plot for each in diagnosis.findings]
    if len(diagnosis.epochs) > 1:
        drawn += [lambda ax, draw=draw: draw(diagnosis, ax) for draw in INSTRUMENTS]
    count = max(len(drawn), 1)
    columns = min(3, count)
    rows = -(-count // columns)
    figure = new_picture(4.4 * columns, 3.2 * rows)
    for ax, draw in zip(figure.subplots(rows, columns, squeeze=False).flat, drawn, strict=False):
        draw(ax)
    for ax in figure.axes[len(drawn) :]:
        ax.axis("off")
    if not drawn:
        figure.axes[0].text(0.5, 0.5, "nothing found", ha="center", va="center")
    return figure


# --- the instruments over the epochs --------------------------------------------------------


def sharpness(diagnosis: Diagnosis, ax: Axes) -> None:
    """The largest eigenvalue of the Hessian, and 2 / lr, the edge of stability."""
    epochs = [look.epoch for look in diagnosis.epochs]
    ax.plot(epochs, [look.sharpness for look in diagnosis.epochs], "o-", color=SERIES[0], ms=3)
    limits = [look.stability_limit for look in diagnosis.epochs]
    if np.isfinite(limits).any():
        ax.plot(epochs, limits, "--", color=HIGHLIGHT, label="2 / lr")
        ax.legend()
    _finish(ax, "sharpness", "epoch", "curvature")


def overshoot(diagnosis: Diagnosis, ax: Axes) -> None:
    """Where a step ends in its valley: −1 at its start, 0 at the bottom, 1 as high again.

    What lies far beyond leaves the picture above or below.
    """
    epochs = [look.epoch for look in diagnosis.epochs]
    alphas = np.array([look.overshoot for look in diagnosis.epochs])
    ax.plot(epochs, alphas, "o-", color=SERIES[0], ms=3)
    if np.any((alphas < -2) | (alphas > 3)):
        ax.set_ylim(-2, 3)
    for level, what in ((0, "lowest point"), (1, "as high as before")):
        ax.axhline(level, color=INK, ls=":", lw=1)
        ax.annotate(what, (epochs[0], level), fontsize="x-small", color=INK, va="bottom")
    _finish(ax, "overshoot α of a step", "epoch", "α")


def noise(diagnosis: Diagnosis, ax: Axes) -> None:
    """The batch size at which noise and gradient are equally large."""
    scales = np.array([look.noise_scale for look in diagnosis.epochs])
    finite = np.isfinite(scales)
    epochs = np.array([look.epoch for look in diagnosis.epochs])
    ax.plot(epochs[finite], scales[finite], "o-", color=SERIES[0], ms=3)
    if finite.any() and np.all(scales[finite] > 0):
        ax.set_yscale("log")
    _finish(ax, "gradient noise", "epoch", "batch size where noise = signal")


def gradients(diagnosis: Diagnosis, ax: Axes) -> None:
    """The norm of the gradient of each layer."""
    epochs = [look.epoch for look in diagnosis.epochs]
    norms = np.array([look.gradient_norms for look in diagnosis.epochs])
    for i, layer in enumerate(diagnosis.layers):
        style = STYLES[i // len(SERIES) % len(STYLES)]
        color = SERIES[i % len(SERIES)]
        ax.plot(epochs, norms[:, i], style, color=color, label=literal(layer.path))
    if np.any(norms > 0):
        ax.set_yscale("log")
    if len(diagnosis.layers) <= 8:
        ax.legend(fontsize="x-small")
    _finish(ax, "gradients by layer", "epoch", "norm")


def activations(diagnosis: Diagnosis, ax: Axes) -> None:
    """A strip of histograms of the first layer that has activations."""
    numbers = [i for i, layer in enumerate(diagnosis.layers) if layer.edges.size]
    if not numbers:
        ax.axis("off")
        return
    layer = diagnosis.layers[numbers[0]]
    figures = {
        "epochs": [look.epoch for look in diagnosis.epochs],
        "centres": (layer.edges[1:] + layer.edges[:-1]) / 2,
        "counts": np.array([look.histograms[numbers[0]] for look in diagnosis.epochs]),
        "label": f"{layer.activation} behind {layer.path}",
    }
    _strip(figures, ax)
    ax.set_title("activations", fontsize="medium")


INSTRUMENTS = (sharpness, overshoot, noise, gradients, activations)


# --- the kinds of pictures ------------------------------------------------------------------


def _bars(figures: dict[str, Any], ax: Axes) -> None:
    values = np.nan_to_num(figures["values"])
    colors = [HIGHLIGHT if i in figures["marked"] else SERIES[0] for i in range(len(values))]
    ax.barh(range(len(values)), values, color=colors)
    ax.set_yticks(
        range(len(values)), [literal(name) for name in figures["names"]], fontsize="small"
    )
    ax.invert_yaxis()
    if figures["log"] and np.any(values > 0):
        ax.set_xscale("log")
    for limit in figures["limits"]:
        ax.axvline(limit, color=INK, ls="--", lw=1)
    ax.set_xlabel(figures["label"])


def _points(figures: dict[str, Any], ax: Axes) -> None:
    ax.plot(figures["x"], figures["y"], "o", color=SERIES[0], ms=3, alpha=0.6)
    if len(figures["marked"][0]):
        ax.plot(*figures["marked"], "D", color=HIGHLIGHT, ms=6)
    ax.set(xlabel=literal(figures["xlabel"]), ylabel=literal(figures["ylabel"]))


def _lines(figures: dict[str, Any], ax: Axes) -> None:
    marker = "o" if len(figures["x"]) < 12 else ""
    for i, (name, values) in enumerate(figures["curves"].items()):
        color, style = SERIES[i % len(SERIES)], STYLES[i % len(STYLES)]
        ax.plot(figures["x"], values, style, marker=marker, color=color, ms=3, label=literal(name))
    for name, level in figures["levels"].items():
        ax.axhline(level, color=INK, ls=":", lw=1.5, label=name)
    positive = [np.any(values > 0) for values in figures["curves"].values()]
    if figures["log"] and any(positive):
        ax.set_yscale("log")
    if len(figures["curves"]) + len(figures["levels"]) <= 8:
        ax.legend(fontsize="small")
    if figures["xlabel"] == "epoch":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=literal(figures["xlabel"]), ylabel=literal(figures["ylabel"]))


def _histograms(figures: dict[str, Any], ax: Axes) -> None:
    sets = figures["values"]
    edges = np.histogram_bin_edges(np.concatenate([*sets.values()]), 30).tolist()
    for color, (name, values) in zip(SERIES, sets.items(), strict=False):
        weights = np.full(len(values), 1 / len(values))
        ax.hist(values, edges, weights=weights, color=color, alpha=0.6, label=literal(name))
    ax.legend(fontsize="small")
    ax.set(xlabel=literal(figures["label"]), ylabel="fraction")


def _strip(figures: dict[str, Any], ax: Axes) -> None:
    """Histograms side by side: a column per look, dark where many activations lie."""
    counts = figures["counts"].T / np.maximum(figures["counts"].sum(axis=1), 1)  # (bins, looks)
    centres, epochs = figures["centres"], figures["epochs"]
    half = (centres[1] - centres[0]) / 2
    extent = (-0.5, len(epochs) - 0.5, centres[0] - half, centres[-1] + half)
    ax.imshow(np.sqrt(counts), origin="lower", aspect="auto", cmap="Blues", extent=extent)
    ticks = np.unique(np.linspace(0, len(epochs) - 1, 5).round().astype(int))
    ax.set_xticks(ticks, [str(epochs[i]) for i in ticks])
    ax.set(xlabel="epoch", ylabel=literal(figures["label"]))


_KINDS = {
    "bars": _bars,
    "points": _points,
    "lines": _lines,
    "histograms": _histograms,
    "strip": _strip,
}


def _finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> None:
    ax.set_title(title, fontsize="medium")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
