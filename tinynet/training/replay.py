"""Replay: a training step written down once as a list of NumPy calls, then run again and again.

The one idea: while shapes stay the same, every step makes the same NumPy calls. So the engine runs
on arrays that write down each call they meet, forward and backward; then every call gets a fixed
place for its result, and a parameter's gradient its place in the optimizer's vector. From then on a
step is that list: no graph, no dispatch, no new memory, and the same bits.

Only what is certain is replayed. Each part of the model must be known to compute the same from the
same input. The step is written down for two batches, and both lists must be the same calls on the
same shapes and constants. Model, targets and options of the loss are looked at again when something
has run that could have changed them, and a loss that is not finite is computed again on the
ordinary path. Anything else, such as a value that is read out of an array, is a TypeError here, and
training stays on the ordinary path.
"""

from __future__ import annotations

import copy
import math
import operator
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from .. import functional, layers, losses
from ..engine.arrays import like
from ..engine.tensor import Primitive, Tensor, sweep
from ..layers import Module, walk
from ..losses import Loss
from ..optimizers import Optimizer
from .arguments import unwrapped
from .tape import Call, Traced, bound

PURE = (  # the same input always gives the same output, by the same calls
    *(layers.Linear, layers.ReLU, layers.LeakyReLU, layers.Sigmoid, layers.Tanh, layers.Softmax),
    *(layers.Flatten, layers.Sequential, layers.MLP, layers.Function),
)


class Double:
    """A copy of a model with tensors of its own: so the model itself is never touched."""

    def __init__(self, model: Module) -> None:
        own = [tensor for _, tensor in walk(model) if isinstance(tensor, Tensor)]
        self.tensors = {t: Tensor(t.data, t.requires_grad) for t in own}  # the model's -> its own
        self.model = copy.deepcopy(model, {id(t): other for t, other in self.tensors.items()})


class Step(NamedTuple):
    """The tape of a training step, and the arrays on it that have a meaning."""

    calls: list[Call]
    middle: int  # how many of the calls are the forward pass
    tensors: dict[Tensor, Traced]  # parameters and buffers of the model
    inputs: Traced
    targets: Traced
    value: Traced  # the loss
    gradients: dict[Tensor, Traced]  # of the parameters that the loss depends on

    @classmethod
    def written(cls, double: Double, loss: Loss, options: dict, x: Any, y: Any) -> Step:
        """Run the engine on a batch, and write down what it does."""
        tape: list[Call] = []
        tensors = {t: Traced(t.data, tape) for t in double.tensors}
        for tensor, traced in tensors.items():
            double.tensors[tensor].data = traced
        inputs = Traced(x, tape)
        y_pred = double.model(inputs)
        before, node = len(tape), loss(y, y_pred, **options).node  # checked as ever
        if node.args[1] is not y_pred or isinstance(node.options["weights"], np.ndarray):
            raise TypeError("every batch has another weight, or predictions are moved")
        del tape[before:]  # again, with targets that are another batch's another time
        targets = Traced(node.values[0], tape)
        value = Primitive.__call__(loss, targets, y_pred, **node.options)
        middle = len(tape)
        found = sweep(value, value.dtype.type(1), False)
        gradients = {t: found[other] for t, other in double.tensors.items() if other in found}
        calls = tape.copy()
        tape.clear()  # it and what it holds refer to each other
        return cls(calls, middle, tensors, inputs, targets, value.data, gradients)

    def description(self) -> tuple:
        """The step without its numbers: of two that have the same, one can stand for both."""
        given = (*self.tensors.values(), self.inputs, self.targets)
        arrays = [*given, *(call.result for call in self.calls)]
        number = {traced: i for i, traced in enumerate(arrays)}

        def described(value: Any) -> Any:
            if isinstance(value, Traced):
                return "array", number[value]
            if isinstance(value, (float, np.generic, np.ndarray)):
                array = np.asarray(value)
                return type(value), array.dtype, array.shape, array.tobytes()  # so NaN is NaN
            return value

        calls = [
            (c.function, c.options, [described(value) for value in (*c.args, c.result.owner)])
            for c in self.calls
        ]
        last = [number[traced] for traced in (self.value, *self.gradients.values())]
        return [traced.layout for traced in arrays], calls, self.middle, last


class Replay:
    """The loss of a batch as a function of its rows in x and y: ordinary at first, then replayed.

    It returns what knows ``float(loss)`` and ``loss.backward()``, itself once a step is captured.
    `row_options` are options of the loss with one number per row, such as its sample weights.
    """

    def __init__(
        self,
        model: Module,
        loss: Any,
        optimizer: Optimizer,
        x: Any,
        y: Any,
        row_options: Mapping[str, Any] | None = None,
        enabled: bool = True,
    ) -> None:
        self.model, self.loss, self.optimizer, self.x, self.y = model, loss, optimizer, x, y
        self.row_options, self.enabled = row_options or {}, enabled and not row_options
        self.captured, self.rows = False, np.arange(0)  # rows: of the first batch
        self.seen: list[Any] = []  # what the step consisted of when it was last written down

    def __call__(self, rows: np.ndarray) -> Any:
        if len(rows) == len(self.rows) and self.enabled:
            if not self.seen:
                self._try_to_capture(rows)
            if self.captured:
                for source, place in self.batch:
                    np.take(source, rows, 0, place, "clip")  # "clip": "raise" would copy first
                if math.isfinite(self.forward()):
                    return self
        self.rows = self.rows if len(self.rows) else rows
        rows = np.asarray(rows, like=like(self.x))
        options = {name: values[rows] for name, values in self.row_options.items()}
        return self.loss(self.y[rows], self.model(self.x[rows]), **options)

    def look_again(self) -> None:
        """To be called when something has run that may have changed model, loss or targets."""
        if not self.seen:
            return
        now = self._now()
        same = len(self.seen) == len(now) and all(map(operator.is_, self.seen, now))
        if not (same and np.array_equal(self.y, self.y_seen)):
            self.seen, self.captured = [], False

    def _now(self) -> list[Any]:
        """What the model consists of, and the options of the loss."""
        return [*_parts(self.model), *unwrapped(self.loss)[1].values()]

    def forward(self) -> Replay:
        """Compute the loss of the batch that is in place."""
        for call in self.forward_calls:
            call()
        return self

    def backward(self) -> None:
        """Put the gradient of every parameter into its place in the optimizer's vector."""
        for call in self.backward_calls:
            call()
        for parameter in self.reached:
            parameter.grad = parameter.grad_buffer

    def __float__(self) -> float:
        return float(self.value)

    def _try_to_capture(self, rows: np.ndarray) -> None:
        self.seen, self.y_seen = self._now(), self.y.copy()
        try:
            self.capture(rows)
        except (TypeError, ValueError):
            return
        self.captured = True

    def capture(self, rows: np.ndarray) -> None:
        """Write the step down for two batches, and give every array in it its place."""
        loss, options = _certain(self.model, self.loss)
        double, batches = Double(self.model), (self.rows, rows)
        other, step = (
            Step.written(double, loss, options, self.x[batch], self.y[batch]) for batch in batches
        )
        if other.description() != step.description():
            raise TypeError("two batches do not make the same calls")
        if not step.gradients.keys() <= set(self.optimizer.parameters):
            raise TypeError("a parameter is not the optimizer's")
        y = self._targets(loss, options, zip(batches, (other, step), strict=True))
        places = {traced: tensor.data for tensor, traced in step.tensors.items()}
        for parameter, g in step.gradients.items():
            if g in places or g.base is not None or g.layout[1] != parameter.grad_buffer.strides:
                raise TypeError("a gradient has no place of its own")
            places[g] = parameter.grad_buffer
        for traced in (step.inputs, step.targets, step.value):
            places[traced] = np.empty_like(traced.array)
        calls = bound(step.calls, places)
        self.forward_calls = list(filter(None, calls[: step.middle]))
        self.backward_calls = list(filter(None, calls[step.middle :]))
        self.batch = [(self.x, places[step.inputs]), (y, places[step.targets])]
        self.value = places[step.value]
        self.reached = list(step.gradients)

    def _targets(self, loss: Loss, options: dict, steps: Iterable[tuple]) -> Any:
        """What the loss compares with, arranged once for all rows."""
        y_pred = self.model(self.x[:1])
        any_pred = np.zeros((len(self.y), *y_pred.shape[1:]), y_pred.dtype)  # for its shape
        y = loss(self.y, Tensor(any_pred, requires_grad=True), **options).node.values[0]
        for rows, step in steps:
            targets = step.targets.array
            if targets.dtype != y.dtype or not np.array_equal(targets, y[rows]):
                raise TypeError("the targets of a row depend on its batch")
        return y


def _certain(model: Module, loss: Any) -> tuple[Loss, dict]:
    """The loss and its options, if from step to step nothing changes but the batch."""
    loss, options = unwrapped(loss)
    known = isinstance(loss, Loss) and getattr(losses, loss.__name__, None) is loss
    fixed = all(isinstance(value, (int, float, str, type(None))) for value in options.values())
    if not (known and fixed and all(map(_pure, _parts(model)))):
        raise TypeError("a module or the loss is not known to be pure")
    return loss, options


def _pure(part: Any) -> bool:
    """What computes must give the same output for the same input, by the same calls."""
    if isinstance(part, Module):
        return type(part) in PURE
    if isinstance(part, type):
        return True
    if isinstance(part, Primitive):
        return getattr(functional, part.__name__, None) is part
    return not callable(part) or isinstance(part, np.ufunc)


def _parts(model: Module) -> list[Any]:
    """All that a model consists of: two lists differ where any part of it was replaced."""
    parts: list[Any] = []
    for _, part in walk(model):
        held = (part.data, part.requires_grad) if isinstance(part, Tensor) else vars(part).values()
        parts += [part, type(part), *held]
        parts += [item for value in held if isinstance(value, (list, tuple)) for item in value]
    return parts
