"""A sweep as a picture: the score of every seed, settings below settings, the best on top."""

from __future__ import annotations

from matplotlib.axes import Axes

from ...training.sweeps.ranking import Place, Ranking
from ...training.sweeps.trials import plain
from ..colors import LIGHT, SERIES
from .figures import literal, new_axes

MOST = 20  # settings in one picture


def ranking(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """A line of dots for each of the best settings, one dot a seed, and a bar at their mean.

    Blue are the best settings, and those that are no worse, as far as the seeds tell.
    """
    shown = [place for place in ranking.places if place.scores][:MOST]
    labels = [_label(place, ranking.varied) for place in shown]
    ax = new_axes(ax, 5.0 + 0.07 * max(map(len, labels), default=0), 1.4 + 0.3 * len(shown))
    for y, place in enumerate(shown):
        color = LIGHT["edge"] if place.worse else SERIES[0]
        values = list(place.scores.values())
        ax.plot(values, [y] * len(values), "o", color=color, alpha=0.5, ms=5)
        ax.plot([place.mean], [y], "|", color=color, ms=14, mew=2.5)
    ax.set_yticks(range(len(shown)), labels)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    left_out = len(ranking.places) - len(shown)
    rest = f"; {left_out} more settings" if left_out else ""
    better = "smaller" if ranking.sign > 0 else "larger"
    ax.set_xlabel(f"{literal(ranking.score)} of each seed, and the mean; {better} is better{rest}")
    ax.set_title("blue: no worse than the best, as far as can be told")
    ax.grid(alpha=0.3)
    return ax


def _label(place: Place, names: list[str]) -> str:
    chosen = (name for name in names if name in place.settings)
    return literal(", ".join(f"{name} {plain(place.settings[name])}" for name in chosen))
