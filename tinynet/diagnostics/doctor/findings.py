"""What the doctor says: a rule looks at a case, and where it has evidence there is a finding."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ...engine.upstairs import upstairs

if TYPE_CHECKING:
    from .case import Case
    from .looks import Layer, Look

Severity = Literal["note", "warning", "error"]  # worth knowing; costs something; cannot work
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Seen:
    """What a rule has seen: a sentence with the figures, and those that a picture is drawn from."""

    severity: Severity
    text: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong; `look` returns what it has seen of it, or None."""

    name: str
    why: str
    advice: str
    look: Callable[[Case], Seen | None]
    unless: tuple[str, ...] = ()  # other rules whose findings explain this one


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, with the evidence.

    Attributes
    ----------
    rule : str
        The name of what is wrong, such as "dead units"; each has a section in tutorials/doctor.md.
    severity : {"error", "warning", "note"}
        It cannot work like this; it costs accuracy or time; it is worth knowing.
    seen, why, advice : str
        What was seen, with figures; why it matters; one thing to try.
    figures : dict
        The numbers that its picture is drawn from.
    """

    rule: str
    severity: Severity
    seen: str
    why: str
    advice: str
    figures: dict[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        head = f"{self.severity:9}{self.rule}: {self.seen}"
        lines = textwrap.wrap(head, 99, subsequent_indent=" " * 9)
        for label, text in (("why  ", self.why), ("try  ", self.advice)):
            lines += textwrap.wrap(
                text, 99, initial_indent=" " * 9 + label, subsequent_indent=" " * 14
            )
        return "\n".join(lines)

    def plot(self, ax: Any = None) -> Any:
        """Draw what one would look at to see it; returns Matplotlib's Axes."""
        return upstairs("Finding.plot")(self, ax)


@dataclass(eq=False)
class Diagnosis:
    """The result of `diagnose`, or of ``fit(…, diagnose=True)``: print it, or draw it.

    Attributes
    ----------
    findings : list of Finding
        The gravest first; empty where nothing was found.
    epochs : list of Look
        What the instruments showed, epoch by epoch; the first one is before training.
    layers : list of Layer
        What the arrays of a Look have one number for.
    """

    findings: list[Finding] = field(default_factory=list)
    epochs: list[Look] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)

    def __getitem__(self, rule: str) -> Finding:
        """The finding of a rule; KeyError if there is none."""
        return {finding.rule: finding for finding in self.findings}[rule]

    def __contains__(self, rule: str) -> bool:
        return any(finding.rule == rule for finding in self.findings)

    @property
    def worst(self) -> Severity | None:
        """The gravest severity among the findings."""
        return self.findings[0].severity if self.findings else None

    def examine(self, rules: Iterable[Rule], case: Case) -> None:
        """Add what the rules find; one that another finding explains stays silent."""
        for rule in rules:
            if rule.name in self or any(other in self for other in rule.unless):
                continue
            if seen := rule.look(case):
                advice = rule.advice.format(lr=case.optimizer.lr)
                told = (seen.severity, seen.text, rule.why, advice, seen.figures)
                self.findings.append(Finding(rule.name, *told))
        self.findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))

    def __repr__(self) -> str:
        counts = [(sum(f.severity == s for f in self.findings), s) for s in SEVERITIES]
        told = ", ".join(f"{n} {s}{'s' * (n != 1)}" for n, s in counts if n) or "nothing found"
        looks = f" in {len(self.epochs)} looks at the model" if len(self.epochs) > 1 else ""
        return "\n\n".join([f"doctor: {told}{looks}", *map(str, self.findings)])

    def plot(self) -> Any:
        """A figure with a picture per finding, then the instruments over the epochs."""
        return upstairs("Diagnosis.plot")(self)


def collector(rules: list[Rule]) -> Callable:
    """A decorator that makes a rule of a function, and appends it to the list."""

    def rule(name: str, *, why: str, advice: str, unless: tuple[str, ...] = ()) -> Callable:
        def keep(look: Callable[[Case], Seen | None]) -> Callable[[Case], Seen | None]:
            rules.append(Rule(name, why, advice, look, unless))
            return look

        return keep

    return rule


def listed(names: Iterable[Any], most: int = 4) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    shown = [str(name) for name in names]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
