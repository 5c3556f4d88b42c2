"""The training replay as a web page: scrub through a recorded run, in one HTML file.

The page shows one frame at a time. Each view is one array over all frames, and the sentence of each
frame is written here, so that eye, ear and tests have the same numbers.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..training import History
from . import web
from .predictions import Confusion, Predictions, Regions
from .recorder import Frame, Layer, Record

_PARTS = [
    *("training.css", "player.js", "boundary.js", "training_answers.js"),
    *("training_instruments.js", "training.js"),
]
_EPOCHS = 2000  # of a loss curve; of more, some are left out


def html(history: History) -> str:
    """The page as text; see `History.save_html`.

    ValueError where the run was not recorded.
    """
    record = history.record
    if record is None:
        raise ValueError(
            "this history has no frames to show: record them with tn.fit(…, record=True)"
        )
    frames = record.frames
    sentences = [_sentence(frame, history, record.layers) for frame in frames]
    data = {
        "title": title(history),
        "stopped": history.stopped or "",
        "planned": history.planned,
        "epochs": [frame.epoch for frame in frames],
        "sentences": sentences,
        "curves": _curves(history),
        "layers": [
            {"name": f"layer {i}"} | vars(layer) for i, layer in enumerate(record.layers, 1)
        ],
        "numbers": {
            name: web.packed([getattr(frame, name) for frame in frames])
            for name in ("gradient_norms", "update_ratios", "dead", "saturated")
        },
        "picture": _picture(record),
        "looks": _looks(history.diagnosis),
        "findings": [_told(finding) for finding in getattr(history.diagnosis, "findings", [])],
    }
    return web.page(title(history), _PARTS, data, "\n".join(sentences))


def title(history: History) -> str:
    """What the page of a recorded run is called."""
    name = history.record.name if history.record else ""
    return f"Training on {name}" if name else "Training"


def save(history: History, path: str | os.PathLike) -> None:
    """Write the page to a file, whole or not at all."""
    web.save(html(history), path)


def _curves(history: History) -> dict[str, Any]:
    """The curves of the loss and the scores, and the best epoch of the loss.

    At most 2000 epochs are kept, and those of all frames.
    """
    count = history.epochs
    shown = {frame.epoch for frame in history.frames}
    shown |= set(np.linspace(1, count, min(count, _EPOCHS)).round().astype(int).tolist())
    epochs = np.array(sorted(shown - {0}), dtype=int)
    names = [name for name in history if not name.startswith("val_")]
    return {
        "epochs": web.packed(epochs),
        "best": _best(history),
        "of": {
            name: {
                label: web.packed(np.array(history[key])[epochs - 1])
                for label, key in (("training", name), ("validation", f"val_{name}"))
                if key in history
            }
            for name in names
        },
    }


def _best(history: History) -> list[dict[str, Any]]:
    """The epoch with the least loss on the validation data, as a mark for the charts."""
    losses = np.array(history.get("val_loss", []), dtype=float)
    if not np.isfinite(losses).any():
        return []
    return [{"name": "best", "x": int(np.nanargmin(losses)) + 1}]


# --- what the doctor saw --------------------------------------------------------------------


def _looks(diagnosis: Any) -> dict[str, Any] | None:
    """The instruments of all looks, and the histograms of each layer with an activation."""
    if diagnosis is None or not diagnosis.epochs:
        return None
    looks = diagnosis.epochs
    names = ("sharpness", "stability_limit", "overshoot", "noise_scale")
    return {
        "epochs": [look.epoch for look in looks],
        "numbers": {name: web.packed([getattr(look, name) for look in looks]) for name in names},
        "layers": [
            {
                "name": f"layer {i + 1}",
                "activation": layer.activation,
                "edges": web.packed(layer.edges),
                "counts": web.packed(np.array([look.histograms[i] for look in looks])),
            }
            for i, layer in enumerate(diagnosis.layers)
            if layer.edges.size
        ],
    }


def _told(finding: Any) -> dict[str, str]:
    return {name: getattr(finding, name) for name in ("rule", "severity", "seen", "why", "advice")}


# --- sentences ------------------------------------------------------------------------------


def _sentence(frame: Frame, history: History, layers: list[Layer]) -> str:
    """What this epoch shows: the scores; how far steps go; which units do nothing."""
    when = f"epoch {frame.epoch}" if frame.epoch else "before training"
    ratios = frame.update_ratios[np.isfinite(frame.update_ratios)]
    parts = [", ".join(_scores(frame.epoch, history))] if frame.epoch else []
    if ratios.size:
        low, high = f"{ratios.min():.2g}", f"{ratios.max():.2g}"
        size = low if low == high else f"{low} to {high}"
        parts.append(f"a step moves the weights of a layer by {size} of their size")
    return ": ".join(filter(None, [when, "; ".join([*parts, *_idle(frame, layers)])]))


def _scores(epoch: int, history: History) -> Iterator[str]:
    """Each number of the history at an epoch, and that of the validation data after it."""
    for name, values in history.items():
        if not name.startswith("val_"):
            yield f"{name} {values[epoch - 1]:.4g}"
            if values := history.get(f"val_{name}"):
                yield f"validation {values[epoch - 1]:.4g}"


def _idle(frame: Frame, layers: list[Layer]) -> list[str]:
    """The layers with dead units or saturated outputs, or that there are none."""
    sentences, known = [], False
    for number, (layer, dead, saturated) in enumerate(
        zip(layers, frame.dead, frame.saturated, strict=True), 1
    ):
        known = known or bool(layer.activation)
        if dead > 0:
            count = round(dead * layer.units)
            sentences.append(f"layer {number}: {count} of {layer.units} units dead")
        if saturated > 0:
            sentences.append(f"layer {number}: {saturated:.1%} of outputs saturated")
    return sentences or (["no dead or saturated units"] if known else [])


# --- what the model predicts ----------------------------------------------------------------


def _picture(record: Record) -> dict[str, Any]:
    """The data, and what the model predicted in each frame."""
    answer, pictures = record.answer, np.array([frame.picture for frame in record.frames])
    once: dict[str, Any] = {
        "kind": type(answer).__name__.lower(),
        "axes": answer.axes,
        "classes": answer.classes,
    }
    if isinstance(answer, Confusion):
        return once | {"counts": web.packed(pictures)}
    once |= {"targets": web.packed(answer.targets)}
    once |= {"box": [corner.tolist() for corner in answer.box]}
    if isinstance(answer, Predictions):
        return once | {"said": web.packed(pictures)}
    once |= {"points": web.packed(answer.points)}
    if isinstance(answer, Regions):
        wrong = [frame.wrong.tolist() for frame in record.frames]
        return once | _regions(pictures) | {"wrong": wrong}
    return once | {"asked": web.packed(answer.inputs.ravel()), "said": web.packed(pictures)}


def _regions(probabilities: np.ndarray) -> dict[str, Any]:
    """Bytes for each cell of each frame: the class, and how far it leads, from 0 to 255."""
    second, first = np.sort(probabilities, axis=-1)[..., -2:].transpose(3, 0, 1, 2)
    lead = np.round(255 * np.nan_to_num(first - second))
    ids = np.argmax(probabilities, axis=-1)  # (frames, rows, columns)
    return {"said": _bytes(ids), "lead": _bytes(lead), "cells": list(ids.shape[1:])}


def _bytes(array: np.ndarray) -> str:
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode("ascii")
