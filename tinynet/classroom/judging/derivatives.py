"""Derivatives: what the engine says of an answer that should be one.

The task says of what it is the derivative. So the answer can stand as the rule of an operation of
which the reference computes the value, and it is looked at as `tn.gradcheck` looks at any rule: the
slope is measured, and what differs shows a pattern (diagnostics/verdicts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...diagnostics.differences import REFUSED, Point, case_of, measure
from ...diagnostics.verdicts import explain
from ...engine.tensor import Tensor, primitive
from ..assignment import Task
from ..runner.exchange import Answer, Runner
from .key import Entry, Reference

ABOVE = ("g", "y")  # inputs that are no arguments: the gradient from above, and the value
NAMES = {  # the kinds of verdicts, and the misconceptions that they show
    "batch": "missing_mean",
    "sign": "sign",
    "factor": "factor",
    "upstream": "upstream",
    "not_summed": "one_use",
    "wrong_argument": "wrong_argument",
    "wrong_axis": "wrong_axis",
    "transposed": "transposed",
    "permuted": "permuted",
    "diagonal": "diagonal",
    "slope_missing": "slope_missing",
    "not_finite": "not_finite",
}


def verdict(
    reference: Reference | None, task: Task, runner: Runner, given: Sequence[str], entry: Entry
) -> str:
    """The misconception that the answer to a check shows; "" where none is known."""
    if reference is None or not task.derivative_of:
        return ""
    try:
        points = _measured(reference, task, runner, given, entry)
        if not points[0].wrong.any():  # off by less than differences can tell
            return ""
        kind = explain(points)[0]  # which asks the submission once more
    except REFUSED:
        return ""
    if kind in ("upstream", "slope_missing") and "g" not in entry.check.inputs:
        return ""  # there was no g that could have been forgotten, or given back as it was
    too_small = np.linalg.norm(points[0].analytic) < np.linalg.norm(points[0].measured)
    return "extra_mean" if kind == "batch" and too_small else NAMES.get(kind, "")


def _measured(
    reference: Reference, task: Task, runner: Runner, given: Sequence[str], entry: Entry
) -> list[Point]:
    """The answers as a rule, held against measured slopes, at the inputs of a check and nearby."""
    inputs, by = dict(entry.check.inputs), entry.check.by or task.by
    names = [name for name, value in inputs.items() if np.ndim(value) and name not in ABOVE]
    place = names.index(by) if by in names else -1

    def question(source: str, *arrays: np.ndarray, **above: np.ndarray) -> dict[str, Any]:
        values = inputs | dict(zip(names, arrays, strict=True)) | above
        return {"source": source, "inputs": values, "given": list(given)}

    def value(*arrays: np.ndarray) -> np.ndarray:
        return _array(reference.ask(question(task.derivative_of, *arrays)))

    def slope(g: np.ndarray, y: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        above = {name: v for name, v in zip(ABOVE, (g, y), strict=True) if name in inputs}
        rule = _array(runner.ask(question(entry.check.source, *arrays, **above), reference.call))
        return rule if "g" in inputs else np.tensordot(g, rule, g.ndim)  # of a Jacobian, g·J

    def run(arrays: list[np.ndarray]) -> tuple[list[Tensor], Tensor]:
        leaves = [Tensor(array, requires_grad=i == place) for i, array in enumerate(arrays)]
        return leaves, f(*leaves)

    f = primitive(value)
    f.defvjp(*(slope if i == place else None for i in range(len(names))))
    case = case_of(run, [np.asarray(inputs[n]) for n in names], np.random.default_rng(0))
    return [measure(each, place, each.gradient(place)) for each in (case, case.nearby(place))]


def _array(answer: Answer) -> np.ndarray:
    if "error" in answer:
        raise ValueError(answer["error"]["text"])
    return np.asarray(answer["result"], float)
