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
BINS = 24  # of a histogram of activations
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

    def __init__(self, loss: Callable, x: np.ndarray, y: np.ndarray, batch_size: int) -> None:
        rows = np.random.default_rng(0).permutation(len(x))
        self.loss, self.rows = loss, x[rows[:ROWS]]
        self.half = max(1, min(batch_size, HALF, len(x) // 2))
        self.x, self.y = x[rows[: 2 * self.half]], y[rows[: 2 * self.half]]
        self.layers, self.direction = [], None  # direction: of the last power iteration

    def look(self, model: Module, optimizer: Optimizer, epoch: int, iterations: int) -> Look:
        """Look at a copy, whose parameters may be changed; `iterations` are those for sharpness."""
        groups = groups_of(model, optimizer)
        output = as_tensor(model(self.rows))
        activations = dict(activations_of(output, list(groups.values())))
        if not self.layers:
            self.layers = _layers(groups, activations)
        gradients, loss = self._gradients(model, optimizer)
        mean = sum(gradients) / len(gradients)
        sharpness, self.direction = self._sharpness(model, iterations)
        before, lr = optimizer.vector.copy(), optimizer.lr
        _take_step(optimizer, mean)
        step = optimizer.vector - before
        after = self._gradient(model, optimizer, slice(None))[0]
        views = [optimizer.views(v) for v in (mean, before, step, optimizer.vector)]
        of_layers = [_measures(*views, places) for places in _places(groups, optimizer)]
        idle = [_idle(layer, activations.get(i)) for i, layer in enumerate(self.layers)]
        histograms = [_histogram(layer, activations.get(i)) for i, layer in enumerate(self.layers)]
        slopes = (float(np.vdot(g.astype(float), step)) for g in (mean, after))
        return Look(
            *(epoch, loss, float(lr), *np.array(of_layers).T, *np.array(idle).T, histograms),
            *(sharpness, instruments.stability_limit(optimizer), instruments.alpha(*slopes)),
            instruments.noise_scale(gradients, self.half) if len(gradients) > 1 else math.nan,
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

    def _sharpness(self, model: Module, iterations: int) -> tuple[float, Any]:
        f, parameters = instruments.function_of(model, self.loss, self.x, self.y)
        return instruments.sharpness(
            f, parameters, start=self.direction, iterations=iterations, tolerance=0.01
        )


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
        name, y = activations.get(number, ("", np.zeros(0)))
        low, high = ENDS.get(
            name, (min(0.0, y.min()), max(1.0, 1.5 * y.max())) if y.size else (0, 0)
        )
        edges = np.linspace(low, high, BINS + 1) if y.size else np.zeros(0)
        made.append(Layer(path, sum(p.size for p in group), name, edges))
    return made


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


def _measures(g: list, w: list, step: list, after: list, places: list[int]) -> tuple[float, ...]:
    """|g|, |w|, |Δw| / |w| and the fraction of |g|² that was lost, of one layer."""
    norms = [math.sqrt(sum(_square(vector[i]) for i in places)) for vector in (g, w, step)]
    ratio = norms[2] / norms[1] if norms[1] else math.nan
    total = norms[0] ** 2
    lost = sum(_square(g[i]) * instruments.lost_updates(w[i], after[i], g[i]) for i in places)
    return norms[0], norms[1], ratio, lost / total if total else 0.0


def _square(values: np.ndarray) -> float:
    wide = values.ravel().astype(np.promote_types(values.dtype, np.float32), copy=False)
    return float(np.dot(wide, wide))


def _idle(layer: Layer, activation: tuple[str, np.ndarray] | None) -> tuple[float, float]:
    """The fraction of dead units, and that of saturated outputs."""
    if activation is None:
        return math.nan, math.nan
    name, y = activation
    if name == "relu":
        return float(np.mean(np.all(y == 0, axis=0))), math.nan
    if name not in ENDS:
        return math.nan, math.nan
    low, high = ENDS[name]
    near = 0.01 * (high - low)
    return math.nan, float(np.mean((y < low + near) | (y > high - near)))


def _histogram(layer: Layer, activation: tuple[str, np.ndarray] | None) -> np.ndarray:
    """How many activations lie in each bin; those beyond the edges in the first and the last."""
    if activation is None or not layer.edges.size:
        return np.zeros(0, int)
    y = np.clip(activation[1].ravel(), layer.edges[0], layer.edges[-1])
    return np.histogram(y, layer.edges)[0]
