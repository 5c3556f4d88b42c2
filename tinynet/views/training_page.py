"""The training replay as a web page: scrub through a recorded run, in one HTML file.

The page shows one frame at a time. Each view is one array over all frames, and the sentence of each
frame is written here, so that eye, ear and tests have the same numbers.
"""

from __future__ import annotations

import base64
import os
from typing import Any

import numpy as np

from ..training import History
from . import web
from .network_picture import Drawn
from .numerals import number
from .predictions import Confusion, Predictions, Regions
from .recorder import IDLE, Frame, Layer, Record
from .training_numbers import Series, curves, scores, series_of

FILES = (
    *("boundary.css", "network.css", "training/training.css", "player.js", "boundary.js"),
    *("network.js", "training/answers.js", "training/network.js", "training/mistakes.js"),
    *("training/histograms.js", "training/instruments.js", "training/training.js"),
)
_LAYERS = 5  # whose histograms are shown
_COLUMNS = 6  # features of a row that is shown


def html(history: History) -> str:
    """The page as text; see `History.save_html`.

    ValueError where the run was not recorded.
    """
    record = history.record
    if record is None:
        raise ValueError(
            "this history has no frames to show: record them with tn.fit(…, record=True)"
        )
    frames, series = record.frames, series_of(history)
    sentences = [_sentence(frame, series, record.layers) for frame in frames]
    data = {
        "title": title(history),
        "stopped": history.stopped or "",
        "planned": history.planned,
        "epochs": [frame.epoch for frame in frames],
        "sentences": sentences,
        "curves": curves(history),
        "layers": [
            {"name": f"layer {i}"} | vars(layer) for i, layer in enumerate(record.layers, 1)
        ],
        "numbers": {
            name: web.packed([getattr(frame, name) for frame in frames])
            for name in ("gradient_norms", "update_ratios", "dead", "saturated")
        },
        "picture": _picture(record),
        "mistakes": _mistakes(record),
        "network": _network(record),
        "histograms": _histograms(record),
        "looks": _looks(history.diagnosis),
        "findings": [_told(finding) for finding in getattr(history.diagnosis, "findings", [])],
    }
    return web.page(title(history), FILES, data, "\n".join(sentences))


def title(history: History) -> str:
    """What the page of a recorded run is called."""
    name = history.record.name if history.record else ""
    return f"Training on {name}" if name else "Training"


def save(history: History, path: str | os.PathLike) -> None:
    """Write the page to a file, whole or not at all."""
    web.save(html(history), path)


# --- what the doctor saw --------------------------------------------------------------------


def _looks(diagnosis: Any) -> dict[str, Any] | None:
    """The instruments of all looks."""
    if diagnosis is None or not diagnosis.epochs:
        return None
    looks = diagnosis.epochs
    names = ("sharpness", "stability_limit", "overshoot", "noise_scale")
    return {
        "epochs": [look.epoch for look in looks],
        "numbers": {name: web.packed([getattr(look, name) for look in looks]) for name in names},
    }


def _told(finding: Any) -> dict[str, str]:
    return {name: getattr(finding, name) for name in ("rule", "severity", "seen", "why", "advice")}


# --- sentences ------------------------------------------------------------------------------


def _sentence(frame: Frame, series: dict[str, Series], layers: list[Layer]) -> str:
    """What this epoch shows: the scores; how far steps go; which units do nothing."""
    when = f"epoch {frame.epoch}" if frame.epoch else "before training"
    ratios = frame.update_ratios[np.isfinite(frame.update_ratios)]
    parts = [", ".join(scores(frame.epoch, series))]
    if ratios.size:
        low, high = number(ratios.min(), 2), number(ratios.max(), 2)
        size = low if low == high else f"{low} to {high}"
        parts.append(f"a step moves the weights of a layer by {size} of their size")
    return ": ".join(filter(None, [when, "; ".join(filter(None, [*parts, *_idle(frame, layers)]))]))


def _idle(frame: Frame, layers: list[Layer]) -> list[str]:
    """The layers with dead units or saturated outputs, or that there are none."""
    sentences, known = [], False
    for place, (layer, dead, saturated) in enumerate(
        zip(layers, frame.dead, frame.saturated, strict=True), 1
    ):
        known = known or layer.activation in IDLE
        if dead > 0:
            count = round(dead * layer.units)
            sentences.append(f"layer {place}: {count} of {layer.units} units dead")
        if saturated > 0:
            sentences.append(f"layer {place}: {saturated:.1%} of outputs saturated")
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


def _mistakes(record: Record) -> dict[str, Any] | None:
    """The points of a confusion matrix, and the class that each was taken for in each frame.

    Images as bytes of brightness, from 0 for the 2 % that are least to 255 for the 2 % that are
    largest; of other points the first six features.
    """
    answer, said = record.answer, np.array([frame.said for frame in record.frames])
    if not isinstance(answer, Confusion):
        return None
    ids = np.uint8 if max(said.max(), answer.targets.max()) < 256 else np.float32
    points = answer.points.reshape(len(answer.points), -1)
    if answer.image_shape:
        low, high = np.percentile(points, (2, 98))
        share = np.clip((points - low) / (high - low if high > low else 1), 0, 1)
        points = np.round(255 * share).astype(np.uint8).reshape(-1, *answer.image_shape)
    return {
        "part": record.part,
        "rows": answer.rows.tolist(),
        "classes": answer.classes,
        "targets": web.packed(answer.targets.astype(ids)),
        "said": web.packed(said.astype(ids)),
        "features": [] if answer.image_shape else answer.features[:_COLUMNS],
        "points": web.packed(points if answer.image_shape else points[:, :_COLUMNS]),
    }


# --- the network ----------------------------------------------------------------------------


def _network(record: Record) -> dict[str, Any] | None:
    """The picture of the network in each frame; what its inputs show is the same in all."""
    if record.network is None:
        return None
    drawn = zip(*(frame.network for frame in record.frames if frame.network), strict=True)
    whole = Drawn(*([np.array(same) for same in zip(*each, strict=True)] for each in drawn))
    whole.seen[0] = whole.seen[0][:1]
    return record.network | whole.packed()


def _histograms(record: Record) -> list[dict[str, Any]]:
    """The histograms of up to five layers over the frames: of weights, and of outputs."""
    count = len(record.layers)
    chosen = np.linspace(0, count - 1, min(count, _LAYERS)).round().astype(int).tolist()
    return [
        {
            "name": f"layer {i + 1}",
            "weights": _histogram(record, "weight", i),
            "outputs": _histogram(record, "output", i) if record.layers[i].activation else None,
            "activation": record.layers[i].activation,
        }
        for i in chosen
    ]


def _histogram(record: Record, what: str, layer: int) -> dict[str, Any]:
    return {
        name: web.packed([getattr(frame, f"{what}_{name}")[layer] for frame in record.frames])
        for name in ("counts", "ranges")
    }


def _bytes(array: np.ndarray) -> str:
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode("ascii")
