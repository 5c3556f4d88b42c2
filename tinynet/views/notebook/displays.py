"""What a notebook shows of each kind of thing; `Displayed._repr_html_` asks here."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.tensor import Tensor
from ...layers import Module
from ...layers.base import rows
from ...losses import Loss
from ...training import History
from .. import training_page
from ..graph import Graph, page
from ..numerals import rounded
from . import still
from .markup import escaped, folded, framed, image, paragraph, table, title

FEW = 5  # rows of data that are shown
COLUMNS = 8  # features of data that are shown
LINES = 200  # of a long text


@functools.singledispatch
def html(thing: Any) -> str | None:
    """What the notebook shows; None where the text says it all."""
    return None


def _picture(draw: str, thing: Any, said: str) -> str:
    """A picture of `tn.plots`; pyplot is not told of it, or the notebook would show it twice."""
    from .. import plots  # only now, so that a model is shown without Matplotlib

    figure = plots.Picture((5.4, 4.2), layout="constrained")
    getattr(plots, draw)(thing, figure.subplots())
    return image(figure._repr_png_(), "png", said)


def _how(save: str) -> str:
    """What to do where a still picture stands for a page."""
    return (
        "<p>This is a still picture: the notebook is not trusted, or shown where nothing runs. For"
        " the controls, run the cell, trust the notebook, or save them as a page:"
        f" <code>{escaped(save)}</code>.</p>"
    )


# --- models and data ------------------------------------------------------------------------


@html.register
def _model(model: Module) -> str:
    head, *layers, total = rows(model)
    parameters = "1 parameter" if total[-1] == "1" else f"{total[-1]} parameters"
    names = (("features", model.feature_names), ("targets", model.target_names))
    knows = [f"{what} {_listed(given)}" for what, given in names if given]
    said = "; ".join([parameters, *knows])
    return title(type(model).__name__, said) + table([head, *layers, total], words=3)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:COLUMNS]) + (", …" if len(names) > COLUMNS else "")


@html.register
def _dataset(data: Dataset) -> str:
    """What it is, its first rows, and its picture."""
    name, _, said = repr(data).partition(": ")
    more = len(data.feature_names) - COLUMNS
    gap = ["…"] if more > 0 else []
    target = list(data.target_names) if data.task == "regression" else ["class"]
    head = ["", *data.feature_names[:COLUMNS], *gap, *target]
    first = [
        [i, *map(rounded, data.x[i, :COLUMNS]), *gap, *_target(data, i)]
        for i in range(min(FEW, len(data)))
    ]
    rest = f"The first {len(first)} of {len(data)} rows"
    rest += f"; {more} more features are not shown." if more > 0 else "."
    drawn = _picture("dataset", data, f"the data {data.name}, drawn")
    return title(name, said) + table([head, *first]) + paragraph(rest) + drawn


def _target(data: Dataset, row: int) -> list[str]:
    if data.task == "regression":
        return [rounded(value) for value in np.ravel(data.y[row])]
    return [data.target_names[int(data.y[row])]]


# --- losses ---------------------------------------------------------------------------------


@html.register
def _loss(loss: Loss) -> str:
    """Its card, value and gradient drawn; of a loss of one's own, what it says of itself."""
    signature = ", ".join(inspect.signature(loss).parameters)
    heading = title(f"{loss.__name__}({signature})")
    if loss.card is None:
        return heading + folded("what it says of itself", loss.__doc__ or "nothing")
    facts = [(word, text) for word, text in loss.card.rows.items() if word]
    about = table([("", loss.__name__), *facts], words=2)
    return heading + about + _picture("outline", loss, f"value and gradient of {loss.__name__}")


@html.register
def _value(tensor: Tensor) -> str | None:
    """The value of a loss: the number, what it was made from, and what to do with it."""
    node = tensor.node
    if not (node and isinstance(node.operation, Loss)):
        return None
    loss, arrays = node.operation, zip(node.operation.arrays, node.args, strict=False)
    made_of = " and ".join(f"{name} {np.shape(getattr(a, 'data', a))}" for name, a in arrays)
    shown = rounded(tensor.item()) if tensor.size == 1 else f"values of shape {tensor.shape}"
    reduced = node.options.get("reduction", "mean")
    return title(
        tensor.name or "loss",
        f"{shown}, {loss.__name__} of {made_of}" + (f" ({reduced})" if tensor.size == 1 else ""),
    ) + _advice(loss, tensor)


def _advice(loss: Loss, tensor: Tensor) -> str:
    formula = paragraph(f"Each is {loss.card.formula}.") if loss.card else ""
    if tensor.size != 1:
        return formula
    return (
        f"{formula}<p><code>.backward()</code> gives each parameter its gradient;"
        " <code>tn.Graph(loss)</code> shows how, step by step.</p>"
    )


# --- runs -----------------------------------------------------------------------------------


@html.register
def _history(history: History) -> str:
    """The run in a sentence, its numbers and curves; a recorded one as a page to scrub through."""
    heading = title("History", _told(history))
    if not history.epochs:
        return heading
    numbers = table([("", "first", "least", "largest", "last"), *_summaries(history)])
    curves = _picture("history", history, "the losses over the epochs")
    if history.record is None:
        return heading + numbers + curves
    how = _how("history.save_html('training.html')")
    page_of_it = framed(training_page.html(history), training_page.title(history), curves + how)
    return heading + numbers + page_of_it


def _told(history: History) -> str:
    planned = f" of {history.planned}" if history.planned else ""
    parts = [f"{history.epochs}{planned} epochs", f"{history.seconds:.1f} s"]
    if history.best_epoch is not None:
        parts.append(f"the model is that of epoch {history.best_epoch}, the best")
    return ", ".join(parts) + (f". Stopped: {history.stopped}" if history.stopped else "")


def _summaries(history: History) -> Iterator[tuple[str, ...]]:
    """A row for each series of numbers: where it began, its ends and when, and where it ended."""
    for name, series in history.items():
        values = np.asarray(series)
        if values.ndim != 1 or values.dtype.kind not in "fiub":
            continue
        finite = np.where(np.isfinite(values), values, np.nan)
        ends = [
            f"{rounded(values[i])} (epoch {i + 1})"
            for i in (_place(finite, np.nanargmin), _place(finite, np.nanargmax))
        ]
        yield name, rounded(values[0]), *ends, rounded(values[-1])


def _place(values: np.ndarray, where: Any) -> int:
    return 0 if np.isnan(values).all() else int(where(values))


# --- graphs ---------------------------------------------------------------------------------


@html.register
def _graph(graph: Graph) -> str | None:
    """The stepper in a frame; in its place the drawing, where there is room for one."""
    if len(graph) > page.MOST:
        return None
    text = repr(graph).splitlines()
    cut = [f"… {len(text) - LINES} more lines"] if len(text) > LINES else []
    how = _how("tn.Graph(…).save_html('step.html')")
    as_text = folded("as text", "\n".join([*text[:LINES], *cut]))
    return framed(page.html(graph), page.title(graph), still.html(graph) + how + as_text)
