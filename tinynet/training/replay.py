"""Replay: a training step written down once as a list of NumPy calls, then run again and again.

The one idea: while shapes stay the same, every step makes the same NumPy calls. So the engine runs
on arrays that write down each call they meet, in the checks of the loss, forward and backward; then
every call gets a fixed place for its result, and a parameter's gradient its place in the
optimizer's vector. From then on a step is that list: no graph, no dispatch, no new memory, and the
same bits.

Only what is certain is replayed, by evidence. Each part of the model must be known to compute the
same from the same input. The step is written down for two batches, and both lists must be the same
calls on the same shapes and constants. Model and options of the loss are compared before each step.
Each question that was asked of a value, such as "are all of these classes?", is asked again, and a
batch with another answer is not replayed; nor is one whose loss or gradient is not finite, since a
sweep treats 0 · ∞ in its own way. Anything else, such as a value that is read out of an array, is a
TypeError here, and the step stays on the ordinary path.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import functional, layers, losses
from ..engine.tensor import Primitive, Tensor, sweep
from ..layers import Module, walk
from ..losses import Loss
from ..optimizers import Optimizer
from .arguments import name_of, unwrapped
from .tape import Call, Otherwise, Traced, bound, place_like

PURE = (  # the same input always gives the same output, by the same calls
    *(layers.Linear, layers.ReLU, layers.LeakyReLU, layers.Sigmoid, layers.Tanh, layers.Softmax),
    *(layers.ELU, layers.GELU, layers.SiLU, layers.Softplus, layers.LayerNorm, layers.Flatten),
    *(layers.Sequential, layers.Residual, layers.MLP, layers.Function),
)


class Double:
    """A copy of a model with tensors of its own: so the model itself is never touched."""

    def __init__(self, model: Module) -> None:
        own = [tensor for _, tensor in walk(model) if isinstance(tensor, Tensor)]
        self.tensors = {t: Tensor(t.data, t.requires_grad) for t in own}  # the model's -> its own
        self.model = copy.deepcopy(model, {id(t): other for t, other in self.tensors.items()})


class Written(NamedTuple):
    """The tape of a training step, and the arrays on it that have a meaning."""

    calls: list[Call]
    tensors: dict[Tensor, Traced]  # parameters and buffers of the model
    batch: list[Traced]  # x, y, and options of the loss with a number per row
    value: Traced  # the loss
    gradients: dict[Tensor, Traced]  # of the parameters that the loss depends on

    @classmethod
    def of(cls, double: Double, loss: Any, options: dict, x: Any, y: Any, **rows: Any) -> Written:
        """Run the engine on a batch, and write down what it does."""
        tape: list[Call] = []
        tensors = {t: Traced(t.data, tape) for t in double.tensors}
        for tensor, traced in tensors.items():
            double.tensors[tensor].data = traced
        inputs, targets, *others = batch = [Traced(array, tape) for array in (x, y, *rows.values())]
        per_row = dict(zip(rows, others, strict=True))
        value = loss(targets, double.model(inputs), **options, **per_row)
        if not value.requires_grad or value.shape != ():
            raise TypeError("the loss is not one number that depends on a parameter")
        found = sweep(value, value.dtype.type(1), False)
        gradients = {t: found[other] for t, other in double.tensors.items() if other in found}
        calls = tape.copy()
        tape.clear()  # it and what it holds refer to each other
        return cls(calls, tensors, batch, value.data, gradients)

    def description(self) -> tuple:
        """The step without its numbers: of two that have the same, one can stand for both."""
        arrays = [*self.tensors.values(), *self.batch, *(call.result for call in self.calls)]
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
        return [traced.layout for traced in arrays], calls, last


class Replay:
    """A step that is certain to be the same calls for every batch of one layout.

    Called with a batch, it gives the loss, and puts the gradient of every parameter into its place
    in the optimizer's vector. `Otherwise` says why it does not: then the ordinary path has to.
    """

    def __init__(
        self, model: Module, loss: Any, optimizer: Optimizer, batches: Sequence[dict]
    ) -> None:
        function, options = unwrapped(loss)
        double = Double(model)
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            other, step = (Written.of(double, function, options, **batch) for batch in batches)
        if other.description() != step.description():
            raise TypeError("two batches do not make the same calls")
        if not step.gradients.keys() <= set(optimizer.parameters):
            raise TypeError("a parameter is not the optimizer's")
        places = {traced: tensor.data for tensor, traced in step.tensors.items()}
        for parameter, g in step.gradients.items():
            if g in places or g.base is not None or g.layout[1] != parameter.grad_buffer.strides:
                raise TypeError("a gradient has no place of its own")
            places[g] = parameter.grad_buffer
        for traced in (*step.batch, step.value):
            places[traced] = place_like(traced.array)
        self.calls = bound(step.calls, places)
        self.batch, self.value = [places[traced] for traced in step.batch], places[step.value]
        self.gradient, self.reached = optimizer.gradient, list(step.gradients)
        self.others = [p for p in optimizer.parameters if p not in step.gradients]

    def __call__(self, x: Any, y: Any, *per_row: Any) -> Any:
        places = self.batch
        places[0][...], places[1][...] = x, y
        if per_row:
            for place, array in zip(places[2:], per_row, strict=True):
                place[...] = array
        return self._run()

    def of_rows(self, x: Any, y: Any, rows: np.ndarray) -> Any:
        """The same for some rows, which are taken straight to their place."""
        x.take(rows, 0, self.batch[0], "clip")  # "clip": "raise" would copy first
        y.take(rows, 0, self.batch[1], "clip")
        return self._run()

    def _run(self) -> Any:
        try:
            for call in self.calls:
                call()
        except (FloatingPointError, RuntimeWarning) as error:  # where the caller wants an error
            raise Otherwise(f"the machine reports: {error}") from None
        if not math.isfinite(self.value):
            raise Otherwise(f"its loss is {self.value}")
        if not math.isfinite(self.gradient.dot(self.gradient)):
            raise Otherwise("its gradient is not finite")
        for parameter in self.reached:
            parameter.grad = parameter.grad_buffer
        for parameter in self.others:
            parameter.grad = None
        return self.value[()]


# --- what is certain to stay the same ---------------------------------------------------------


class Same:
    """Equal to this very object alone: 0.0 is equal to −0.0, but does not compute the same."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: Any) -> bool:
        return other is self.value


class Parts:
    """All that a model and the options of a loss consist of, to be compared at a glance."""

    def __init__(self, model: Module, loss: Any, optimizer: Optimizer) -> None:
        found = [part for _, part in walk(model)]
        self.modules = [part for part in found if isinstance(part, Module)]
        self.tensors = [part for part in found if isinstance(part, Tensor)]
        self.options = unwrapped(loss)[1]
        self.types = [*map(type, self.modules)]
        self.wanted = [tensor.requires_grad for tensor in self.tensors]
        watched = set(optimizer.parameters)  # it says itself where their arrays were replaced
        self.arrays = [(t, t.data) for t in self.tensors if t not in watched]
        held = [self.options, *map(vars, self.modules)]
        self.held = [{name: _remembered(v) for name, v in inside.items()} for inside in held]

    def unchanged(self) -> bool:
        """Is each of them the very same object as before?"""
        modules = self.modules
        try:
            return (
                self.types == [*map(type, modules)]
                and self.wanted == [tensor.requires_grad for tensor in self.tensors]
                and self.held == [self.options, *map(vars, modules)]
                and not [tensor for tensor, data in self.arrays if tensor.data is not data]
            )
        except (TypeError, ValueError):  # two Tensors: only one that is the same is equal
            return False


def _remembered(value: Any) -> Any:
    """What is equal to the value only as long as it stays the same object, with the same items."""
    if isinstance(value, list):
        return list(map(_remembered, value))
    number = isinstance(value, (int, float, np.generic)) and not isinstance(value, bool)
    return Same(value) if number or np.size(getattr(value, "data", ())) == 1 else value


def uncertain(model: Module, loss: Any) -> str:
    """What may not be the same from step to step, though the batch has the same shape; or ''."""
    function, options = unwrapped(loss)
    if not (isinstance(function, Loss) and getattr(losses, function.__name__, None) is function):
        return f"the loss {name_of(loss)} is not known to be the same each time: it is your own"
    for name, value in options.items():
        if not isinstance(value, (int, float, str, type(None))):
            return f"the option {name}= of the loss can be changed in place: it is no number"
    for path, part in walk(model):
        held = [part.data] if isinstance(part, Tensor) else _held(part)
        for value in (part, *held):
            if not _pure(value) and (value is part or not isinstance(value, Module)):
                name = f" ({part.describe()})" if value is part else f": {value!r}"
                return f"{path or 'the model'}{name} is not known to compute the same each time"
    return ""


def _held(module: Module) -> list[Any]:
    """What a module holds itself, also in lists."""
    held = list(vars(module).values())
    return held + [item for value in held if isinstance(value, (list, tuple)) for item in value]


def _pure(part: Any) -> bool:
    """What computes must give the same output for the same input, by the same calls."""
    if isinstance(part, Module):
        return type(part) in PURE
    if isinstance(part, type):
        return True
    if isinstance(part, Primitive):
        return getattr(functional, part.__name__, None) is part
    return not callable(part) or isinstance(part, np.ufunc)
