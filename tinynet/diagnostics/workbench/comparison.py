"""Claims against the built-in losses: which one is it most like, and does it train as well?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ...losses import names
from .bench import Bench
from .nearest import Match
from .report import Finding, good, look, wrong
from .settings import Setting
from .tasks import tasks, trained

ALIKE = 0.1  # the largest distance of two curves that are worth comparing further


def likeness(bench: Bench, matches: list[Match]) -> Finding | None:
    """The nearest built-in loss; and is it the one that the name says?"""
    if not matches:
        return None
    best, exact = matches[0], [match for match in matches if match.exact]
    if not exact:
        return good(f"{best}, with a distance of {best.distance:.2g} of its own size")
    others = [str(match) for match in exact[1:] if match.base != best.base][:1]
    text = f"{best} exactly{f' (and {others[0]})' if others else ''}"
    named = _named_after(bench.name)
    if named and named not in {m.base for m in exact} and bench.f not in names().values():
        return wrong(f"it is called {bench.name}, but is {text}", f"see help(tn.losses.{named})")
    return good(text)


def _named_after(name: str) -> str:
    """The longest name of a built-in loss that is a part of this name, word for word."""
    inside = [built_in for built_in in names() if f"_{built_in}_" in f"_{name.lower()}_"]
    return max(inside, key=len, default="")


def _standard(setting: Setting) -> Callable:
    """The built-in loss that one takes first, for what y_pred holds."""
    standard = names()[setting.standard]
    if "from_logits" not in standard.own_options:
        return standard
    return partial(standard, from_logits=setting.unlimited)


def training(bench: Bench, matches: list[Match]) -> Finding | None:
    """Two short runs, and the same with the nearest built-in loss."""
    if not bench.has_gradient:
        return None
    other, name = _standard(bench.setting), bench.setting.standard
    if matches and matches[0].distance < ALIKE:
        other, name = matches[0].loss, matches[0].name
    scores, worse, failed = [], False, False
    for task in tasks(bench.setting):
        own, theirs = (trained(task, loss, bench.seed) for loss in (bench.f, other))
        failed |= not np.isfinite(own)
        error, least = (own, theirs) if task.metric == "rmse" else (1 - own, 1 - theirs)
        worse |= error > 1.5 * least + 0.05
        scores.append(f"{task.metric} {own:.3g} on {task.name} ({theirs:.3g})")
    text = f"{' and '.join(scores)} after 40 epochs; in brackets, {name}"
    if not (failed or worse):
        return good(text)
    verdict, text = (wrong, f"{text}. The loss became NaN or infinite") if failed else (look, text)
    return verdict(text, "fix what is wrong above first")
