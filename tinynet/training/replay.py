"""Replay: a training step written down once as a list of NumPy calls, then run again and again.

The one idea: while shapes stay the same, every step makes the same NumPy calls. So the engine runs
once on arrays that write down each call they meet, forward and backward; then every call gets a
fixed place for its result, and a parameter's gradient its place in the optimizer's vector. From
then on a step is that list: no graph, no dispatch, no new memory, and the same bits.

Only what is certain is replayed: layers of tinynet that are pure functions, a loss of the
catalogue, batches of one size. Anything else, such as a value that is read out of an array, is a
TypeError here, and training stays on the ordinary path.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from .. import layers, losses
from ..engine.methods import ArrayMethods
from ..engine.tensor import Primitive, Tensor, sweep
from ..layers import Module, modules
from ..losses.base import Loss
from ..losses.reduction import weights
from ..optimizers import Optimizer

PURE = (  # the same input always gives the same output, by the same calls
    *(layers.Linear, layers.ReLU, layers.LeakyReLU, layers.Sigmoid, layers.Tanh, layers.Softmax),
    *(layers.Flatten, layers.Sequential, layers.MLP),
)


# --- writing down ---------------------------------------------------------------------------


class Call(NamedTuple):
    """One line of the tape: a NumPy function, what it was given, and what came out."""

    function: Callable
    args: tuple
    options: dict
    result: Traced


class Traced(ArrayMethods):
    """An array that writes every call it meets on a tape; what it cannot write down, it refuses."""

    __slots__ = ("array", "base", "tape")
    __hash__ = object.__hash__  # by identity

    def __init__(self, array: Any, tape: list[Call], base: Traced | None = None) -> None:
        self.array, self.tape, self.base = array, tape, base

    shape = property(lambda self: self.array.shape)
    ndim = property(lambda self: self.array.ndim)
    size = property(lambda self: self.array.size)
    dtype = property(lambda self: self.array.dtype)
    owner = property(lambda self: self if self.base is None else self.base)  # of the memory
    layout = property(lambda self: (self.shape, self.array.strides, self.dtype))

    def traced(self, *call: Any) -> Traced:
        """The result of a primitive: itself, since the calls inside are on the tape."""
        return self

    def __getattr__(self, name: str) -> Any:
        raise TypeError(f".{name}: the next batch has other values")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(x, Tensor) for x in inputs):
            return NotImplemented  # it records the operation, and comes back with its array
        known = {"__call__": set(), "reduce": {"axis", "keepdims"}}
        if method not in known or options.keys() - known[method]:
            raise TypeError(f"{ufunc.__name__}.{method} with {list(options)}")
        return self._written(ufunc if method == "__call__" else ufunc.reduce, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if Tensor in types:
            return NotImplemented
        if function in REDUCTIONS and options.keys() <= {"axis", "keepdims"}:
            return self._written(REDUCTIONS[function], args, {"axis": None, **options})
        if function in OTHERS and not options:
            return self._written(OTHERS[function], args, options)
        if function in VIEWS:
            return self._written(function, args, options, base=self.owner)
        raise TypeError(f"{function.__name__} is not known here")

    def _written(self, function: Any, args: tuple, options: dict, base: Any = None) -> Traced:
        array = function(*(a.array if isinstance(a, Traced) else a for a in args), **options)
        if base is not None and not np.may_share_memory(array, base.array):
            raise TypeError("a copy where a view was expected")
        result = Traced(array, self.tape, base)
        self.tape.append(Call(function, args, options, result))
        return result


def _select(condition: Any, a: Any, b: Any, out: Any = None) -> Any:
    """np.where, which itself takes no place for its result."""
    out = np.where(condition, a, b) if out is None else out
    np.copyto(out, b)
    np.copyto(out, a, where=condition)
    return out


REDUCTIONS = {np.sum: np.add.reduce, np.max: np.maximum.reduce, np.min: np.minimum.reduce}
OTHERS = {np.where: _select, np.clip: np.clip}
VIEWS = {np.reshape, np.expand_dims, np.squeeze, np.transpose, np.swapaxes, np.broadcast_to}


# --- giving every result a place ------------------------------------------------------------


def bound(tape: list[Call], places: dict[Traced, np.ndarray]) -> list[Callable | None]:
    """The calls of a tape with a fixed array for every argument and result; None for a view.

    `places` says where some arrays are and stay. The others use memory again as soon as nobody
    needs it; an elementwise call may write over an argument that is not needed afterwards.
    """
    traced = [[arg for arg in call.args if isinstance(arg, Traced)] for call in tape]
    last = {arg.owner: i for i, args in enumerate(traced) for arg in args}
    stay, free = set(places), defaultdict(list)

    def release(owners: set[Traced]) -> None:
        for owner in owners:
            free[owner.layout].append(places[owner])

    calls: list[Callable | None] = []
    for i, (function, args, options, result) in enumerate(tape):
        args = tuple(places[arg] if isinstance(arg, Traced) else arg for arg in args)
        if result.base is not None:  # a view, made once: it shows whatever is there at the time
            places[result] = function(*args, **options)
            calls.append(None)
            continue
        ending = {arg.owner for arg in traced[i] if last[arg.owner] == i} - stay
        if isinstance(function, np.ufunc) and function.signature is None:  # elementwise
            release(ending)
            ending = set()
        if result not in places:
            unused = free[result.layout]
            places[result] = unused.pop() if unused else np.empty_like(result.array)
        release(ending)
        calls.append(_ready(function, args, options, places[result]))
    return calls


def _ready(function: Callable, args: tuple, options: dict, place: np.ndarray) -> Callable:
    """The call with a place for its result. For speed, numbers become arrays here, once for all."""
    dtypes = {arg.dtype for arg in args if hasattr(arg, "dtype")}
    if isinstance(function, np.ufunc) and len(dtypes) == 1 and min(dtypes).kind == "f":
        args = tuple(np.asarray(arg, *dtypes) for arg in args)
    if isinstance(function, np.ufunc) and function not in (np.maximum, np.minimum):
        return functools.partial(function, *args, place)  # by position: a little faster
    return functools.partial(function, *args, **options, out=place)


# --- one step -------------------------------------------------------------------------------


class Replay:
    """The loss of a batch as a function of its rows in x and y: ordinary at first, then replayed.

    It returns what knows ``float(loss)`` and ``loss.backward()``, itself once a step is captured.
    """

    def __init__(
        self, model: Module, loss: Any, optimizer: Optimizer, x: Any, y: Any, enabled: bool = True
    ) -> None:
        self.model, self.loss, self.optimizer, self.x, self.y = model, loss, optimizer, x, y
        self.enabled, self.captured, self.size = enabled, False, 0  # size: of a replayed batch

    def __call__(self, rows: np.ndarray) -> Any:
        if len(rows) == self.size and self.enabled and not self.captured:
            tape: list[Call] = []
            try:
                self.capture(rows, tape)
            except (TypeError, ValueError):
                self.enabled = False
            self.captured = self.enabled
            tape.clear()  # it and what it holds refer to each other
        if len(rows) == self.size and self.captured:
            for source, place in self.batch:
                np.take(source, rows, 0, place, "clip")  # "clip": "raise" would make a copy first
            return self.forward()
        self.size = self.size or len(rows)
        return self.loss(self.y[rows], self.model(self.x[rows]))

    def forward(self) -> Replay:
        """Compute the loss of the batch that is in place."""
        for call in self.predict:
            call()
        return self

    def backward(self) -> None:
        """Put the gradient of every parameter into its place in the optimizer's vector."""
        for call in self.pull:
            call()
        for parameter in self.reached:
            parameter.grad = parameter.grad_buffer

    def __float__(self) -> float:
        return float(self.value)

    def capture(self, rows: np.ndarray, tape: list[Call]) -> None:
        """Write down the step for these rows, and give every array in it its place."""
        loss, options = self._certain()
        reduction = options.pop("reduction", "mean")
        inputs = Traced(self.x[rows], tape)
        parameters = {p: Traced(p.data, tape) for p in self.optimizer.parameters}
        places = {traced: p.data for p, traced in parameters.items()}
        with _standing_in(parameters):
            y_pred = self.model(inputs)
            loss.arrange(self.y[rows], y_pred.detach(), **options)  # does it fit?
            like = np.zeros((len(self.y), *y_pred.shape[1:]), y_pred.dtype)  # for its shape
            (y, _), counts, options = loss.arrange(self.y, like, **options)  # once for all steps
            if counts is not None:
                raise TypeError("every batch has another weight")
            targets = Traced(y[rows], tape)
            shape = loss.shape((None, y_pred))
            w = weights(loss.__name__, reduction, shape, y_pred.dtype)
            options |= {"reduction": reduction, "weights": w}
            value = Primitive.__call__(loss, targets, y_pred, **options)
            middle = len(tape)
            gradients = {t: g for t, g in sweep(value, value.dtype.type(1), False) if not t.node}
        for parameter, g in gradients.items():
            if parameter not in parameters:
                raise TypeError("a parameter is not the optimizer's")
            buffer = parameter.grad_buffer
            if g in places or g.base is not None or g.array.strides != buffer.strides:
                g = np.positive(g)  # its place is taken: the optimizer gets a copy
            places[g] = buffer
        places |= {traced: np.empty_like(traced.array) for traced in (inputs, targets, value.data)}
        calls = bound(tape, places)
        self.predict, self.pull = (list(filter(None, c)) for c in (calls[:middle], calls[middle:]))
        self.batch = [(self.x, places[inputs]), (y, places[targets])]
        self.value, self.reached = places[value.data], list(gradients)

    def _certain(self) -> tuple[Loss, dict]:
        """The loss and its options, if from step to step nothing changes but the batch."""
        pure = all(map(_pure, modules(self.model)))
        options = dict(getattr(self.loss, "keywords", {}))  # of a functools.partial
        loss = getattr(self.loss, "func", self.loss)
        known = isinstance(loss, Loss) and getattr(losses, loss.__name__, None) is loss
        if not (pure and known and options.keys() <= loss.own_options | {"reduction"}):
            raise TypeError("a module or the loss is not known to be pure")
        return loss, options


def _pure(module: Module) -> bool:
    """Is the output decided by the input, by this kind of module itself?"""
    if isinstance(module, layers.Function):
        return isinstance(module.function, np.ufunc)
    inside = getattr(module, "layers", [])
    own = "forward" in vars(module) or not all(isinstance(layer, Module) for layer in inside)
    return type(module) in PURE and not own


@contextmanager
def _standing_in(parameters: dict[Tensor, Traced]) -> Iterator[None]:
    """Inside, the parameters hold traced arrays."""
    try:
        for parameter, traced in parameters.items():
            parameter.data = traced
        yield
    finally:
        for parameter, traced in parameters.items():
            parameter.data = traced.array
