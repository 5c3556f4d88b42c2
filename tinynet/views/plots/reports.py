"""What `tn.losses.check` measured of a loss, as a picture."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from matplotlib.figure import Figure

from ...diagnostics.workbench.bench import Stopped
from ...diagnostics.workbench.report import Report, quiet
from ..colors import SERIES
from ..numerals import rounded
from .figures import finish, literal, new_picture


def report(report: Report) -> Figure:
    """Value and gradient of one sample, next to those of the nearest built-in loss."""
    figure = new_picture(9.4, 4)
    setting = report.bench.setting
    truth, x = setting.truths[0], setting.line(161)
    curves = [(report.name, report.bench, "-", 1.0)]
    if report.nearest:
        built_in = replace(report.bench, f=report.nearest.loss)
        curves.append((str(report.nearest), built_in, "--", report.nearest.factor))
    for ax, what in zip(figure.subplots(1, 2), ("value", "gradient"), strict=True):
        for color, (name, bench, style, factor) in zip(SERIES, curves, strict=False):
            with quiet(), contextlib.suppress(Stopped):
                measured = bench.values_at if what == "value" else bench.slopes_at
                ax.plot(
                    x, factor * measured(truth, x), style, color=color, lw=2, label=literal(name)
                )
        finish(ax, f"{what} of one sample", f"{setting.label}, for y_true = {rounded(truth)}", what)
    return figure
