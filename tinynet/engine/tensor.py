"""The engine: a Tensor remembers how it was computed and can walk back through it.

The one idea: **an operation is a NumPy function and one vector-Jacobian product (VJP) per
argument, each written once, as plain NumPy.** A VJP takes g, the gradient of the final value with
respect to the output y, and returns the gradient with respect to one argument:

    defvjp(np.multiply, lambda g, y, a, b: g * b,     # d(ab)/da = b
                        lambda g, y, a, b: g * a)     # d(ab)/db = a

NumPy hands every call that meets a Tensor back to us (NEP 13 and NEP 18), so one definition has
three readings: on raw arrays it is the forward or the backward pass; on Tensors the backward pass
records a graph of its own, so derivatives of any order come for free; and seen from the outside,
`np.mean((y_true - y_pred) ** 2)` is differentiable unchanged.
"""

from __future__ import annotations

import functools
import heapq
import inspect
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from . import errors
from .arrays import NUMBERS, as_array, operand
from .by_name import ByName
from .grad_mode import recording
from .graph import Node
from .methods import ArrayMethods, raw
from .zeros import OTHER, Kind, Watch, kind_of

_not_kept = errors.NotKept()
table: dict[Callable, Callable] = {}  # NumPy's function -> what runs when it meets a Tensor


class Primitive(ByName):
    """A differentiable operation: a function of arrays, and one VJP rule per argument.

    Called with arrays it is the function itself; called with Tensors it also records a node. With
    ``saves=True`` the function returns a tuple: the output, then arrays that its rules want to see
    again; rules then get the whole tuple as `y`. As a decorator it makes an operation of your own:

    >>> @primitive
    ... def cube(x):
    ...     return x * x * x
    >>> cube.defvjp(lambda g, y, x: g * 3 * x * x)
    <primitive cube>
    >>> x = Tensor(2.0, requires_grad=True)
    >>> float(cube(x).gradient(x))
    12.0
    """

    def __init__(self, forward: Callable, saves: bool = False) -> None:
        functools.update_wrapper(self, forward)
        self.forward, self.saves, self.kind = forward, saves, kind_of(forward)
        self.vjps: Any = defaultdict(lambda: self._no_vjp)  # position of the argument -> rule

    def defvjp(self, *vjps: Callable | None, kind: str | None = None) -> Primitive:
        """Give one rule ``vjp(g, y, *args, **options)`` per argument; None where there is none.

        ``kind="slope"`` says that they go element by element, so that a 0 stays 0: see zeros.py.
        """
        self.vjps.update((i, vjp) for i, vjp in enumerate(vjps) if vjp)
        self.kind = Kind(kind) if kind else self.kind
        return self

    def _no_vjp(self, *args: Any, **options: Any) -> Any:
        raise errors.no_rule(self.__name__)

    def __call__(self, *args: Any, **options: Any) -> Any:
        if options and Tensor in map(type, options.values()):
            args, options = self._by_position(args, options)
        values, needs_grad, any_tensor = [], [], False
        for i, arg in enumerate(args):
            if isinstance(arg, Tensor):
                any_tensor = True
                if arg.requires_grad:
                    needs_grad.append(i)
                arg = arg.data
            elif type(arg) not in NUMBERS:
                arg = operand(arg)
                if arg is not args[i]:
                    args = (*args[:i], arg, *args[i + 1 :])
            values.append(arg)
        try:
            output = self.forward(*values, **options)
        except (ValueError, IndexError) as error:
            raise errors.failed(self.__name__, error, values, options) from error
        saved: Any = ()
        if self.saves:
            output, *saved = output
        if not any_tensor:
            return output.traced(self, args, options) if hasattr(output, "traced") else output
        recorded = bool(needs_grad) and recording.on
        tensor = Tensor.__new__(Tensor)  # Tensor(output), without the checks
        tensor.data, tensor.requires_grad, tensor.name = output, bool(recorded), None
        tensor.grad = _not_kept
        tensor.node = Node(self, args, values, needs_grad, options, saved) if recorded else None
        if recorded and recorded is not True:
            recorded.made(tensor)  # the watcher of debug mode
        return tensor

    def _by_position(self, args: tuple, options: dict) -> tuple[tuple, dict]:
        """Tensors that were passed by name, by position; an option itself has no gradient."""
        bound = inspect.signature(self.forward).bind(*args, **options)
        for name, value in bound.kwargs.items():
            if isinstance(value, Tensor) and value.requires_grad:
                raise errors.no_gradient_of_option(self.__name__, name)
        return bound.args, {name: raw(value) for name, value in bound.kwargs.items()}

    def __repr__(self) -> str:
        return f"<primitive {self.__name__}>"


primitive = Primitive


def _dispatch(function: Callable) -> Callable:
    """What runs when NumPy's `function` meets a Tensor: never the bare function on the data."""
    if function in table:
        return table[function]
    raise errors.unknown_function(function)


def sweep(
    output: Tensor, gradient: Any, create_graph: bool, wanted: Collection[Tensor] = ()
) -> dict[Tensor, Any]:
    """The complete gradients of the leaves behind `output`, and of the tensors that are wanted.

    The chain rule: the gradient of argument i grows by vjp_i(g, y, *args). A node is newer than
    its arguments, so newest first meets a tensor only after all its users: no recursion is needed.
    """
    gradients, kept, watch = {output: gradient}, {}, Watch()
    queue, watcher = [(-output.node.number, output)] if output.node else [], recording.watcher
    if watcher:
        watcher.swept(output, wanted)
    with np.errstate(invalid="call", call=watch.flag, under="ignore"):  # see zeros.py
        while queue:
            tensor = heapq.heappop(queue)[1]
            g, node = gradients.pop(tensor), tensor.node
            if tensor in wanted:
                kept[tensor] = g
            operation, args, y = node.operation, node.values, tensor.data
            if operation.saves:
                y = (y, *node.saved)
            if create_graph:
                args, y = _on_graph(tensor)
            if operation.kind is OTHER and not watch.hidden:
                watch.search(node)
            for i in node.needs_grad:
                arg, rule = node.args[i], operation.vjps[i]
                part = rule(g, y, *args, **node.options)
                if watch.on:
                    part = watch.look(operation.kind, rule, part, g, y, *args, **node.options)
                if part.shape != arg.data.shape or part.dtype is not arg.data.dtype:
                    part = unbroadcast(part, arg.data, operation)
                if watcher:
                    watcher.pulled(node, i, part)
                if arg in gradients:
                    part = gradients[arg] + part
                elif arg.node:
                    heapq.heappush(queue, (-arg.node.number, arg))
                gradients[arg] = part
    return kept | gradients


def _on_graph(tensor: Tensor) -> tuple:
    """The arguments and y as Tensors, on which rules record; what was saved is computed anew."""
    node = tensor.node
    saves = node.operation.saves
    return node.args, node.operation.forward(*node.args, **node.options) if saves else tensor


def unbroadcast(gradient: Any, like: Any, operation: Primitive) -> Any:
    """Give a gradient its array's shape and dtype: here, and only here, broadcasting is undone."""
    summed = as_array(gradient)
    for _ in range(summed.ndim - like.ndim):  # axes that were added in front
        summed = np.add.reduce(summed)
    if summed.shape != like.shape:  # axes of length 1 that were repeated
        repeated = tuple(i for i, n in enumerate(like.shape[: summed.ndim]) if n == 1)
        summed = summed.sum(axis=repeated, keepdims=True)
    if summed.shape != like.shape:
        raise errors.wrong_gradient(operation.__name__, gradient.shape, like.shape)
    return summed if summed.dtype == like.dtype else summed.astype(like.dtype)


class Tensor(ArrayMethods):
    """An array that remembers how it was computed.

    Parameters
    ----------
    data : array_like
        Arrays are kept as they are, lists and Python numbers become float64, and what looks like an
        array (pandas, np.matrix) becomes one.
    requires_grad : bool
        Whether gradients with respect to this tensor are wanted (floats only).
    name : str, optional
        Shown in pictures of the graph and in messages.

    What `backward` finds is added up in `.grad`, of leaves only: tensors you made yourself.

    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> loss = np.sum(x ** 2)
    >>> loss.backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ("data", "grad", "grad_buffer", "requires_grad", "name", "node", "__weakref__")
    __hash__ = object.__hash__  # by identity, since == is elementwise

    def __init__(self, data: Any, requires_grad: bool = False, name: str | None = None) -> None:
        if data is None or isinstance(data, Tensor):
            raise errors.not_data(data)
        data = as_array(data, np.float64)
        if data.dtype.kind != "f":
            errors.check_kind(data.dtype, requires_grad)
        self.data, self.requires_grad, self.name = data, requires_grad, name
        self.grad: Any = None
        self.grad_buffer: Any = None  # where an optimizer wants it, see optimizers/base.py
        self.node: Any = None  # the Node that made it, or None for a leaf

    def backward(self, gradient: Any = None) -> None:
        """Add the gradient of this value to `.grad` of every leaf that it was computed from.

        `gradient` is the gradient of the final value with respect to this tensor: 1 unless given,
        so a tensor of more than one element needs it.
        """
        seed = self._seed(gradient)
        for tensor, g in sweep(self, seed, create_graph=False).items():
            if tensor.grad is not None:
                tensor.grad = as_array(tensor.grad + g)
            elif tensor.grad_buffer is None:
                tensor.grad = np.copy(g)
            else:
                tensor.grad_buffer[...] = g
                tensor.grad = tensor.grad_buffer

    def gradient(self, *xs: Tensor, gradient: Any = None, create_graph: bool = False) -> Any:
        """Return the gradient with respect to `xs`: an array for one, a list for several.

        With ``create_graph=True`` gradients are Tensors that can be differentiated again. A tensor
        that this value does not depend on gets zeros.

        >>> x = Tensor(2.0, requires_grad=True)
        >>> slope = (x ** 3).gradient(x, create_graph=True)     # 3 x²
        >>> float(slope.gradient(x))                            # 6 x
        12.0
        """
        if not (xs and all(getattr(x, "requires_grad", False) for x in xs)):
            raise errors.no_tensors(xs)
        seed = self._seed(gradient)
        if create_graph:
            seed = gradient if isinstance(gradient, Tensor) else Tensor(seed)
        gradients = sweep(self, seed, create_graph, wanted=set(xs))
        results = [gradients[x] if x in gradients else np.zeros_like(x.data) for x in xs]
        if create_graph:
            results = [g if isinstance(g, Tensor) else Tensor(g) for g in results]
        else:
            results = [np.copy(g) for g in results]
        return results[0] if len(results) == 1 else results

    def _seed(self, gradient: Any) -> Any:
        """The gradient that a backward pass starts from: 1, or the one given, checked."""
        if not self.requires_grad:
            raise errors.no_history()
        if gradient is None and self.size != 1:
            raise errors.not_one_number(self.shape)
        if gradient is None:
            array = not isinstance(self.data, np.generic)
            return np.ones_like(self.data) if array else self.dtype.type(1)
        gradient = as_array(raw(gradient), self.dtype).astype(self.dtype, copy=False)
        if gradient.shape != self.shape:
            raise ValueError(f"gradient= has shape {gradient.shape}, the tensor {self.shape}")
        return gradient

    def detach(self) -> Tensor:
        """The same data, cut off from the graph."""
        return Tensor(self.data, name=self.name)

    def __repr__(self) -> str:
        values = np.array2string(as_array(self.data), separator=", ", prefix="Tensor(")
        made = f", made by {self.node.operation.__name__}" if self.node else ""
        leaf = ", requires_grad=True" if self.requires_grad and not self.node else ""
        return f"Tensor({values}{leaf}{made}{f', name={self.name!r}' if self.name else ''})"

    # How NumPy finds us: np.exp(t) and array + t call the first of these, np.sum(t) the second.

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if list in map(type, inputs):
            inputs = tuple(np.asarray(x) if isinstance(x, list) else x for x in inputs)
        return _dispatch(function)(*inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return _dispatch(function)(*args, **options)
