"""What is known about a loss, as data: the docs, the plots and the command line all read it here.

The one idea: an explanation is checked like code. The tests hold every card against its loss:
convexity by sampling, the bound of the gradient far out, each limit, and what it estimates.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Axis:
    """A line of predictions along which a loss is looked at: its x-axis in a picture.

    `arrays` makes the arguments of one loss from x, an array or Tensor of shape (1,). `far` are
    points far out on the line, where one sees whether a gradient stays bounded.
    """

    label: str
    low: float
    high: float
    arrays: Callable[[Any], tuple]
    far: tuple[float, ...] = (-1e6, -1e3, 1e3, 1e6)


ERROR = Axis("error e = y_pred − y_true", -4, 4, lambda x: (np.zeros(1), x))
LOGIT = Axis("logit z, for y_true = 1", -6, 6, lambda x: (np.ones(1), x))
MARGIN = Axis(
    "margin m = y_true · y_pred", -3, 3, lambda x: (np.ones(1), x), far=(-600.0, -60.0, 60.0)
)
PROBABILITY = Axis(
    "probability p, for y_true = 1", 0.01, 1, lambda x: (np.ones(1), x), far=(1e-9, 1e-6)
)
PREDICTION = Axis(
    "prediction μ, for y_true = 2", 0.2, 8, lambda x: (np.full(1, 2.0), x), far=(1e-6, 1e-3, 1e6)
)
CLASS_LOGIT = Axis(
    "logit of the true class, the other 0",
    *(-6, 6),
    lambda x: (np.zeros(1), np.stack([x, 0 * x], axis=-1)),
)
CLASS_PROBABILITY = Axis(
    "probability of the true class",
    *(0.01, 0.99),
    lambda x: (np.zeros(1), np.stack([x, 1 - x], axis=-1)),
    far=(1e-9, 1e-6),
)


@dataclass(frozen=True, eq=False)
class Limit:
    """A neighbour: with these options, or near them, loss = factor · neighbour.

    `text` says it in words, as "δ → ∞"; `options` are such that the two are equal within 1e-6.
    """

    text: str
    options: dict[str, Any]
    neighbour: str
    neighbour_options: dict[str, Any] = field(default_factory=dict)
    factor: float = 1.0

    def __str__(self) -> str:
        factor = "" if self.factor == 1 else f"{self.factor:g} · "
        options = ", ".join(f"{name}={value}" for name, value in self.neighbour_options.items())
        return f"{self.text}: {factor}{self.neighbour}{f'({options})' if options else ''}"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Card:
    """The facts about a loss.

    e is y_pred − y_true, t a target, p a probability, z a logit, m = t·z a margin, μ a mean.
    """

    formula: str  # of the value per element
    latex: str  # the same, in the part of TeX that Matplotlib knows, without the dollars
    derivative: str  # in the prediction
    second_derivative: str
    y_true: str  # what targets may be
    y_pred: str  # what predictions may be
    estimates: str  # which statistic of the target the best prediction is
    noise: str  # the noise for which the loss is a negative log likelihood, or "none"
    bounded: bool  # does the gradient stay bounded, however wrong the prediction?
    redescending: bool  # does it go back to 0 for very wrong predictions?
    convex: bool  # in the prediction
    use: str  # when to use it, in a few words
    source: str
    axis: Axis = ERROR
    limits: tuple[Limit, ...] = ()
    sweep: dict[str, tuple] = field(default_factory=dict)  # an option, and values to compare

    def rows(self) -> list[tuple[str, str]]:
        """The card as pairs of a heading and a text, in the order in which one reads it."""
        bounded = "bounded" if self.bounded else "grows without bound"
        robust = f"{bounded}{', goes back to 0 for outliers' if self.redescending else ''}"
        return [
            ("value", self.formula),
            ("derivative", self.derivative),
            ("second derivative", self.second_derivative),
            ("y_true", self.y_true),
            ("y_pred", self.y_pred),
            ("estimates", self.estimates),
            ("noise", self.noise),
            ("gradient", robust),
            ("convex", "yes" if self.convex else "no"),
            *(("limit", str(limit)) for limit in self.limits),
            ("use it", self.use),
            ("source", self.source),
        ]

    def __str__(self) -> str:
        return "\n".join(
            textwrap.fill(f"{name:18} {text}", 92, subsequent_indent=" " * 19)
            for name, text in self.rows()
        )
