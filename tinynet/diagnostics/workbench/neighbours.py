"""Neighbours: the built-in losses whose curve is most like that of a function under test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...losses import Loss, names
from .bench import Bench, Stopped


@dataclass(frozen=True)
class Neighbour:
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


def neighbours(bench: Bench, catalogue: dict[str, Loss]) -> list[Neighbour]:
    """The built-in losses that can take the same arguments, the nearest first."""
    lines = [(truth, bench.setting.line()) for truth in bench.setting.truths]
    own = np.concatenate([bench.values_at(*line) for line in lines])
    finite = np.isfinite(own)
    if not np.any(own[finite]):
        return []
    found = []
    for base, name, loss in _candidates(bench.f, catalogue):
        with contextlib.suppress(Exception):  # it takes other arguments
            parts = [loss(*bench.setting.at(*line), reduction="none") for line in lines]
            other = np.concatenate([p.reshape(len(lines[0][1]), -1)[:, 0] for p in parts])
            a, b = own[finite], other[finite]
            factor = float(a @ b / (b @ b))
            distance = float(np.linalg.norm(a - factor * b) / np.linalg.norm(a))
            if np.isfinite(distance):
                found.append(Neighbour(loss, base, name, factor, distance))
    return sorted(found, key=lambda n: (round(n.distance, 7), n.name != n.base))


def _candidates(f: Callable, catalogue: dict[str, Loss]) -> Iterator[tuple[str, str, Callable]]:
    """Each loss but f, as it is and with the options of its card."""
    for base, loss in catalogue.items():
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


def nearest(bench: Bench) -> list[Neighbour]:
    """The whole catalogue, the nearest first; none where the function has no curve."""
    with contextlib.suppress(Stopped):
        return neighbours(bench, catalogue())
    return []


def catalogue() -> dict[str, Loss]:
    """The built-in losses by name."""
    return names()
