"""The built-in losses whose curves are most like that of a function under test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...losses import names
from .bench import Bench, Stopped


@dataclass(frozen=True)
class Match:
    """A built-in loss whose curve, times `factor`, is within `distance` (relative) of another."""

    loss: Callable
    base: str  # its name, without options
    name: str
    factor: float
    distance: float

    @property
    def exact(self) -> bool:
        return self.distance < 1e-6

    def __str__(self) -> str:
        return f"{'' if abs(self.factor - 1) < 1e-6 else f'{self.factor:.3g} · '}{self.name}"


def nearest(bench: Bench) -> list[Match]:
    """Those that can take the same arguments, the nearest first; none if there is no curve."""
    try:
        curve = bench.curve()
    except Stopped:
        return []
    finite = np.isfinite(curve)
    own = curve[finite]
    if not np.any(own):
        return []
    matches = []
    for base, name, loss in _with_options(bench.f):
        with contextlib.suppress(Exception):  # it takes other arguments
            other = _curve_of(loss, bench)[finite]
            factor = float(own @ other / (other @ other))
            distance = float(np.linalg.norm(own - factor * other) / np.linalg.norm(own))
            if np.isfinite(distance):
                matches.append(Match(loss, base, name, factor, distance))
    return sorted(matches, key=lambda match: (round(match.distance, 7), match.name != match.base))


def _curve_of(loss: Callable, bench: Bench) -> np.ndarray:
    """The same as `bench.curve()`, in one call a truth: a built-in loss takes whole batches."""
    line, truths = bench.setting.line(), bench.setting.truths
    values = (loss(*bench.setting.at(truth, line), reduction="none") for truth in truths)
    return np.stack([v.reshape(len(line), -1)[:, 0] for v in values])


def _with_options(f: Callable) -> Iterator[tuple[str, str, Callable]]:
    """Each built-in loss but f, as it is and with the options of its card."""
    for base, loss in names().items():
        if loss is f:
            continue
        sweep = loss.card.sweep if loss.card else {}
        yield base, base, loss
        if "from_logits" in loss.own_options:
            for choice in (True, False):
                yield base, f"{base}(from_logits={choice})", partial(loss, from_logits=choice)
        for option, settings in sweep.items():
            for value in settings:
                number = isinstance(value, (int, float))
                text = f"{base}({option}={value:g})" if number else base
                yield base, text, partial(loss, **{option: value})
