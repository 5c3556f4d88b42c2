"""Claims about calls: what a loss takes and returns, its gradient, and what it makes of a batch."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...engine.tensor import Tensor
from ..gradcheck import gradcheck
from .bench import Bench, Stopped, stopping
from .report import Finding, good, look, short, wrong
from .settings import identity

ON_GRAPH = (
    "remove .data, .item(), .numpy(), .detach(), float() and comparisons on the way from y_pred to"
    " the value"
)

# --- does it run, and give the same each time -------------------------------------------------


def runs(bench: Bench) -> Finding:
    """On plain arrays; the shape of the result."""
    y_true, y_pred = bench.batch()
    if names := _named_in_reverse(bench.f):
        return wrong(
            f"its arguments are ({', '.join(names)}), but it is called with (y_true, y_pred)",
            f"change their order: def {bench.name}({names[1]}, {names[0]})",
        )
    try:
        value = bench.value(y_true, y_pred)
    except Stopped as stopped:
        return wrong(
            f"it stopped: {short(stopped)}",
            "fix that line; it gets two arrays, (y_true, y_pred), and kind= says which are meant",
        )
    if not np.isfinite(value).all():
        return wrong(
            f"for ordinary {bench.setting.words} it is {value[~np.isfinite(value)].flat[0]}",
            "look for log or sqrt of negative numbers; or say with kind= what is meant",
        )
    shape, full = value.shape, y_pred.shape
    if shape == ():
        return good("gives one number for a batch")
    if shape in (full, full[:1]):
        each = "element" if shape == full else "row"
        return good(f"gives one value per {each}, {shape}; end it with np.mean to train with it")
    return wrong(
        f"gives shape {shape} for y_pred of shape {full}",
        f"return one number, one per row {full[:1]}, or one per element {full}",
    )


def _named_in_reverse(f: Callable) -> list[str]:
    """The names of the first two arguments, if they are those of predictions and targets."""
    with contextlib.suppress(ValueError, TypeError):  # no signature
        first, second, *_ = inspect.signature(f).parameters
        reverse = first.lower().startswith(("y_pred", "pred", "y_hat"))
        if reverse and second.lower().startswith(("y", "true", "target", "label")):
            return [first, second]
    return []


def repeats(bench: Bench) -> Finding:
    """Is it a function at all: the same in, the same out?"""
    first, second = (bench.value(*bench.batch()) for _ in range(2))
    if np.array_equal(first, second, equal_nan=True):
        return good("two calls give the same number")
    return wrong(
        f"two calls with the same arrays give {first.flat[0]:.6g} and {second.flat[0]:.6g}",
        "use no random numbers and no state in a loss",
    )


def arguments(bench: Bench) -> Finding:
    """Do both count?"""
    if not (unused := _unused(bench)):
        return good("y_true and y_pred both count")
    return wrong(
        f"without effect: {' and '.join(unused)}; other numbers there give the same value",
        f"use {unused[0]}; does another variable stand in its place?",
    )


def _unused(bench: Bench) -> list[str]:
    (y_true, y_pred), (other_true, other_pred) = bench.batch(), replace(bench, seed=1).batch()
    calls = {"y_true": (other_true, y_pred), "y_pred": (y_true, other_pred)}
    here, values = bench.value(y_true, y_pred), {n: bench.value(*a) for n, a in calls.items()}
    return [name for name, v in values.items() if np.array_equal(here, v, equal_nan=True)]


def inputs(bench: Bench) -> Finding:
    """Are the arrays after the call as they were before?"""
    arrays, before = bench.batch(), bench.batch()
    bench.call(*arrays)
    for name, now, then in zip(("y_true", "y_pred"), arrays, before, strict=True):
        if not np.array_equal(now, then, equal_nan=True):
            return wrong(
                f"it changes {name} in place: its first number was {then.flat[0]:.4g} and is"
                f" {now.flat[0]:.4g} after the call",
                f"write a new array, {name} = {name} − …, instead of −=, out= or {name}[…] =",
            )
    return good("leaves its arguments as they are")


def on_tensors(bench: Bench) -> Finding:
    """Stays on the graph of a Tensor, so that there is a gradient."""
    y_true, y_pred = bench.batch()
    try:
        value = bench.call(y_true, Tensor(y_pred, requires_grad=True))
    except Stopped as stopped:
        return wrong(
            f"it stops on Tensors: {short(stopped)}",
            "write it with NumPy's functions of whole arrays: np.where for if, no item assignment",
        )
    if getattr(value, "requires_grad", False):
        return good("runs on Tensors and stays on the graph")
    return wrong(
        f"the value left the graph: it is {type(value).__name__} without a history, so its gradient"
        " is 0 and nothing is learned",
        ON_GRAPH,
    )


# --- gradient ---------------------------------------------------------------------------------


def gradient(bench: Bench) -> Finding | None:
    """Autograd against central differences."""
    if on_tensors(bench).verdict == "wrong":
        return None
    y_true, y_pred = bench.batch(6)
    z, link = y_pred, identity
    if bench.setting.kind == "classes":  # rows of probabilities must stay such rows
        z = np.random.default_rng(bench.seed).normal(size=y_pred.shape)
        link = bench.setting.link
    with stopping():
        row = gradcheck(lambda z: bench.call(y_true, link(z)), z, rng=bench.seed).rows[0]
    own = "its own slope" if getattr(bench.f, "pulls", None) else "the gradient"
    if not row.ok:
        fix = ON_GRAPH if row.kind == "detached" else "correct that derivative"
        return wrong(short(row.verdict), fix)
    if not bench.slope(y_true, y_pred).any() and "y_pred" not in _unused(bench):
        return wrong(
            "the gradient is 0 everywhere although the value changes: it is piecewise constant",
            "round, sign and comparisons cannot be learned from: use a smooth loss, and this as a"
            " metric",
        )
    return good(f"{own} agrees with central differences, error {np.nan_to_num(row.error):.0e}")


# --- what it makes of a batch -----------------------------------------------------------------


def batch_size(bench: Bench) -> Finding | None:
    """The same batch twice."""
    y_true, y_pred = bench.batch()
    value = bench.value(y_true, y_pred)
    if value.shape != ():
        return None
    doubled = bench.value(np.concatenate([y_true, y_true]), np.concatenate([y_pred, y_pred]))
    if np.isclose(doubled, value, rtol=1e-9):
        return good("does not change with the size of the batch")
    how = "a sum: it doubles" if np.isclose(doubled, 2 * value) else "it changes"
    return look(
        f"{how} with the size of the batch, {value:.4g} for N = {len(y_true)} and {doubled:.4g} for"
        " the same samples twice",
        "make it a mean over samples: else the learning rate depends on the batch size",
    )


def single(bench: Bench) -> Finding | None:
    """A batch of one."""
    if bench.has_curve:
        return None
    y_true, y_pred = bench.batch(1)
    try:
        result = f"is {bench.mean(y_true, y_pred)}"
    except Stopped as stopped:
        result = f"stops: {short(stopped)}"
    return look(
        f"of a single sample it {result}; so its curve cannot be looked at",
        "a last batch may hold one sample: choose the batch size so that it does not",
    )


def order(bench: Bench) -> Finding:
    """The same batch, shuffled."""
    y_true, y_pred = bench.batch()
    ways = np.random.default_rng(bench.seed).permutation(len(y_true))
    here, mixed = bench.value(y_true, y_pred), bench.value(y_true[ways], y_pred[ways])
    if np.allclose(mixed, here[ways] if here.ndim else here, rtol=1e-9, equal_nan=True):
        return good("the order of the samples does not count")
    return look(
        f"it depends on the order of the samples: {here.flat[0]:.4g}, shuffled {mixed.flat[0]:.4g}",
        "batches are shuffled, so do not index or compare neighbours",
    )


def swapped(bench: Bench) -> Finding | None:
    """f(a, b) and f(b, a)."""
    if bench.setting.kind != "regression" or not bench.has_curve:
        return None
    y_true, y_pred = bench.batch(1)
    here, there = bench.mean(y_true, y_pred), bench.mean(y_pred, y_true)
    if np.isclose(here, there, rtol=1e-9):
        return good("f(a, b) = f(b, a)")
    a, b = y_true.flat[0], y_pred.flat[0]
    return look(
        f"f({a:.3g}, {b:.3g}) = {here:.4g}, but f({b:.3g}, {a:.3g}) = {there:.4g}",
        "fine if it is meant so; then mind the order (y_true, y_pred) in every call",
    )


def broadcasting(bench: Bench) -> Finding | None:
    """(N,) against (N, 1)."""
    y_true, y_pred = bench.batch(5)
    if bench.setting.kind == "classes" or y_pred.ndim != 1 or _unused(bench):
        return None
    try:
        value = bench.value(y_true, y_pred[:, None])
    except Stopped:
        return good("refuses y_true (N,) against y_pred (N, 1)")
    right = bench.mean(y_true, y_pred)
    return look(
        f"y_true (5,) against y_pred (5, 1) compares all 5 × 5 pairs without a word:"
        f" {np.mean(value):.4g} instead of {right:.4g}",
        "decorate the values per element with @tn.losses.loss, which checks the shapes",
    )


def single_precision(bench: Bench) -> Finding:
    """Does a float32 model stay float32?"""
    y_true, y_pred = (a.astype(np.float32) if a.dtype.kind == "f" else a for a in bench.batch())
    dtype = bench.value(y_true, y_pred).dtype
    if dtype == np.float32:
        return good("float32 in, float32 out")
    return look(
        f"float32 in, {dtype} out",
        "make arrays like y_pred: np.full_like, .astype(y_pred.dtype); Python numbers may stay",
    )
