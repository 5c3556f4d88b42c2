"""The numbers of a history, each at the epoch at which it was measured: curves and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..training import History
from . import web
from .numerals import rounded

_EPOCHS = 2000  # of a curve; of more, some are left out


class Series(NamedTuple):
    """Numbers of one kind, and the epochs at which they were measured."""

    epochs: np.ndarray
    values: np.ndarray

    def at(self, epoch: int) -> float | None:
        """The number at an epoch, None where none was measured."""
        (places,) = np.nonzero(self.epochs == epoch)
        return self.values[places[-1]] if places.size else None


def series_of(history: History) -> dict[str, Series]:
    """All that is numbers in a history, by name.

    A series that is shorter than the run stands at the epochs that the recorder noted; where it
    noted none, the first number is that of epoch 1.

    >>> history = History()
    >>> history["loss"], history["slope"] = [0.5, 0.25], [3.0]
    >>> [series.at(2) for series in series_of(history).values()]
    [np.float64(0.25), None]
    """
    noted, found = getattr(history.record, "measured", {}), {}
    for name, numbers in history.items():
        values, epochs = np.asarray(numbers), noted.get(name, [])
        if values.ndim == 1 and values.size and values.dtype.kind in "fiub":
            if len(epochs) != len(values):
                epochs = range(1, len(values) + 1)
            found[name] = Series(np.array(epochs, int), values)
    return found


def _names(series: dict[str, Series]) -> list[str]:
    """The names without "val_", each once."""
    return list(dict.fromkeys(name.removeprefix("val_") for name in series))


def curves(history: History) -> dict[str, Any]:
    """The curves of the loss and the scores, and the best epoch of the loss.

    At most 2000 epochs of each are kept, and those of all frames.
    """
    count, series = history.epochs, series_of(history)
    kept = {frame.epoch for frame in history.frames}
    kept |= set(np.linspace(1, count, min(count, _EPOCHS)).round().astype(int).tolist())
    return {
        "best": _best(series.get("val_loss")),
        "of": {
            name: {
                label: _curve(series[key], kept)
                for label, key in (("training", name), ("validation", f"val_{name}"))
                if key in series
            }
            for name in _names(series)
        },
    }


def _curve(series: Series, kept: set[int]) -> dict[str, Any]:
    shown = np.isin(series.epochs, list(kept))
    return {"epochs": web.packed(series.epochs[shown]), "values": web.packed(series.values[shown])}


def _best(losses: Series | None) -> list[dict[str, Any]]:
    """The epoch with the least loss on the validation data, as a mark for the charts."""
    if losses is None or not np.isfinite(losses.values.astype(float)).any():
        return []
    return [{"name": "best", "x": int(losses.epochs[np.nanargmin(losses.values)])}]


def scores(epoch: int, series: dict[str, Series]) -> Iterator[str]:
    """Each number measured at an epoch, and that of the validation data after it."""
    for name in _names(series):
        of_training = series[name].at(epoch) if name in series else None
        new = series[f"val_{name}"].at(epoch) if f"val_{name}" in series else None
        if of_training is not None:
            yield f"{name} {rounded(of_training)}"
        if new is not None:
            called = "validation" if of_training is not None else f"validation {name}"
            yield f"{called} {rounded(new)}"
