"""The workbench: what a loss of your own does well, what it does not, and how to fix it.

A loss makes claims about numbers, and every claim is tried. A function in calls.py, curves.py or
comparison.py tries one and returns a `Finding`, or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np

from . import calls, comparison, curves
from .bench import Bench, Stopped, fitting
from .nearest import nearest
from .report import Finding, Report, quiet, short, wrong

__all__ = ["Finding", "Report", "check"]

Claim = Callable[[Bench], Finding | None]

CLAIMS: dict[str, Claim] = {
    "runs": calls.runs,
    "repeats": calls.repeats,
    "arguments": calls.arguments,
    "inputs": calls.inputs,
    "tensors": calls.on_tensors,
    "gradient": calls.gradient,
    "extremes": curves.extremes,
    "precision": curves.precision,
    "perfect": curves.perfect,
    "negative": curves.negative,
    "convexity": curves.convexity,
    "scale": curves.scale,
    "growth": curves.growth,
    "batch size": calls.batch_size,
    "one sample": calls.single,
    "order": calls.order,
    "swapped": calls.swapped,
    "broadcasting": calls.broadcasting,
    "float32": calls.single_precision,
}
GATES = ("runs", "repeats")  # where these are wrong, the rest would be noise


def check(
    f: Callable,
    *,
    kind: Literal["regression", "binary", "classes"] | None = None,
    rng: Any = 0,
    train: bool = True,
) -> Report:
    """Try a loss of your own, and report what is good, what to look at, and what is wrong.

    Parameters
    ----------
    f : callable
        A function of ``(y_true, y_pred)`` in NumPy: one number, or one per element or row; or a
        loss made with ``@tn.losses.loss``.
    kind : {"regression", "binary", "classes"}, optional
        What y_true holds; else the kinds are tried, and the report says which one was taken.
    rng : numpy.random.Generator or int
        For the numbers that it is tried with.
    train : bool
        Whether to train two small models with it, and two more with the nearest built-in loss.

    Returns
    -------
    Report
        Its `findings` hold a topic, a verdict ("good", "look" or "wrong"), a text and a fix; `ok`
        is False if one is wrong; `plot()` draws value and gradient.

    Whatever f raises becomes a finding. TypeError where f cannot be called, ValueError for another
    kind.

    >>> report = check(lambda y_true, y_pred: np.mean(np.sqrt((y_pred - y_true) ** 2)))
    >>> report.ok, report["extremes"].fix
    (False, 'sqrt has no slope at 0: use np.abs for √(e²), or np.hypot(e, 1e-6)')
    """
    if not callable(f):
        raise TypeError(f"check takes the loss itself, a function of (y_true, y_pred), not {f!r}")
    if kind not in (None, "regression", "binary", "classes"):
        raise ValueError(f'kind must be "regression", "binary", "classes" or None, not {kind!r}')
    seed = int(np.random.default_rng(rng).integers(2**32))
    findings: list[Finding] = []
    with quiet():
        bench = fitting(f, kind, seed)
        matches = nearest(bench)
        claims = CLAIMS | {"nearest": partial(comparison.likeness, matches=matches)}
        if train:
            claims["training"] = partial(comparison.training, matches=matches)
        for topic, claim in claims.items():
            if finding := _tried(claim, bench):
                findings.append(replace(finding, topic=topic))
            if topic in GATES and findings[-1].verdict == "wrong":
                break
    words = f"{bench.setting.kind}: {bench.setting.words}"
    return Report(bench.name, words, tuple(findings), bench, matches[0] if matches else None)


def _tried(claim: Claim, bench: Bench) -> Finding | None:
    """The finding, also where the function under test stops."""
    try:
        return claim(bench)
    except Stopped as stopped:
        return wrong(f"it stopped: {short(stopped)}", "make it work for such arguments")
