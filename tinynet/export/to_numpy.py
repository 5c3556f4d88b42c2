"""To NumPy: a program without tinynet that computes a model, its loss and every derivative by hand.

It is a lesson: forward, loss and backward are written out for this very model, step by step, and
the program checks each derivative before it trains.
"""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Callable

import numpy as np

from ..layers import BatchNorm1d, Dropout, Embedding, Module
from ..training.checkpoints.saved import SavedModel
from ..training.files import check_can_write
from ..training.units import InUnits
from .by_hand_layers import HELPERS
from .by_hand_losses import HandLoss, by_hand
from .files import source_path, write
from .lesson import Lesson, chain
from .plan import model_of, plan
from .program import DRAWN, LOADED, PROGRAM, REMEMBER


def numpy(
    model: Module | SavedModel,
    loss: Callable,
    path: str | os.PathLike | None = None,
    *,
    weights: bool = True,
) -> str:
    """Write a model and its loss as a NumPy program, with every derivative worked out by hand.

    The program needs only NumPy, computes in float64, and its gradients are the engine's. Run, it
    checks them by central differences and trains for a few steps, on random rows or on those of a
    file: ``python model.py data.npz`` with arrays x and y.

    Parameters
    ----------
    model : Module or SavedModel
        Of tinynet's layers.
    loss : callable
        One of tn.losses; options as ``functools.partial(tn.losses.huber, delta=2.0)``.
    path : path-like, optional
        Where the program goes, such as "model.py". Without it there is no file.
    weights : bool
        Whether the model's numbers go beside it, to "model.npz". Else, or without a path, the
        program draws its own.

    Returns
    -------
    str
        The text of the program.

    Raises ValueError for a layer of one's own, with its path, or a loss that is not known here.

    >>> import tinynet as tn
    >>> text = numpy(tn.layers.MLP([2, 4, 1], tn.layers.Tanh, rng=0), tn.losses.mse)
    >>> for line in text.splitlines():
    ...     if line.startswith("    d["):
    ...         print(line.strip())
    d["W2"] = a2.T @ da3  # (4, N) @ (N, 1)
    d["b2"] = da3.sum(axis=0)
    d["W1"] = a0.T @ da1  # (2, N) @ (N, 4)
    d["b1"] = da1.sum(axis=0)
    """
    lesson = Lesson(plan(model_of(model, "numpy"), "numpy"))
    found = by_hand(loss)
    if not lesson.learned:
        raise ValueError("export.numpy: nothing of this model is learned, so there is no gradient")
    if path is None:
        return _program(lesson, found, "model.py", drawn=True)
    path = source_path(path, "numpy")
    program = _program(lesson, found, path.name, drawn=not weights)
    for file in (path, path.with_suffix(".npz"))[: 1 + weights]:
        check_can_write(file)
    if weights:
        numbers = io.BytesIO()
        np.savez(numbers, **lesson.arrays)
        write(path.with_suffix(".npz"), numbers.getvalue())
    write(path, program)
    return program


# --- what is filled in ----------------------------------------------------------------------

_TARGETS = {  # random ones for each kind of loss
    "numbers": "y = rng.normal(size={shape})",
    "counts": "y = rng.poisson(3, size={shape})",
    "amounts": "y = rng.gamma(2, size={shape})",
    "labels": "y = rng.integers(2, size={shape})",
    "signs": "y = rng.choice([-1, 1], size={shape})",
    "classes": "y = rng.integers({classes}, size={rows})",
}
_ROWS = 32


def _program(lesson: Lesson, found: tuple, file: str, drawn: bool) -> str:
    loss_name, loss, loss_lines = found
    has_modes = lesson.has(BatchNorm1d) or lesson.has(Dropout)
    seed = lesson.has(Dropout)
    forward = [*(["rng = np.random.default_rng(seed)"] if seed else []), *lesson.forward()]
    backward, remember, kept = [*lesson.backward()], lesson.remember(), _tuple(lesson.kept())
    text = "\n".join([*forward, *backward])
    moved = f"remember(p, forward(p, x, training=True{', seed=step' * seed})[1])"
    return PROGRAM.substitute(
        steps=textwrap.fill(chain(lesson.parts) + ",", 98),
        loss=f"{loss_name}: {loss.formula.partition(';')[0]}",
        file=file,
        imports="" if drawn else "from pathlib import Path\n",
        learned=_list(lesson.learned),
        numbers=_drawn(lesson) if drawn else LOADED,
        helpers="".join(f"\n\n\n{code}" for word, code in HELPERS.items() if f"{word}(" in text),
        mode=", training=False" * has_modes + ", seed=0" * seed,
        forward=_indented(forward),
        last=lesson.last,
        kept=kept,
        formula=loss.formula,
        loss_lines=_indented(loss_lines),
        backward=_indented(backward),
        remember=REMEMBER.substitute(kept=kept, lines=_indented(remember)) if remember else "",
        seed=", seed=0" * seed,
        training=", training=True" * has_modes + ", seed=seed" * seed,
        at=", seed=step" * seed,
        remembering=f"        {moved}\n" if remember else "",
        data=_indented(_data(lesson, loss)),
    )


def _drawn(lesson: Lesson) -> str:
    """The function that draws the numbers; the units of the data stand in it."""
    lines = []
    for name, array in lesson.arrays.items():
        if name[:2] in ("x_", "y_"):
            value = textwrap.fill(f"np.array({array.tolist()})", 84, subsequent_indent="    ")
        elif array.ndim == 2:
            variance = f"1 / {array.shape[1]}" if name[0] == "E" else f"2 / {array.shape[0]}"
            value = f"rng.normal(0, np.sqrt({variance}), {array.shape})"
        elif name.endswith(("weight", "var")):
            value = f"np.ones({array.size})"
        else:  # not 0, where a relu would have its corner
            value = f"rng.normal(0, 0.1, {array.size})"
        lines.append(f'"{name}": {value},')
    return DRAWN.substitute(lines=_indented(lines, 8))


def _data(lesson: Lesson, loss: HandLoss) -> list[str]:
    """The lines that draw x and y."""
    shape, columns = (_ROWS, *lesson.shape[1:]), lesson.input[1]
    x = f"rng.normal(size=({_ROWS}, {columns}))"
    if lesson.has(Embedding):
        x = f"rng.integers({len(lesson.arrays['E1'])}, size=({_ROWS}, {columns}))"
    y = _TARGETS[loss.targets].format(shape=shape, classes=shape[-1], rows=shape[:-1])
    lines = [f"x = {x}", y]
    if lesson.has(InUnits):
        lines[0] = f'x = p["x_center"] + p["x_scale"] * {x}'
    if "y_scale" in lesson.arrays and loss.targets == "numbers":
        lines.append('y = p["y_center"] + p["y_scale"] * y')
    return lines


def _indented(lines: list[str], by: int = 4) -> str:
    return textwrap.indent("\n".join(lines), " " * by)


def _list(names: list[str]) -> str:
    return _wrapped("[", [f'"{name}"' for name in names], "]")


def _tuple(names: list[str]) -> str:
    return _wrapped("(", names, ",)" if len(names) == 1 else ")", "    ")


def _wrapped(opening: str, words: list[str], closing: str, indent: str = "") -> str:
    """In one line, or in several where that would be too long."""
    line = opening + ", ".join(words) + closing
    if len(line) < 80:
        return line
    inner = textwrap.fill(
        ", ".join(words) + ",", 90, initial_indent="    ", subsequent_indent="    "
    )
    return textwrap.indent(f"{opening}\n{inner}\n{closing}", indent).lstrip()
