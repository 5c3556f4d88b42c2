"""Judgements: what must hold of an answer, given what the reference answered.

Each is a few numbers, so that the public ones can be handed out as data, and a function of two
answers (worker/answers.py): None where all is well, or the fault in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .misconceptions import of_any_answer
from .words import difference, is_numbers, number, shown


@dataclass(frozen=True)
class Fault:
    """What was expected and what came; and the misconception, where the judgement shows it.

    `of_its_kind` is False where something else came than could be judged, such as one number in the
    place of many: that shows nothing of what the check is about.
    """

    expected: str
    came: str
    misconception: str = ""
    of_its_kind: bool = field(default=True, repr=False)


class Judgement(Protocol):
    """What must hold of an answer."""

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        """The fault in the answer, or None; `reference` is what the solution answered."""


@dataclass(frozen=True)
class Equal:
    """The result is that of the solution, to so many digits, in value and shape.

    >>> Equal()({"result": 4.0}, {"result": 2.0})
    Fault(expected='2', came='4 instead of 2', misconception='')
    """

    tolerance: float = 1e-7
    absolute: float = 1e-12

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        expected = shown(reference["result"])
        if "error" in answer:
            return _got_nothing(answer, expected) or Fault(expected, error(answer))
        found = difference(reference["result"], answer["result"], self.tolerance, self.absolute)
        if found is None:
            return None
        nothing = answer["result"] is None
        return Fault(expected, found, "missing_return" if nothing else "")


def _got_nothing(answer: dict[str, Any], expected: str) -> Fault | None:
    """The fault where the question itself, and no line of the submission, stumbles over a None."""
    wrong = answer["error"]
    if wrong["places"] or "NoneType" not in wrong["text"]:
        return None
    return Fault(expected, "None, so nothing was returned", "missing_return")


@dataclass(frozen=True)
class Raises:
    """An error of this kind is raised.

    >>> Raises("ValueError")({"result": 4.0}, {}).came
    'no error, but 4'
    """

    kind: str

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        expected = f"a {self.kind}"
        if "error" not in answer:
            return Fault(expected, f"no error, but {shown(answer['result'])}")
        kinds = answer["error"]["kinds"]
        unwritten = "NotImplementedError" in kinds
        return None if self.kind in kinds and not unwritten else Fault(expected, error(answer))


@dataclass(frozen=True)
class Unchanged:
    """The inputs are afterwards what they were before.

    >>> before, after = {"x": np.zeros(2)}, {"x": np.ones(2)}
    >>> Unchanged()({"result": 0, "inputs": after}, {"inputs": before}).came
    'x changed: at index 0: 1 instead of 0, and 1 more'
    """

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        expected = "the arguments as they were"
        if "error" in answer:
            return Fault(expected, error(answer))
        for name, before in reference["inputs"].items():
            if found := difference(before, answer["inputs"].get(name), 0.0, 0.0):
                return Fault(expected, f"{name} changed: {found}", "changes_argument")
        return None


@dataclass(frozen=True)
class Fast:
    """It takes at most so many times as long as the solution, and a twentieth of a second."""

    times: float = 15.0

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        expected = f"at most {self.times:g} times as long as the solution takes"
        if "error" in answer:
            late = answer["error"]["kind"] == "Timeout"
            return Fault(expected, error(answer), "slow_loop" if late else "")
        if answer["seconds"] <= self.times * reference["seconds"] + 0.05:
            return None
        return Fault(expected, "longer than that", "slow_loop")  # no seconds: it can be repeated


@dataclass(frozen=True)
class Scores:
    """Predictions are good enough, on answers that only the judge has.

    `measure` is accuracy (of class ids), rmse or mae; `bound` the least accuracy, or the largest
    error.
    """

    measure: str
    truth: Any
    bound: float

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        upward = self.measure == "accuracy"
        expected = f"{self.measure} {'at least' if upward else 'at most'} {number(self.bound)}"
        if "error" in answer:
            return Fault(expected, error(answer))
        truth, came = np.asarray(self.truth), answer["result"]
        if isinstance(came, list) and is_numbers(came):
            came = np.asarray(came)
        if not isinstance(came, np.ndarray) or came.shape != truth.shape:
            shape = f"shape {came.shape}" if isinstance(came, np.ndarray) else shown(came)
            return Fault(f"predictions of shape {truth.shape}", shape, of_its_kind=False)
        if not np.all(np.isfinite(came)):
            return Fault(expected, "a NaN or an infinity", "not_finite")
        score = _score(self.measure, truth, came)
        good = score >= self.bound if upward else score <= self.bound
        return None if good else Fault(expected, f"{self.measure} {number(score)}")


def _score(measure: str, truth: np.ndarray, came: np.ndarray) -> float:
    if measure == "accuracy":
        return float(np.mean(truth == came))
    errors = abs(came - truth)
    return float(np.sqrt(np.mean(errors**2)) if measure == "rmse" else np.mean(errors))


# --- open answers: no solution says what comes, but something must hold of it ----------------


@dataclass(frozen=True)
class Alike:
    """The values are all the same: those of e and of −e, of one seed and of the same again.

    >>> Alike()({"result": [np.ones(2), np.zeros(2)]}, {}).came
    'in value 2: at index 0: 0 instead of 1, and 1 more'
    """

    tolerance: float = 1e-7

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        values = _values(answer, expected := "the same each time")
        if isinstance(values, Fault):
            return values
        for i, value in enumerate(values[1:], start=2):
            if found := difference(values[0], value, self.tolerance, 1e-12):
                return Fault(expected, f"in value {i}: {found}")
        return None


@dataclass(frozen=True)
class Rises:
    """The numbers never fall, and the last is greater than the first.

    >>> Rises()({"result": np.array([0.0, 2.0, 1.0])}, {}).came
    '1 after 2'
    """

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        values = _values(answer, expected := "numbers that rise")
        if isinstance(values, Fault):
            return values
        numbers = values.ravel()
        for before, after in zip(numbers, numbers[1:], strict=False):
            if after < before:
                return Fault(expected, f"{number(after)} after {number(before)}")
        return None if numbers[-1] > numbers[0] else Fault(expected, f"always {number(numbers[0])}")


@dataclass(frozen=True)
class Slope:
    """Of f(e − step), f'(e) and f(e + step), the second is the slope that the others show.

    >>> Slope(step=0.5)({"result": [[1.0], [-4.0], [5.0]]}, {}).misconception
    'sign'
    """

    step: float
    tolerance: float = 1e-4

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        values = _values(answer, expected := "the slope of its own values", count=3)
        if isinstance(values, Fault):
            return values
        below, came, above = values
        slope = (above - below) / (2 * self.step)
        found = difference(slope, came, self.tolerance, self.tolerance * np.max(abs(slope)))
        return Fault(expected, found, of_any_answer([], [(slope, came)])) if found else None


@dataclass(frozen=True)
class Grows:
    """Where an input grows k times, the size of the value grows at most k to this power times.

    The first and the last of the values count, and of the numbers of the input `by`.

    >>> Grows(1.0)({"result": [9.0, 900.0]}, {"inputs": {"e": np.array([3.0, 30.0])}}).came
    '900, from 9'
    """

    power: float
    by: str = "e"

    def __call__(self, answer: dict[str, Any], reference: dict[str, Any]) -> Fault | None:
        inputs = np.ravel(reference["inputs"][self.by])
        times = float(inputs[-1] / inputs[0]) ** self.power
        values = _values(answer, expected := f"at most {number(times)} times as much")
        if isinstance(values, Fault):
            return values
        start, end = abs(values.ravel()[[0, -1]])
        if end <= 1.01 * times * start:
            return None
        return Fault(expected, f"{number(end)}, from {number(start)}")


def _values(answer: dict[str, Any], expected: str, count: int = 0) -> np.ndarray | Fault:
    """The values of an answer, so many of them, all finite and of one shape; or what came."""
    if "error" in answer:
        return Fault(expected, error(answer))
    came = answer["result"]
    if isinstance(came, (np.ndarray, list)) and is_numbers(came):
        values = np.asarray(came, float)
        if values.size and (len(values) == count or not count):
            finite = np.isfinite(values).all()
            return values if finite else Fault(expected, "a NaN or an infinity", "not_finite")
    return Fault(expected, shown(came), of_its_kind=False)


def error(answer: dict[str, Any]) -> str:
    """What was raised, and the last line of the submission that it came through."""
    kind, text = answer["error"]["kind"], answer["error"]["text"]
    if kind in ("Timeout", "Ended", "Unreadable", "NotPlain"):
        return text
    said = f"{kind}: {text}" if text else kind
    for file, line, code in answer["error"]["places"][-1:]:
        said += f" ({file}, line {line}: {code})"
    return said


JUDGEMENTS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Equal, Raises, Unchanged, Fast, Scores, Alike, Rises, Slope, Grows)
}
