"""The report: findings, as text and as a picture."""

from __future__ import annotations

import contextlib
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from ...engine.grad_mode import recording
from ...engine.upstairs import upstairs
from .bench import Bench
from .nearest import Match

Verdict = Literal["good", "look", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What came of one claim: a verdict, a sentence with the numbers, and one way to fix it."""

    verdict: Verdict
    text: str
    fix: str = ""
    topic: str = ""

    def __str__(self) -> str:
        lines = textwrap.wrap(f"{self.verdict:6}{self.topic:13}{self.text}", 99)
        lines = [lines[0], *textwrap.wrap(" ".join(lines[1:]), 80)]
        if self.fix:
            lines += textwrap.wrap(f"→ {self.fix}", 80)
        return "\n".join([lines[0], *(f"{'':19}{line}" for line in lines[1:])])


good = partial(Finding, "good")
look = partial(Finding, "look")
wrong = partial(Finding, "wrong")


@dataclass(frozen=True, eq=False)
class Report:
    """The result of `check`: true if nothing is wrong; print it, or draw it."""

    name: str
    setting: str
    findings: tuple[Finding, ...]
    bench: Bench
    nearest: Match | None

    @property
    def ok(self) -> bool:
        return all(finding.verdict != "wrong" for finding in self.findings)

    def __bool__(self) -> bool:
        return self.ok

    def __getitem__(self, topic: str) -> Finding:
        """The finding of a topic; KeyError if it was not tried."""
        return {finding.topic: finding for finding in self.findings}[topic]

    def __str__(self) -> str:
        counts = [sum(f.verdict == v for f in self.findings) for v in ("wrong", "look", "good")]
        head = f"{self.name}: {counts[0]} wrong, {counts[1]} to look at, {counts[2]} good"
        return "\n".join([head, f"tried with {self.setting}", "", *map(str, self.findings)])

    __repr__ = __str__

    def plot(self) -> Any:
        """A figure of value and gradient, next to those of the nearest built-in loss."""
        return upstairs("Report.plot")(self)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """NaN and overflow are looked for, so neither NumPy nor debug mode should warn of them."""
    before = recording.on, recording.watcher
    recording.on, recording.watcher = True, None  # also inside no_grad
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        recording.on, recording.watcher = before


def short(error: Any, length: int = 230) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= length else f"{text[:length]}…"
