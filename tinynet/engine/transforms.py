"""Functions that make functions: from f its gradient, Jacobian, Hessian, and products with them.

Run f on Tensors, then walk back. Arguments and results may be arrays, or lists,
tuples and dicts of arrays, nested as you like; a gradient has the structure of its argument, with
None for what is passed through as it is (None, text, whole numbers in arrays). Arrays in, arrays
out; Tensors in, Tensors out, so transforms nest to any depth.

>>> def f(x):
...     return np.sum(x ** 3)
>>> grad(f)(np.array([1.0, 2.0]))                                        # 3 x²
array([ 3., 12.])
>>> grad(lambda x: np.sum(grad(f)(x) ** 2))(np.array([1.0, 2.0]))        # 36 x³
array([ 36., 288.])
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .arrays import like
from .grad_mode import recording
from .methods import raw
from .tensor import Tensor

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]


def value_and_grad(f: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """From f, which returns one number, make a function that returns its value and gradient.

    `argnums` says which arguments to differentiate: one position, from the end if negative, or a
    tuple of them, for a tuple of gradients. TypeError where f returns anything but one number.

    >>> value, gradient = value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    >>> float(value), [float(g) for g in gradient]
    (6.0, [3.0, 2.0])
    """

    @functools.wraps(f)
    def function(*args: Any, **options: Any) -> tuple[Any, Any]:
        run = _Run(f, args, argnums, options)
        if isinstance(run.value, (list, tuple, dict)) or np.size(raw(run.value)) != 1:
            raise TypeError(
                f"a gradient needs one number, but {getattr(f, '__name__', 'f')} returned"
                f" {_described(run.value)}: reduce it with np.mean or np.sum, or use jacobian"
            )
        return run.leave(run.value), run.only(run.pull(np.ones_like(raw(run.value))))

    return function


def grad(f: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """From f, which returns one number, make its gradient; see `value_and_grad`.

    >>> parameters = {"w": np.array([1.0, 2.0]), "b": 0.5}
    >>> grad(lambda p: np.sum(p["w"]) * p["b"])(parameters)
    {'w': array([0.5, 0.5]), 'b': array(3.)}
    """
    both = value_and_grad(f, argnums)
    return functools.wraps(f)(lambda *args, **options: both(*args, **options)[1])


def jacobian(f: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """Make the function that returns all derivatives of f: for each output, one per input.

    For arrays its shape is (*shape of the output, *shape of the argument).

    >>> jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    """

    @functools.wraps(f)
    def function(*args: Any, **options: Any) -> Any:
        run = _Run(f, args, argnums, options)
        return _map(lambda y: run.only(run.rows(y)), run.value)

    return function


def hessian(f: Callable, argnums: int = 0) -> Callable:
    """Make the function that returns the second derivatives of f, which returns one number.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(f, argnums), argnums)


def vjp(f: Callable, *args: Any) -> tuple[Any, Callable]:
    """The value f(*args), and a function that takes v, like the value, to v · J for each argument.

    >>> value, pull = vjp(lambda x: x ** 2, np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    run = _Run(f, args, tuple(range(len(args))), {})
    return run.leave(run.value), run.pull


def jvp(f: Callable, args: Sequence, tangents: Sequence) -> tuple[Any, Any]:
    """The value f(*args), and J · tangents: how f moves when its arguments move that way.

    v · J is linear in v, and its derivative in v is J · tangents: two backward passes for one
    forward.

    >>> jvp(lambda x: x ** 2, [np.array([1.0, 2.0])], [np.array([1.0, 10.0])])
    (array([1., 4.]), array([ 2., 40.]))
    """
    _check_lists("jvp", args, tangents)
    run = _Run(f, args, tuple(range(len(args))), {})
    probe = _map(lambda y: _leaf(np.zeros_like(raw(y), np.float64), _OVER), run.value)
    pulled = _gradients(_inner(run.value, probe), run.leaves, True)
    moved = _inner(pulled, list(_leaves(tuple(tangents))))
    tangent = iter(_gradients(moved, list(_leaves(probe)), run.tensors))
    return run.leave(run.value), _map(lambda y: next(tangent), run.value)


def hvp(f: Callable, args: Sequence, vectors: Sequence) -> tuple:
    """The Hessian of f times `vectors`, one for each argument, without making the Hessian.

    >>> hvp(lambda x: np.sum(x ** 3), [np.array([1.0, 2.0])], [np.array([1.0, 10.0])])     # 6 x v
    (array([  6., 120.]),)
    """
    _check_lists("hvp", args, vectors)
    positions = tuple(range(len(args)))
    return vjp(grad(f, positions), *args)[1](tuple(vectors))  # the Hessian is symmetric


# --- one run of f, and what can be pulled out of it -----------------------------------------


_OVER = object()  # stands in .grad of our leaves when the run of f is over: they are nobody's


class _Run:
    """f called with Tensors of our own, our leaves, in the place of the arguments that matter."""

    def __init__(self, f: Callable, args: Sequence, argnums: Any, options: dict) -> None:
        self.single = not isinstance(argnums, (tuple, list))
        positions = [_position(i, len(args)) for i in ([argnums] if self.single else argnums)]
        entered = {i: _map(self.enter, args[i]) for i in positions}
        self.arguments = tuple(entered[i] for i in positions)
        self.leaves = [leaf for leaf in _leaves(self.arguments) if isinstance(leaf, Tensor)]
        if not self.leaves:
            raise TypeError(
                "only floats have gradients, and there are none in what is differentiated: convert"
                " with .astype(float), or choose another argument with argnums="
            )
        self.value = f(*(entered.get(i, arg) for i, arg in enumerate(args)), **options)
        for leaf in self.leaves:
            leaf.grad = _OVER
        if not recording.on:
            raise RuntimeError("nothing is recorded inside no_grad(), so there is no gradient")
        if not any(isinstance(y, Tensor) for y in _leaves(self.value)):
            warnings.warn(
                f"{getattr(f, '__name__', 'f')} returned no Tensor, so its gradient is 0: does it"
                " leave the graph by .data, .item() or float()?",
                stacklevel=3,
            )
        inputs = _leaves(tuple(args[i] for i in positions))
        self.tensors = any(isinstance(arg, Tensor) for arg in inputs) or _needs_others(
            self.value, self.leaves
        )

    def enter(self, value: Any) -> Any:
        """A Tensor of our own with this value; one from outside stays connected to its graph."""
        if isinstance(value, Tensor) and value.requires_grad:
            return np.copy(value)
        if np.iscomplexobj(raw(value)):
            raise TypeError(f"derivatives in complex numbers are not known here: {value!r}")
        floats = isinstance(value, (int, float)) and not isinstance(value, bool)
        floats = floats or getattr(value, "dtype", np.dtype(int)).kind == "f"
        return _leaf(raw(value)) if floats else value

    def pull(self, seed: Any) -> Any:
        """The gradient of Σ seed · value, a tuple with the structure of each argument."""
        if isinstance(seed, list) and not isinstance(self.value, (list, tuple, dict)):
            seed = np.asarray(seed, like=like(self.value))
        return self.filled(_gradients(_inner(self.value, seed), self.leaves, self.tensors))

    def filled(self, gradients: Sequence) -> Any:
        """The arguments with each leaf replaced by its gradient, and None for what is none."""
        queue = iter(gradients)
        return _map(lambda x: next(queue) if isinstance(x, Tensor) else None, self.arguments)

    def rows(self, y: Any) -> Any:
        """The gradients of every element of y, stacked in the shape of y."""
        shape, size = np.shape(raw(y)), np.size(raw(y))
        seeds = np.eye(size, like=like(y)).reshape(size, *shape)
        rows = [_gradients(_inner(y, seed), self.leaves, self.tensors) for seed in seeds]
        columns = zip(*rows, strict=True) if rows else [[np.zeros(0)] for _ in self.leaves]
        return self.filled(
            [
                np.reshape(np.stack(column), (*shape, *leaf.shape))
                for column, leaf in zip(columns, self.leaves, strict=True)
            ]
        )

    def only(self, gradients: tuple) -> Any:
        """The one gradient, where `argnums` was one position."""
        return gradients[0] if self.single else gradients

    def leave(self, value: Any) -> Any:
        """Back to arrays, if arrays came in."""
        return value if self.tensors else _map(raw, value)


def _leaf(array: Any, grad: Any = None) -> Tensor:
    """A Tensor of our own."""
    leaf = Tensor(array, requires_grad=True)
    leaf.grad = grad
    return leaf


def _described(value: Any) -> str:
    tree = isinstance(value, (list, tuple, dict))
    return f"a {type(value).__name__}" if tree else f"an array of shape {np.shape(raw(value))}"


def _position(argnum: int, count: int) -> int:
    """A position among `count` arguments, counted from the end if negative."""
    if not -count <= argnum < count:
        raise TypeError(
            f"argnums={argnum}, but f was called with {count} arguments by position: an argument"
            " that is differentiated cannot be given by name"
        )
    return argnum % count


def _check_lists(name: str, *arguments: Any) -> None:
    if not all(isinstance(argument, (list, tuple)) for argument in arguments):
        raise TypeError(
            f"{name} takes a list of arguments and a list of vectors, one for each argument:"
            f" {name}(f, [x], [v])"
        )


def _inner(ys: Any, vs: Any) -> Any:
    """Σ y · v over all their elements; a v must have the shape of its y, nothing is broadcast."""
    ys, vs = list(_leaves(ys)), list(_leaves(vs))
    if len(vs) != len(ys):
        raise ValueError(f"there are {len(vs)} vectors for {len(ys)} arrays: give one for each")
    for y, v in zip(ys, vs, strict=True):
        shape, expected = np.shape(raw(v)), np.shape(raw(y))
        if shape != expected:
            raise ValueError(f"a vector has shape {shape}, but its array {expected}: use the same")
    return sum(np.sum(y * v) for y, v in zip(ys, vs, strict=True))


def _gradients(total: Any, leaves: list[Tensor], create_graph: bool) -> list:
    """The gradient in each leaf; zeros where the total does not depend on any."""
    if not (isinstance(total, Tensor) and total.requires_grad):
        zeros = [np.zeros_like(leaf.data) for leaf in leaves]
        return [Tensor(zero) for zero in zeros] if create_graph else zeros
    gradients = total.gradient(*leaves, create_graph=create_graph)
    return [gradients] if len(leaves) == 1 else gradients


def _needs_others(value: Any, own: list[Tensor]) -> bool:
    """Does the value also depend on what somebody else may differentiate: a parameter that f closes
    over, or the leaf of a run around this one?"""
    seen, stack = set(own), [y for y in _leaves(value) if isinstance(y, Tensor)]
    while stack:
        tensor = stack.pop()
        if tensor in seen or not tensor.requires_grad:
            continue
        if tensor.node is None:
            if tensor.grad is not _OVER:
                return True
            continue
        seen.add(tensor)
        stack += [arg for arg in tensor.node.args if isinstance(arg, Tensor)]
    return False


# --- trees: lists, tuples and dicts of arrays -----------------------------------------------


def _map(function: Callable, tree: Any) -> Any:
    """The same structure, with the function applied to every array in it, in order."""
    if isinstance(tree, dict):
        return {key: _map(function, value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        mapped = [_map(function, value) for value in tree]
        return type(tree)(*mapped) if hasattr(tree, "_fields") else type(tree)(mapped)
    return None if tree is None else function(tree)


def _leaves(tree: Any) -> Iterator:
    """Every array in a structure, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        for value in tree:
            yield from _leaves(value)
    elif tree is not None:
        yield tree
