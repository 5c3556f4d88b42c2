"""Which loss for these targets? Candidates in order, with the evidence for and against each.

The program measures what can be counted (evidence.py), adds up the points of a table
(candidates.py), and shows both, so that anyone can check the answer. Whether the mean or the median
is wanted, no number can tell: that is the `goal`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...engine.names import lookup
from ...losses import names
from ...losses.cards import Card
from .candidates import CANDIDATES, GOALS, ONLY_IF_ASKED, Candidate, Facts
from .evidence import Fact, measured, measurements
from .targets import Targets, read

__all__ = ["Suggestion", "Suggestions", "suggest"]

HELPERS = "neighbours and ranks, below, are from tinynet.diagnostics.suggest.evidence."
SHOWN = 3  # candidates with their reasons; the others are only named


@dataclass(frozen=True)
class Suggestion:
    """A loss with options, its points, and the reasons that add up to them."""

    name: str
    options: dict[str, Any]
    reasons: tuple[tuple[int, str], ...]

    @property
    def points(self) -> int:
        return sum(points for points, _ in self.reasons)

    @property
    def loss(self) -> Any:
        """The loss itself, with its options filled in: a function of (y_true, y_pred)."""
        loss = names()[self.name]
        return partial(loss, **self.options) if self.options else loss

    @property
    def card(self) -> Card:
        return names()[self.name].card

    @property
    def call(self) -> str:
        """How to write it down, as ``huber(y_true, y_pred, delta=1.345)``."""
        options = (f"{name}={value}" for name, value in self.options.items())
        return f"{self.name}({', '.join([*names()[self.name].arrays, *options])})"

    def __str__(self) -> str:
        lines = [f"{self.call}: {self.points:+d}"]
        lines += _wrapped("      ", f"estimates {self.card.estimates}; use: {self.card.use}")
        for points, text in self.reasons:
            lines += _wrapped(f"  {points:+d}  " if points else "   ·  ", text)
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Suggestions:
    """The result of `suggest`: a sequence of `Suggestion`, the best first; print it."""

    target: str
    notes: tuple[str, ...]
    lines: tuple[Fact, ...]
    ranked: tuple[Suggestion, ...]

    @property
    def best(self) -> Any:
        """The first loss, ready to be called with (y_true, y_pred)."""
        return self.ranked[0].loss

    @property
    def facts(self) -> Facts:
        """The values by name; the arrays are in the order of sorted targets."""
        return {fact.name: fact.value for fact in self.lines}

    def __len__(self) -> int:
        return len(self.ranked)

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.ranked)

    def __getitem__(self, place: int) -> Suggestion:
        return self.ranked[place]

    def __str__(self) -> str:
        notes = [line for note in self.notes for line in _wrapped("", note)]
        first = [f"{place}. {text}" for place, text in enumerate(self.ranked[:SHOWN], 1)]
        others = [f"{s.name} {s.points:+d}" for s in self.ranked[SHOWN:] if s.points > 0]
        also = _wrapped("", f"Also: {', '.join(others)}.") if others else []
        return "\n".join([self.target, *notes, "", *map(str, self.lines), "", *first, *also])

    __repr__ = __str__


def suggest(data: Any, goal: str | None = None, *, x: Any = None) -> Suggestions:
    """Look at targets, and rank the losses that fit them, with reasons.

    Parameters
    ----------
    data : Dataset or array_like
        Targets of shape (N,) or (N, columns): numbers, class ids, or names of classes.
    goal : str, optional
        What the model is for; keeps only the losses that serve it. For numbers "mean", "median",
        "quantile", "width" (how sure is it?), "ratio" (errors in percent) or "robust"; for classes
        "probability", "decision", "order" (bad, fair, good) or "robust". It also settles whether
        whole numbers count something or name classes.
    x : array_like of shape (N, features), optional
        The features; a Dataset brings its own. With them, wrong labels and outliers for given
        features can be seen, by the nearest neighbours; of y alone only its spread. Where y has
        hardly any noise, or the features are many, what neighbours differ by looks like noise.

    Returns
    -------
    Suggestions
        A sequence, the best first, of `Suggestion` with `call`, `points`, `reasons` and `loss`, its
        options set for a model whose outputs may be any numbers. `best` is the first loss, `facts`
        the numbers, and `lines` the NumPy that gave them. Of more than 10,000 rows with features,
        sorted by y, an even choice is looked at.

    TypeError where the targets are not numbers or names, ValueError where they are empty, have gaps
    or do not vary, and for a goal that is unknown or does not fit them.

    Outliers lie beyond 3.5 modified z-scores (Iglewicz & Hoaglin 1993); the weight of the tails is
    (P97.5 − P2.5) / (P75 − P25) (Crow & Siddiqui 1967), 2.91 for a Gaussian.

    >>> from tinynet.datasets import make_outliers
    >>> suggestions = suggest(make_outliers())
    >>> suggestions[0].call, round(suggestions.facts["outliers"], 2)
    ('huber(y_true, y_pred, delta=0.179)', 0.09)
    """
    if goal is not None:
        lookup("goal", goal, GOALS)
    targets = read(data, goal, x)
    lines = measured(measurements(targets.kind, targets.x is not None), targets.y, targets.x)
    facts = {fact.name: fact.value for fact in lines}
    fitting = [c for c in CANDIDATES if targets.kind in c.kinds and c.loss in names()]
    served = sorted({each for candidate in fitting for each in candidate.goals})
    if goal and goal not in served:
        raise ValueError(
            f"no loss for {targets.kind} serves the goal {goal!r} ({GOALS[goal]}): for these"
            f" targets it can be {', '.join(served)}, or None"
        )
    goals = {goal} if goal else set(served) - ONLY_IF_ASKED
    rated = [_rated(candidate, facts) for candidate in fitting if goals & {*candidate.goals}]
    ranked = sorted(rated, key=lambda suggestion: -suggestion.points)
    title = f"{targets.name}: {targets.kind}, {len(targets.y)} rows"
    title += f"; goal: {GOALS[goal]}" if goal else ""
    return Suggestions(title, _notes(targets), lines, tuple(ranked))


def _rated(candidate: Candidate, facts: Facts) -> Suggestion:
    reasons = (reason for reason in candidate.reasons if reason.applies(facts))
    texts = tuple((reason.points, reason.text.format(**facts)) for reason in reasons)
    return Suggestion(candidate.loss, candidate.options(facts), texts)


def _notes(targets: Targets) -> tuple[str, ...]:
    if targets.y.ndim == 2:
        return (*targets.notes, "With several columns, features are not looked at.")
    if targets.x is None:
        return (*targets.notes, "Without features (x=), what they explain is not told from noise.")
    return (*targets.notes, HELPERS)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=label, subsequent_indent=" " * len(label))
