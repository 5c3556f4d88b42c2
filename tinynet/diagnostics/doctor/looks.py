"""A look at a model on its way: what the instruments show at the end of an epoch.

Everything is measured on a copy, so the run ends with the same bits as one that nobody looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...engine.graph import behind
from ...engine.tensor import Tensor
from ...layers import Module
from ...optimizers import Optimizer
from . import instruments

ROWS = 256  # on which activations are looked at
HALF = 64  # rows at most of each of the two batches whose gradients are compared
ITERATIONS = 30  # at most, for the sharpness
BINS = 24  # of a histogram of activations
_NONE = np.zeros(0)
ENDS = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus", *ENDS)


@dataclass(frozen=True, eq=False)
class Layer:
    """A module with parameters of its own, such as a Linear, with the activation behind it.

    Attributes
    ----------
    path : str
        Where the model holds it, such as "layers.0".
    size : int
        How many weights and biases it has.
    activation : str
        Such as "relu"; empty where none follows.
    edges : ndarray
        Those of the histograms of its activations, fixed at the first look; empty without one.
    """

    path: str
    size: int
    activation: str
    edges: np.ndarray


@dataclass(frozen=True, eq=False)
class Look:
    """The instruments at the end of an epoch; the arrays have one number per layer.

    Attributes
    ----------
    epoch : int
        0 is before training.
    loss, lr : float
        The loss of the sample, in evaluation mode; the learning rate.
    gradient_norms, weight_norms : ndarray
        |g| and |w|, before clipping and weight decay.
    update_ratios : ndarray
        |Δw| / |w| of the next step.
    lost : ndarray
        How much of |g|² moved no weight, see `instruments.lost_updates`.
    dead : ndarray
        The fraction of relu units that are 0 for every row of the sample; NaN for other layers.
    saturated : ndarray
        The fraction of outputs of a sigmoid or tanh within 1 % of its range from an end; or NaN.
    histograms : list of ndarray
        How many activations lie between the layer's edges; those beyond are counted at the ends.
    sharpness, stability_limit : float
        See `instruments`; gradient descent is stable while the first is below the second.
    overshoot : float
        Where the next step ends: −1 at its start, 0 at the lowest point, above 1 higher up.
    noise_scale : float
        The batch size at which noise and gradient are equally large.
    """

    epoch: int
    loss: float
    lr: float
    gradient_norms: np.ndarray
    weight_norms: np.ndarray
    update_ratios: np.ndarray
    lost: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    histograms: list[np.ndarray] = field(repr=False)
    sharpness: float = math.nan
    stability_limit: float = math.nan
    overshoot: float = math.nan
    noise_scale: float = math.nan


class Observer:
    """Takes looks at copies of one model; remembers the direction in which it was sharpest."""

    layers: list[Layer]
    direction: list[np.ndarray] | None  # in which it was sharpest the last time

    def __init__(self, loss: Callable, x: np.ndarray, y: np.ndarray, batch_size: int) -> None:
        rows = np.random.default_rng(0).permutation(len(x))
        self.loss, self.rows = loss, x[rows[:ROWS]]
        self.half = max(1, min(batch_size, HALF, len(x) // 2))
        self.x, self.y = x[rows[: 2 * self.half]], y[rows[: 2 * self.half]]
        self.layers, self.direction = [], None

    def look(self, model: Module, optimizer: Optimizer, epoch: int) -> Look:
        """Look at a copy, whose parameters may be changed."""
        groups = groups_of(model, optimizer)
        output = as_tensor(model(self.rows))
        activations = dict(activations_of(output, list(groups.values())))
        if not self.layers:
            self.layers = _layers(groups, activations)
        gradients, loss = self._gradients(model, optimizer)
        gradient = np.mean(gradients, axis=0, dtype=gradients[0].dtype)
        sharpness = self._sharpness(model)
        before, lr = optimizer.vector.copy(), float(optimizer.lr)
        _take_step(optimizer, gradient)
        step = optimizer.vector - before
        after = self._gradient(model, optimizer, slice(None))[0]
        g, w, moved, end = map(optimizer.views, (gradient, before, step, optimizer.vector))
        places = _places(groups, optimizer)
        norms = [np.array([_norm(v, place) for place in places]) for v in (g, w, moved)]
        activity = [activations.get(number, ("", _NONE)) for number in range(len(self.layers))]
        return Look(
            epoch=epoch,
            loss=loss,
            lr=lr,
            gradient_norms=norms[0],
            weight_norms=norms[1],
            update_ratios=norms[2] / norms[1],
            lost=np.array([_lost(w, end, g, place) for place in places]),
            dead=np.array([dead(*each) for each in activity]),
            saturated=np.array([saturated(*each) for each in activity]),
            histograms=[
                _histogram(layer, y) for layer, (_, y) in zip(self.layers, activity, strict=True)
            ],
            sharpness=sharpness,
            stability_limit=instruments.stability_limit(optimizer),
            overshoot=instruments.alpha(_slope(gradient, step), _slope(after, step)),
            noise_scale=instruments.noise_scale(gradients, self.half),
        )

    def _gradients(self, model: Module, optimizer: Optimizer) -> tuple[list[np.ndarray], float]:
        """The gradients of the two halves of the sample, and the loss of all of it."""
        halves = [slice(0, self.half), slice(self.half, 2 * self.half)][: len(self.x) // self.half]
        found = [self._gradient(model, optimizer, rows) for rows in halves]
        return [g for g, _ in found], float(np.mean([loss for _, loss in found]))

    def _gradient(
        self, model: Module, optimizer: Optimizer, rows: slice
    ) -> tuple[np.ndarray, float]:
        """The gradient as one vector, and the loss."""
        optimizer.zero_grad()
        loss = self.loss(self.y[rows], model(self.x[rows]))
        loss.backward()
        gradients = [
            np.zeros(p.size, p.dtype) if p.grad is None else np.ravel(p.grad)
            for p in optimizer.parameters
        ]
        return np.concatenate(gradients), float(loss)

    def _sharpness(self, model: Module) -> float:
        """To about one per cent; from the direction of last time it takes few iterations."""
        f, values = instruments.function_of(model, self.loss, self.x, self.y)
        sharpness, self.direction = instruments.sharpness(
            f, values, start=self.direction, iterations=ITERATIONS, tolerance=0.001
        )
        return sharpness


def groups_of(model: Module, optimizer: Optimizer) -> dict[str, list[Tensor]]:
    """The parameters that are trained, by the path of the module that holds them."""
    groups: dict[str, list[Tensor]] = {}
    trained = set(optimizer.parameters)
    for path, parameter in model.named_parameters():
        if parameter in trained:
            owner = path.rpartition(".")[0] or type(model).__name__
            groups.setdefault(owner, []).append(parameter)
    return groups


def activations_of(
    output: Tensor, groups: list[list[Tensor]]
) -> Iterator[tuple[int, tuple[str, np.ndarray]]]:
    """The activations inside a model: the number of their layer, their name and values.

    The output itself is none: a sigmoid or softmax at the end does what it is there for.
    """
    owners = {parameter: number for number, group in enumerate(groups) for parameter in group}
    inside = [(t.node, t) for t in behind(output) if t.node and t is not output]
    for node, tensor in sorted(inside, key=lambda pair: pair[0].number):
        numbers = [owners[t] for t in behind(tensor) if t in owners]
        if numbers and node.operation.__name__ in ACTIVATIONS:
            yield max(numbers), (node.operation.__name__, tensor.data)


def as_tensor(output: Any) -> Tensor:
    return output if isinstance(output, Tensor) else Tensor(output)


def _layers(groups: dict[str, list[Tensor]], activations: dict) -> list[Layer]:
    """The layers, with the edges that their histograms keep."""
    made = []
    for number, (path, group) in enumerate(groups.items()):
        name, y = activations.get(number, ("", _NONE))
        made.append(Layer(path, sum(p.size for p in group), name, _edges(name, y)))
    return made


def _edges(name: str, y: np.ndarray) -> np.ndarray:
    """The range of the activation; where it has no ends, what is there now and half as much."""
    if not y.size:
        return _NONE
    low, high = ENDS.get(name, (min(0.0, 1.5 * y.min()), max(1.0, 1.5 * y.max())))
    return np.linspace(low, high, BINS + 1)


def _places(groups: dict[str, list[Tensor]], optimizer: Optimizer) -> list[list[int]]:
    """Which of the optimizer's parameters belong to each layer."""
    place = {parameter: i for i, parameter in enumerate(optimizer.parameters)}
    return [[place[parameter] for parameter in group] for group in groups.values()]


def _take_step(optimizer: Optimizer, gradient: np.ndarray) -> None:
    """What the optimizer would do with this gradient; a parameter without one stays without."""
    for parameter, g in zip(optimizer.parameters, optimizer.views(gradient), strict=True):
        if parameter.grad is not None:
            parameter.grad = g
    optimizer.step()


def _norm(views: list[np.ndarray], places: list[int]) -> float:
    """The norm of one layer's part of a vector."""
    return math.sqrt(sum(_square(views[i]) for i in places))


def _lost(before: list, after: list, gradient: list, places: list[int]) -> float:
    """The fraction of |g|² of one layer that moved nothing."""
    flat = ([np.ravel(views[i]) for i in places] for views in (before, after, gradient))
    return instruments.lost_updates(*map(np.concatenate, flat))


def _square(values: np.ndarray) -> float:
    wide = values.ravel().astype(np.promote_types(values.dtype, np.float32), copy=False)
    return float(np.dot(wide, wide))


def _slope(gradient: np.ndarray, step: np.ndarray) -> float:
    """How steep the loss is along the step."""
    return float(np.vdot(gradient.astype(float), step.astype(float)))


def dead(name: str, y: np.ndarray) -> float:
    """The fraction of relu units that are 0 in every row."""
    return float(np.mean(np.all(y == 0, axis=0))) if name == "relu" else math.nan


def saturated(name: str, y: np.ndarray) -> float:
    """The fraction of outputs near an end of the range."""
    if name not in ENDS:
        return math.nan
    low, high = ENDS[name]
    near = 0.01 * (high - low)
    return float(np.mean((y < low + near) | (y > high - near)))


def _histogram(layer: Layer, y: np.ndarray) -> np.ndarray:
    """How many activations lie in each bin; those beyond the edges in the first and the last."""
    if not layer.edges.size:
        return np.zeros(0, int)
    return np.histogram(np.clip(y.ravel(), layer.edges[0], layer.edges[-1]), layer.edges)[0]
