"""What is known about a loss, as a text that a reader reads, and that pictures and tests read too.

An explanation is checked like code: the tests evaluate every formula, and hold it, the shape, the
noise, what is estimated and each limit against the loss itself.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Axis:
    """A line of predictions along which a loss is looked at: its x-axis in a picture.

    `kind` says what x is; losses of one kind can be drawn together. `arrays` makes the arguments
    of one loss from x, an array or Tensor of shape (1,). `far` are points far out on the line,
    where one sees whether a gradient stays bounded. `y_true` and `y_pred` say what they may be.
    """

    kind: str
    label: str
    low: float
    high: float
    arrays: Callable[[Any], tuple]
    far: tuple[float, ...] = (-1e6, -1e3, 1e3, 1e6)
    y_true: str = "any numbers"
    y_pred: str = "any numbers"


def _one(x: Any) -> tuple:
    return np.ones(1), x


ERROR = Axis("error", "error e = y_pred − y_true", -4, 4, lambda x: (np.zeros(1), x))
LOGIT = Axis("logit", "logit z, for y_true = 1", -6, 6, _one)
MARGIN = Axis(
    *("margin", "margin m = y_true · y_pred", -3, 3, _one),
    far=(-600.0, -60.0, 60.0),
    y_true="−1 and 1",
    y_pred="scores of the same shape: any numbers, the sign decides",
)
PROBABILITY = Axis(
    *("probability", "probability p, for y_true = 1", 0.01, 1, _one),
    far=(1e-9, 1e-6),
    y_true="0 and 1, or probabilities",
    y_pred="probabilities, of the same shape; any numbers with from_logits=True",
)
PREDICTION = Axis(
    *("positive", "prediction μ, for y_true = 2", 0.2, 8),
    lambda x: (np.full(1, 2.0), x),
    far=(1e-6, 1e-3, 1e6),
)
CLASS_LOGIT = Axis(
    *("class logit", "logit of the true class, the other 0", -6, 6),
    lambda x: (np.zeros(1), np.stack([x, 0 * x], axis=-1)),
    y_true="class ids 0…C−1, shape (N,), or rows of probabilities (N, C)",
    y_pred="logits (N, C): any numbers; rows of probabilities with from_logits=False",
)
CLASS_PROBABILITY = Axis(
    *("class probability", "probability of the true class", 0.01, 0.99),
    lambda x: (np.zeros(1), np.stack([x, 1 - x], axis=-1)),
    far=(1e-9, 1e-6),
)

AXES = {
    axis.kind: axis
    for axis in (ERROR, LOGIT, MARGIN, PROBABILITY, PREDICTION, CLASS_LOGIT, CLASS_PROBABILITY)
}


class Card:
    """The facts about a loss, as lines of a text that begin with one of these words:

    ========== ============================================================================
    value      the formula of a loss, of one element or one row
    with       definitions of its symbols, each of which may use those before it
    d/dz       the derivative in z; then the second one (for a row the matrix of them)
    y_true     what the targets may be, if not what the axis says
    y_pred     what the predictions may be, likewise
    estimates  which statistic of the targets the best prediction is
    noise      of which the loss is a negative log likelihood, if it is one
    shape      convex: in the prediction; bounded: the gradient; redescending: it goes back to 0
    axis       the kind of its `Axis`, if not error
    use it     when, in a few words
    limits     neighbours: where the condition holds, the loss is that multiple of the other
    compare    an option, and values that a picture compares
    source     the paper or book
    ========== ============================================================================

    Formulas are in the notation of notation.py. In them t is y_true, e is y_pred − y_true, z a
    logit, p a probability, μ a mean; a loss of rows has t, z, p as rows, of C columns, and I is the
    identity. Options have their names, or the Greek letters for them; what else a formula uses is
    defined, or named with y_true and y_pred. The text is read when it is first asked for.
    """

    def __init__(self, text: str, axis: Axis | None = None) -> None:
        self.text, self._axis = text, axis  # the text as it is indented in the source

    def __str__(self) -> str:
        return inspect.cleandoc(self.text)

    @functools.cached_property
    def rows(self) -> dict[str, str]:
        """Each line by its first word."""
        lines = re.sub(r"\n +", " ", str(self)).split("\n")  # a line may go on, indented
        return {line[:11].strip(): line[11:] for line in lines}

    formula = property(lambda self: self.rows["value"])
    estimates = property(lambda self: self.rows["estimates"])
    noise = property(lambda self: self.rows.get("noise", "none"))
    y_true = property(lambda self: self.rows.get("y_true", self.axis.y_true))
    y_pred = property(lambda self: self.rows.get("y_pred", self.axis.y_pred))
    shape = property(lambda self: self.rows.get("shape", ""))
    use = property(lambda self: self.rows["use it"])
    limits = property(lambda self: [v for v in self.rows.get("limits", "").split("; ") if v])

    @property
    def axis(self) -> Axis:
        """The line of predictions along which it is drawn."""
        return self._axis or AXES[self.rows.get("axis", "error")]

    @functools.cached_property
    def definitions(self) -> dict[str, str]:
        """The formula of each symbol that is defined."""
        parts = (part.partition(" = ") for part in self.rows.get("with", "").split("; "))
        return {symbol: text for symbol, _, text in parts if symbol}

    @functools.cached_property
    def derivatives(self) -> dict[str, tuple[str, str]]:
        """By symbol, the first and the second derivative in it."""
        pairs = {}
        for key, text in self.rows.items():
            if key.startswith("d/d"):
                first, _, second = text.partition("; then ")
                pairs[key.removeprefix("d/d")] = (first, second)
        return pairs

    @functools.cached_property
    def sweep(self) -> dict[str, tuple[float, ...]]:
        """An option, and values of it to compare."""
        from .notation import read  # only now, so that `import tinynet` stays fast

        option, _, values = self.rows.get("compare", "").partition(" = ")
        return {read(option).python: tuple(map(_number, values.split(", ")))} if option else {}

    @property
    def latex(self) -> str:
        """The formula in the part of TeX that Matplotlib knows, without the dollars."""
        from .notation import read, words

        formulas, needed = [], self.formula
        for symbol, text in reversed(self.definitions.items()):  # each uses those before it
            if symbol in words(needed):
                formulas.append(f"{read(symbol).tex} = {read(text).tex}")
                needed += f" {text}"
        return r",\;\; ".join([read(self.formula).tex, *reversed(formulas)])


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("∞", "inf"))
