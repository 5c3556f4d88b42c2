"""Claims about the curve of a loss: its minimum, its shape, its size, and its ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from ...engine.tensor import Tensor
from ...losses.base import Loss
from ..debug import NonFiniteValue, debug
from .bench import Bench, Stopped
from .report import Finding, good, look, short, wrong
from .settings import NUMBERS, POSITIVE


def of_curve(claim: Callable) -> Callable:
    """A claim that is tried only where single samples have a value."""
    return wraps(claim)(lambda bench: claim(bench) if bench.has_curve else None)


@of_curve
def perfect(bench: Bench) -> Finding:
    """Is the loss lowest where the prediction is right?"""
    return _perfect_number(bench) if bench.setting.kind == "regression" else _perfect_class(bench)


def _perfect_number(bench: Bench) -> Finding:
    far = np.logspace(-3, 6, 28)
    for truth in (2.0, 0.7) if bench.setting is POSITIVE else (1.0, -0.7):
        away = np.concatenate([-far[::-1], far])
        x = truth + (away[(away > -0.9 * truth)] if bench.setting is POSITIVE else away)
        values, here = bench.values_at(truth, x), bench.values_at(truth, [truth])[0]
        lowest, at = _lowest(x, values)
        if lowest < here - 1e-9 * abs(here):
            if abs(at) > 1e5:
                return wrong(
                    f"it falls without bound: for y_true = {truth:g} it is {here:.4g} at y_pred ="
                    f" {truth:g} and {lowest:.4g} at {at:.4g}",
                    "change its sign, or use the square or abs of the error",
                )
            return wrong(
                f"for y_true = {truth:g} it is lower at y_pred = {at:.4g} ({lowest:.4g}) than at"
                f" y_pred = y_true ({here:.4g})",
                "make y_pred − y_true the only thing it depends on, with its minimum at 0",
            )
    slope = np.max(abs(bench.slopes_at(truth, [truth]))) if bench.has_gradient else 0.0
    if not np.isfinite(here):
        return wrong(f"it is {here} at y_pred = y_true", "see extremes")
    if not np.isfinite(slope):
        return look("it is lowest at y_pred = y_true, but has no gradient there", "see extremes")
    if slope > 1e-8:
        return look(
            f"it is lowest at y_pred = y_true, but its gradient there is {slope:.4g} and not 0",
            "give it slope 0 at the minimum: training can never stop there",
        )
    return good(f"lowest at y_pred = y_true, where it is {here:.4g} with gradient 0")


def _perfect_class(bench: Bench) -> Finding:
    setting = bench.setting
    x = setting.line(41)
    for number, truth in enumerate(setting.truths):
        values = bench.values_at(truth, x)
        upward = number == 0
        if setting.kind == "classes" and not upward:  # there are two wrong ones, so no more to say
            x, values = x[[0, -1]], values[[0, -1]]
        (lowest, at), end = _lowest(x, values), values[-1 if upward else 0]
        if not lowest < end - 1e-6 * max(1e-3, abs(lowest)):
            continue
        text = (
            f"for y_true = {truth:g} it is lowest at {setting.label} {at:.3g} ({lowest:.4g}), not"
            f" at {x[-1 if upward else 0]:.3g} ({end:.4g})"
        )
        if abs(at - x[0 if upward else -1]) < 1e-9:
            return wrong(f"{text}: it rewards the wrong answer", "change its sign")
        return look(text, "right if it is meant so (smoothed labels); else more right must be less")
    return good("the more right the prediction, the lower it is")


def _lowest(x: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """The lowest value, and where it is."""
    k = int(np.argmin(np.nan_to_num(values, nan=np.inf)))
    return values[k], x[k]


@of_curve
def negative(bench: Bench) -> Finding | None:
    """Is it below 0 somewhere on the line?"""
    lowest = np.nanmin(bench.curve(40))
    if lowest >= 0:
        return None
    return look(
        f"it is negative in places (lowest {lowest:.4g})",
        "fine for a log density; else 0 should be perfect: subtract the value at y_pred = y_true",
    )


# --- numbers at the ends ----------------------------------------------------------------------


@of_curve
def extremes(bench: Bench) -> Finding:
    """The first place where value or gradient is not finite, and the operation that made it."""
    for truth, x in bench.setting.extremes:
        try:
            value = bench.values_at(truth, [x])[0]
            slope = bench.slopes_at(truth, [x])[0] if bench.has_gradient else 0.0
        except Stopped as stopped:
            place = f"y_true = {truth:g}, {_where(bench, x)}"
            return look(f"it stops at {place}: {short(stopped)}", "return a finite number there")
        for what, number in (("value", value), ("gradient", slope)):
            if np.isfinite(number):
                continue
            operation, line = _origin(bench, truth, x)
            by = f", made by {operation}" if operation else ""
            place = f" in `{line}`" if line else ""
            text = f"the {what} is {number} at y_true = {truth:g}, {_where(bench, x)}{by}{place}"
            legal = abs(x) > 1e100 and not np.isnan(number)
            return (look if legal else wrong)(text, _stable(operation, what))
    ends = [x for _, x in bench.setting.extremes]
    span = f"{bench.setting.label} from {min(ends):g} to {max(ends):g}"
    return good(f"value and gradient are finite for {span}")


def _where(bench: Bench, x: float) -> str:
    return f"{bench.setting.label} = {x:g}"


def _origin(bench: Bench, truth: float, x: float) -> tuple[str, str]:
    """The operation that made the first number that is not finite, and its line."""
    y_true, y_pred = bench.setting.at(truth, np.array([x], float))
    leaf = Tensor(y_pred.copy(), requires_grad=True)
    target: Any = y_true if y_true.dtype.kind == "i" else Tensor(y_true, requires_grad=True)
    f = partial(_opened, bench.f) if isinstance(bench.f, Loss) else bench.f
    try:
        with debug():
            np.sum(f(target, leaf)).backward()
    except NonFiniteValue as error:
        head, *details = str(error).split("\n")
        lines = [d.split("  ")[-1] for d in details if d.startswith("  line:")]
        return head.split(":")[0], "" if bench.built_in else "".join(lines)
    except Exception:  # the fault is shown by another finding
        pass
    return "", ""


def _opened(loss: Loss, *arrays: Any) -> Any:
    """The inside of a loss, operation by operation."""
    arrays, _, options = loss.arrange(*arrays)
    values = loss.values(*arrays, **options)
    return values[0] if loss.saves else values


STABLE = {  # operation: why it fails, and the form that does not
    "log": "log(0): clip first, tn.functional.clip_probabilities(p), or take logits:"
    " tn.losses.log_loss(…, from_logits=True), tn.functional.log_softmax",
    "exp": "exp overflows: np.logaddexp(0, z) or tn.functional.softplus for log(1 + exp(z)),"
    " tn.functional.sigmoid and log_softmax",
    "cosh": "cosh overflows: log(cosh(e)) = np.logaddexp(e, −e) − log 2",
    "divide": "divided by 0, or inf / inf: add a small number, or np.where in the divisor",
    "subtract": "inf − inf: look for what overflows before it",
    "multiply": "overflow, or 0 · inf: divide before you multiply, or clip the error",
    "square": "the square overflows: np.hypot for roots of squares, or clip the error",
    "power": "the power overflows, or has no slope at 0: np.abs, np.hypot, or clip the error",
    "sqrt": "sqrt of a negative number: np.abs or np.maximum(…, 0) first",
    "sqrt gradient": "sqrt has no slope at 0: use np.abs for √(e²), or np.hypot(e, 1e-6)",
}


def _stable(operation: str, what: str) -> str:
    """The stable form, if the pattern is well known."""
    usual = "write it in a form where no step overflows or divides by 0"
    return STABLE.get(f"{operation} {what}", STABLE.get(operation, usual))


@of_curve
def precision(bench: Bench) -> Finding | None:
    """Do digits cancel near 0, as in √(1 + e²) − 1?"""
    if bench.setting is not NUMBERS:
        return None
    large, middle, small = (bench.values_at(0, [e])[0] for e in (1e-2, 1e-3, 1e-8))
    if not (0 < middle < large < np.inf) or bench.values_at(0, [0])[0] != 0:
        return None
    power = np.log10(large / middle)
    expected = middle * 1e-5**power
    if abs(small / expected - 1) < 0.1:
        return None
    return look(
        f"at error 1e-8 it is {small:.3g}, where about {expected:.3g} is right: digits cancel",
        "1 − exp(−x) = −np.expm1(−x), log(1 + x) = np.log1p(x), √(1 + x) − 1 = x / (1 + √(1 + x))",
    )


# --- shape and scale --------------------------------------------------------------------------


@of_curve
def convexity(bench: Bench) -> Finding:
    """Midpoints of random pairs, near and far."""
    rng, setting = np.random.default_rng(bench.seed), bench.setting
    for truth in setting.truths:
        a, b = rng.uniform(setting.low, setting.high, (2, 150))
        ends, between = (bench.values_at(truth, x) for x in (np.stack([a, b]).ravel(), (a + b) / 2))
        chord = ends.reshape(2, -1).mean(axis=0)
        over = np.nan_to_num(between - chord - 1e-9 * np.maximum(1, abs(chord)))
        if np.max(over) > 0:
            k = int(np.argmax(over))
            return look(
                f"not convex in y_pred: for y_true = {truth:g} the value at {(a[k] + b[k]) / 2:.3g}"
                f" is {between[k]:.4g}, above {chord[k]:.4g}, the mean of those at {a[k]:.3g} and"
                f" {b[k]:.3g}",
                "there may be flat or misleading places: begin training near a good fit",
            )
    return good(f"convex at {150 * len(setting.truths)} midpoints of y_pred")


@of_curve
def scale(bench: Bench) -> Finding:
    """Its size for an ordinary error."""
    setting = bench.setting
    if setting.kind != "regression":
        values = ((t, bench.values_at(t, [setting.middle])[0]) for t in setting.truths)
        numbers = ", ".join(f"{value:.4g} for y_true = {truth:g}" for truth, value in values)
        return good(f"at {_where(bench, setting.middle)} it is {numbers}")
    y, h = setting.truths[0], 1e-3
    left, here, right, one = bench.values_at(y, [y - h, y, y + h, y + 1])
    curvature = (left - 2 * here + right) / h**2
    bend = f"curvature {curvature:.4g}" if abs(curvature) < 50 else "a kink"
    return good(f"it is {one:.4g} at error 1, with {bend} at error 0")


@of_curve
def growth(bench: Bench) -> Finding | None:
    """The exponent of large errors, and what their gradient does."""
    if not bench.setting.unlimited:
        return None
    sides = (1, -1) if bench.setting.kind == "regression" else (-1,)
    try:
        powers, ratios = zip(*(_tail(bench, side) for side in sides), strict=True)
    except Stopped:
        return None
    if not np.isfinite(powers).all():
        return None
    power, ratio = max(powers), max(ratios)
    size = f"grows like |error|^{power:.2g}" if power >= 0.02 else "stays bounded"
    text = f"for large errors it {size}"
    if power > 2.2:
        return look(f"{text}: one outlier decides the fit", "grow no faster than the square")
    if ratio < 0.9:
        return look(
            f"{text}, and its gradient goes back to 0: what is very wrong is not learned from",
            "begin near a good fit (trained with huber), or keep the gradient away from 0",
        )
    return good(
        f"{text}; its gradient {'stays bounded' if ratio < 1.1 else 'grows with the error'}"
    )


def _tail(bench: Bench, side: int) -> tuple[float, float]:
    """The exponent from error 100 to 1000, and the ratio of the gradients there."""
    truth, x = bench.setting.truths[0], side * np.array([1e2, 1e3])
    near, far = bench.values_at(truth, x)
    power = np.log10(far / near) if near > 0 and far > 0 else np.nan
    flat, steep = abs(bench.slopes_at(truth, x)) if bench.has_gradient else (np.nan, np.nan)
    return power, steep / flat if flat else 0.0
