"""Ranking: what a sweep found, the best settings first, and which of the others are worse."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...engine.tables import table
from ...engine.upstairs import upstairs
from .trials import Trial, plain

# Student's t for 1, 2 … degrees of freedom: between −t and t lie 95 % of its values. Beyond ten the
# last one will do: it falls to 1.960.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_SHOWN = 3  # failures told below the table


@dataclass(frozen=True)
class Place:
    """Some settings, and what became of them.

    Attributes
    ----------
    settings : dict
    trials : list of Trial
        One for each seed that was run.
    scores : dict of int to float
        By seed, of the runs that did not fail.
    worse : bool
        Than the best, as far as can be told.
    """

    settings: dict[str, Any]
    trials: list[Trial]
    scores: dict[int, float]
    worse: bool

    @property
    def mean(self) -> float:
        """Of the scores; NaN where there are none."""
        return float(np.mean([*self.scores.values()])) if self.scores else math.nan

    @property
    def spread(self) -> float:
        """Their standard deviation over the seeds; NaN for a single one."""
        values = [*self.scores.values()]
        return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


@dataclass(frozen=True, repr=False)
class Ranking:
    """What `tn.training.sweep` returns; printed, it is a table.

    Attributes
    ----------
    trials : list of Trial
        Every run, with its settings, seed, scores and History, or what it failed of.
    score : str
        What the settings are ranked by.
    sign : {1, −1}
        1 where smaller is better.
    stopped : str
        Why runs are missing, if some are.
    """

    trials: Sequence[Trial]
    score: str
    sign: int
    stopped: str = ""

    @property
    def best(self) -> dict[str, Any]:
        """The best settings; ValueError where no run has a score."""
        if not (self.places and self.places[0].scores):
            failed = f": {self.trials[0].error}" if self.trials else ""
            raise ValueError(f"no run of the sweep has a {self.score}{failed}")
        return self.places[0].settings

    @cached_property
    def places(self) -> list[Place]:
        """The settings, best first; those of which runs failed or are missing come last."""
        grouped: dict[str, list[Trial]] = {}
        for trial in self.trials:
            grouped.setdefault(str(plain(trial.settings)), []).append(trial)
        scores = [
            {trial.seed: trial.scores[self.score] for trial in trials if not trial.error}
            for trials in grouped.values()
        ]
        found = sorted(zip(grouped.values(), scores, strict=True), key=self._rank)
        best = found[0][1] if found else {}
        return [
            Place(trials[0].settings, trials, own, _worse(own, best, self.sign))
            for trials, own in found
        ]

    def _rank(self, found: tuple[list[Trial], dict[int, float]]) -> tuple[int, float]:
        values = [*found[1].values()]
        return -len(values), self.sign * float(np.mean(values)) if values else math.nan

    def __str__(self) -> str:
        names = self.varied
        rows = [(*names, self.score, "runs", "seconds", "")]
        for place in self.places:
            values = [_shown(place.settings.get(name, "")) for name in names]
            seconds = np.mean([trial.seconds for trial in place.trials])
            cells = (self.figure(place), str(len(place.scores)), f"{seconds:.2g}")
            rows.append((*values, *cells, self._remark(place)))
        right = range(len(names) + 1, len(names) + 3)
        return "\n".join([table(rows, right), *self._notes()])

    __repr__ = __str__

    @property
    def varied(self) -> list[str]:
        """The settings that have several values."""
        values: dict[str, set[str]] = {}
        for place in self.places:
            for name in place.settings:
                values.setdefault(name, set()).add(_shown(place.settings[name]))
        return [name for name, shown in values.items() if len(shown) > 1]

    def figure(self, place: Place) -> str:
        """The mean score, ± its spread."""
        if not place.scores:
            return "−"
        spread = "" if math.isnan(place.spread) else f" ± {place.spread:.2g}"
        return f"{place.mean:.4g}{spread}"

    def _remark(self, place: Place) -> str:
        failed = sum(bool(trial.error) for trial in place.trials)
        if failed:
            return f"{failed} failed"
        if place is self.places[0] or self.seeds < 2:
            return "best" if place is self.places[0] else ""
        return "" if place.worse else f"no worse, as far as {self.seeds} seeds tell"

    @property
    def seeds(self) -> int:
        """How many runs of the best settings have a score."""
        return len(self.places[0].scores) if self.places else 0

    def _notes(self) -> list[str]:
        """What the table means, what failed, and what is missing."""
        notes = [f"{self.score}: the mean over the seeds ± the standard deviation, best first"]
        if self.seeds < 2:
            notes = [f"{self.score}: of one seed, which cannot tell what is chance: try several"]
        failed = [trial for trial in self.trials if trial.error]
        for trial in failed[:_SHOWN]:
            settings = [f"{k}={_shown(trial.settings.get(k, ''))}" for k in self.varied]
            notes.append(f"failed: {', '.join([*settings, f'seed {trial.seed}'])}: {trial.error}")
        if len(failed) > _SHOWN:
            notes.append(f"… and {len(failed) - _SHOWN} more that failed")
        return [*notes, *filter(None, [self.stopped])]

    def plot(self, ax: Any = None) -> Any:
        """Draw the score of each seed, for the best settings; returns Matplotlib's Axes."""
        return upstairs("Ranking.plot")(self, ax)


def _worse(scores: Mapping[int, float], best: Mapping[int, float], sign: int) -> bool:
    """Whether the difference over the seeds that both have is more than chance (paired t-test)."""
    differences = [sign * (scores[seed] - best[seed]) for seed in scores.keys() & best.keys()]
    n = len(differences)
    if n < 2:
        return False
    error = np.std(differences, ddof=1) / math.sqrt(n)
    return bool(np.mean(differences) > _T95[min(n - 1, len(_T95)) - 1] * error)


def _shown(value: Any) -> str:
    return str(plain(value))
