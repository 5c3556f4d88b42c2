"""The recorder: what a model was like at some epochs of its training, kept to look at afterwards.

A frame is a few small arrays, computed from the parameters at the end of an epoch. The recorder
looks and never touches: a recorded run ends with the same bits as any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..diagnostics.doctor.looks import (
    ENDS,
    activations_of,
    as_tensor,
    dead,
    groups_of,
    saturated,
)
from ..engine.grad_mode import evaluating
from ..engine.tensor import Tensor
from ..layers import Module
from ..optimizers import Optimizer
from ..training import Callback, History, Run
from .network_picture import Drawn, picture_of
from .predictions import Answer, answer_for, made_by, sample

__all__ = ["Frame", "Layer", "Record", "Recorder"]

FRAMES = 60  # of a run, after the first, which is before training
SAMPLE = 256  # rows on which activations are looked at
BINS = 32  # of a histogram
_HUGE = 1e300  # a range that is larger has no width in float64
IDLE = ("relu", "sigmoid", "tanh")  # activations with units that can be dead or saturated


@dataclass(frozen=True)
class Layer:
    """A module with parameters of its own, such as a Linear, with the activation behind it.

    Attributes
    ----------
    path : str
        Where the model holds it, such as "layers.0".
    activation : str
        That of a hidden layer, such as "relu"; else empty.
    units : int
        How many numbers the activation has for a sample; 0 where there is none.
    """

    path: str
    activation: str = ""
    units: int = 0


@dataclass(frozen=True, eq=False)
class Frame:
    """The model at the end of an epoch; the first arrays have one number, or row, per layer.

    Attributes
    ----------
    epoch : int
        0 is before training, where there is no gradient yet: NaN.
    gradient_norms : ndarray
        |g| of the last mini-batch, over weights and biases, before clipping.
    update_ratios : ndarray
        |Δw| / |w| of the last step: how far it moved the parameters w of the layer.
    dead : ndarray
        The fraction of relu units that are 0 for every row of the sample; NaN for other layers.
    saturated : ndarray
        The fraction of outputs of a sigmoid or tanh within 1 % of its range from an end; or NaN.
    weight_counts, weight_ranges : ndarray of shape (layers, 32) and (layers, 2)
        Histograms of the weights and biases: how many are in each of 32 bins, of equal width,
        between the ends of a range, which holds 0.
    output_counts, output_ranges : ndarray
        The same of the outputs of the activation for the sample; no counts where there is none.
    picture : ndarray
        What the model predicts, see predictions.py.
    said, wrong : ndarray
        The class that each point in the picture is taken for, and the points for which it is not
        the right one.
    network : Drawn or None
        What each unit sees, and the weights, see network_picture.py; None where the model is not
        layers in a row.

    >>> import tinynet as tn
    >>> model = tn.layers.MLP([2, 8, 2], rng=0)
    >>> optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)
    >>> history = tn.fit(model, tn.losses.cross_entropy, optimizer, tn.datasets.make_moons(),
    ...                  epochs=3, batch_size=32, progress=False, record=True)
    >>> [frame.epoch for frame in history.frames]
    [0, 1, 2, 3]
    >>> np.array([frame.update_ratios for frame in history.frames]).shape    # frames, layers
    (4, 2)
    """

    epoch: int
    gradient_norms: np.ndarray
    update_ratios: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    weight_counts: np.ndarray
    weight_ranges: np.ndarray
    output_counts: np.ndarray
    output_ranges: np.ndarray
    picture: np.ndarray
    said: np.ndarray
    wrong: np.ndarray
    network: Drawn | None


@dataclass(eq=False)
class Record:
    """A recorded run: its layers, what its pictures show, and its frames by epoch."""

    name: str  # of the data
    part: str  # what new data are: "validation"; without any, "training"
    sample: np.ndarray  # (at most 256, features)
    answer: Answer
    layers: list[Layer]
    network: dict[str, Any] | None  # what all units are called, see NetworkPicture.about
    measured: dict[str, list[int]]  # the epochs at which each series of the history got its numbers
    frames: list[Frame] = field(default_factory=list)


class Recorder(Callback):
    """Gives a history its record: frames before training, after about 60 epochs, and at the end.

    How far a step moved the weights can only be told with the weights before it, so they are kept
    before each batch. A run that ended early gets a frame of its last whole epoch.
    """

    def on_train_begin(self, run: Run) -> None:
        self.model, self.optimizer, self.history = run.model, run.optimizer, run.history
        epochs = run.history.planned or 0
        self.epochs = set(np.linspace(0, epochs, min(epochs, FRAMES) + 1).round().tolist())
        groups = groups_of(run.model, run.optimizer)
        self.groups = [*groups.values()]
        self.places = _places(self.groups, run.optimizer)
        train, new = run.parts[""], run.parts.get("val_", run.parts[""])
        rows = train[0][sample(len(train[0]), SAMPLE)]
        output = self._output(rows)
        layers = [Layer(path) for path in groups]
        for place, name, y in self._activations(output):
            layers[place] = Layer(layers[place].path, name, y[0].size)
        answer = answer_for(run.data, train, new, _table(output).shape[1])
        self.network = picture_of(run.model, answer)
        about = self.network.about() if self.network else None
        name, part = getattr(run.data, "name", ""), "training" if new is train else "validation"
        measured = {name: list(range(1, len(v) + 1)) for name, v in run.history.items()}
        self.record = Record(name, part, rows, answer, layers, about, measured)
        run.history.record = self.record
        self.before = np.full_like(run.optimizer.vector, np.nan)  # the weights before the last step
        self._keep(0, self.before)
        self._add()

    def on_batch_begin(self, run: Run) -> None:
        self.before[...] = self.optimizer.vector

    def on_epoch_end(self, history: History, model: Module) -> None:
        self._note(history)
        self._keep(history.epochs, self.optimizer.gradient)
        if self.epoch in self.epochs:
            self._add()

    def on_train_end(self, run: Run) -> None:
        """Add the last whole epoch, unless it has its frame; the parameters stay as they are."""
        self._note(run.history)
        if self.record.frames[-1].epoch < self.epoch:
            w = self.optimizer.vector
            now = w.copy()
            try:
                w[...] = self.after
                self._add()
            finally:
                w[...] = now

    def _note(self, history: History) -> None:
        """Note when each series grew: a callback may add a number after some epochs only.

        Callbacks come after this one, so theirs are seen when the next epoch ends.
        """
        for name, values in history.items():
            known = self.record.measured.setdefault(name, [])
            whole = len(values) == history.epochs
            known += [history.epochs if whole else self.epoch] * (len(values) - len(known))

    def _keep(self, epoch: int, gradient: np.ndarray) -> None:
        """Keep what a frame of this epoch is computed from."""
        self.epoch, self.after = epoch, self.optimizer.vector.copy()
        self.start, self.gradient = self.before.copy(), gradient.copy()

    def _add(self) -> None:
        """Add the frame of the epoch that was kept; the model holds its parameters."""
        record, size = self.record, len(self.record.sample)
        answer = record.answer
        with np.errstate(all="ignore"):  # of a run that diverges; and 0 / 0 is NaN
            output = self._output(np.concatenate([record.sample, answer.inputs, answer.points]))
            table, operation = _table(output)[size:], made_by(output)
            asked, points = np.split(table, [len(answer.inputs)])
            g, w, step = map(self._norms, (self.gradient, self.start, self.after - self.start))
            outputs = {place: (name, y[:size]) for place, name, y in self._activations(output)}
            idle = self._idle(outputs)
            weights = _histograms([("", self.after[place]) for place in self.places])
            activity = _histograms([outputs.get(i, ("", None)) for i in range(len(self.places))])
            frame = Frame(
                epoch=self.epoch,
                gradient_norms=g,
                update_ratios=step / w,
                dead=idle[0],
                saturated=idle[1],
                weight_counts=weights[0],
                weight_ranges=weights[1],
                output_counts=activity[0],
                output_ranges=activity[1],
                picture=answer.values(asked, operation),
                said=answer.said(points, operation),
                wrong=answer.wrong(points, operation),
                network=self.network.now() if self.network else None,
            )
            record.frames.append(frame)

    def _norms(self, vector: np.ndarray) -> np.ndarray:
        """The norm of each layer's part of one of the optimizer's vectors."""
        return np.array([np.linalg.norm(vector[place].astype(float)) for place in self.places])

    def _idle(self, outputs: dict[int, tuple[str, np.ndarray]]) -> np.ndarray:
        """The fraction of dead units and of saturated outputs per layer: (2, layers)."""
        idle = np.full((2, len(self.places)), np.nan)
        for place, (name, y) in outputs.items():
            idle[:, place] = dead(name, y), saturated(name, y)
        return idle

    def _output(self, x: np.ndarray) -> Tensor:
        """What the model makes of x in evaluation mode, with the graph."""
        with evaluating():
            return as_tensor(self.model(x))

    def _activations(self, output: Tensor) -> Iterator[tuple[int, str, np.ndarray]]:
        """The activations inside the model: their layer, name and values; a relu after others."""
        found = sorted(activations_of(output, self.groups), key=lambda each: each[1][0] in IDLE)
        for place, (name, y) in found:
            yield place, name, y


def _places(groups: Iterable[list[Tensor]], optimizer: Optimizer) -> list[np.ndarray]:
    """Where in the optimizer's vectors the numbers of each group are."""
    views = optimizer.views(np.arange(optimizer.vector.size))
    place = dict(zip(optimizer.parameters, views, strict=True))
    return [np.concatenate([place[p].ravel() for p in group]) for group in groups]


def _histograms(layers: list[tuple[str, np.ndarray | None]]) -> tuple[np.ndarray, np.ndarray]:
    """Counts (layers, 32) and ranges (layers, 2) of values, without those that are not finite.

    A range is that of the function, else from the smallest value, or 0, to the largest, or 0.
    """
    counts, ranges = np.zeros((len(layers), BINS), int), np.tile([0.0, 1.0], (len(layers), 1))
    for i, (name, values) in enumerate(layers):
        if values is not None:
            known = values[np.abs(values) < _HUGE].astype(float)
            low, high = ENDS.get(name, (known.min(initial=0), known.max(initial=0)))
            ranges[i] = low, high if high > low else 1
            counts[i] = np.histogram(known, BINS, tuple(ranges[i]))[0]
    return counts, ranges


def _table(output: Tensor) -> np.ndarray:
    """The outputs as rows: (N, columns)."""
    return output.data.reshape(len(output.data), -1)
