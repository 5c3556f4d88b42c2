"""Claims beside the built-in losses: which one is it most like, and does it train as well?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .bench import Bench
from .neighbours import catalogue, nearest
from .report import Outcome, good, look, wrong
from .settings import Setting
from .tasks import tasks, trained

ALIKE = 0.1  # the largest distance of two curves that are worth comparing further


def likeness(bench: Bench) -> Outcome | None:
    """The nearest built-in loss; and is it the one that the name says?"""
    found = nearest(bench)
    if not found:
        return None
    best, exact = found[0], [n for n in found if n.exact]
    called, bases = _called(bench.name), {n.base for n in exact}
    if not exact:
        return good(f"{best}, with a distance of {best.distance:.2g} of its own size")
    others = [str(n) for n in exact[1:] if n.base != best.base][:1]
    text = f"{best} exactly{f' (and {others[0]})' if others else ''}"
    if called and called not in bases and bench.f not in catalogue().values():
        return wrong(f"it is called {bench.name}, but is {text}", f"see help(tn.losses.{called})")
    return good(text)


def _called(name: str) -> str:
    """The longest name of a built-in loss that is a part of this name, word for word."""
    inside = [known for known in catalogue() if f"_{known}_" in f"_{name.lower()}_"]
    return max(inside, key=len, default="")


def _standard(setting: Setting) -> Callable:
    """The built-in loss that one takes first, for what y_pred holds."""
    standard = catalogue()[setting.standard]
    if "from_logits" not in standard.own_options:
        return standard
    return partial(standard, from_logits=setting.unlimited)


def training(bench: Bench) -> Outcome | None:
    """Two short runs, and the same with the nearest built-in loss."""
    if not bench.has_gradient:
        return None
    found = nearest(bench)
    other, name = _standard(bench.setting), bench.setting.standard
    if found and found[0].distance < ALIKE:
        other, name = found[0].loss, found[0].name
    parts, worse, failed = [], False, False
    for task in tasks(bench.setting):
        own, theirs = (trained(task, loss, bench.seed) for loss in (bench.f, other))
        failed |= not np.isfinite(own)
        error, least = (own, theirs) if task.metric == "rmse" else (1 - own, 1 - theirs)
        worse |= error > 1.5 * least + 0.05
        parts.append(f"{task.metric} {own:.3g} on {task.name} ({theirs:.3g})")
    text = f"{' and '.join(parts)} after 40 epochs; in brackets, {name}"
    if failed:
        return wrong(f"{text}. The loss became NaN or infinite", "mend what is wrong above first")
    return (look if worse else good)(text, "mend what is wrong above first" if worse else "")
