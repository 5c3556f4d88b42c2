"""The rule table: NumPy's functions and their derivatives, a row each.

A rule is ``vjp(g, y, *args, **options)``: g is the gradient of the final value with respect to the
output y, and the rule returns the gradient with respect to one argument. Rules are pure NumPy: on
arrays they compute, on Tensors they record, which is what makes second derivatives work. They do
not undo broadcasting; the sweep does that once for all (tensor.py).

Where a function has a corner, its gradient there is:

- `abs` at 0: 0. `maximum`, `minimum`, `max`, `min` with ties: shared equally.
- `hypot` and `arctan2` at (0, 0), `std` of equal numbers: 0.
- `clip` at a bound: passes the gradient. `x ** 0`: 0, also at x = 0.
- `sqrt` at 0, `log` at 0 and their like: infinite, unless g is 0 there; then it stays 0.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .methods import raw
from .registry import compose, defvjp, no_gradient
from .tensor import primitive, table


def chain(g: Any, slope: Any) -> Any:
    """``g * slope`` for slopes that can be infinite: where g is 0, the product stays 0.

    So `np.where(x > 0, np.sqrt(x), 0)` has a gradient of 0, not NaN, where x is not positive.
    """
    unused = (g == 0) & ~np.isfinite(slope)
    return g * np.where(unused, 0.0, slope)


# --- elementwise: one argument --------------------------------------------------------------

defvjp(np.negative, lambda g, y, x: -g)
defvjp(np.positive, lambda g, y, x: g)
defvjp(np.copy, lambda g, y, x: g)
defvjp(np.absolute, lambda g, y, x: g * np.sign(x))
defvjp(np.fabs, lambda g, y, x: g * np.sign(x))
defvjp(np.square, lambda g, y, x: g * 2 * x)
defvjp(np.sqrt, lambda g, y, x: chain(g, 0.5 / y))
defvjp(np.cbrt, lambda g, y, x: chain(g, 1 / (3 * y * y)))
defvjp(np.reciprocal, lambda g, y, x: chain(g, -1 / (x * x)))
defvjp(np.exp, lambda g, y, x: g * y)
defvjp(np.exp2, lambda g, y, x: g * y * math.log(2))
defvjp(np.expm1, lambda g, y, x: g * (y + 1))
defvjp(np.log, lambda g, y, x: chain(g, 1 / x))
defvjp(np.log2, lambda g, y, x: chain(g, 1 / (x * math.log(2))))
defvjp(np.log10, lambda g, y, x: chain(g, 1 / (x * math.log(10))))
defvjp(np.log1p, lambda g, y, x: chain(g, 1 / (1 + x)))
defvjp(np.sin, lambda g, y, x: g * np.cos(x))
defvjp(np.cos, lambda g, y, x: g * -np.sin(x))
defvjp(np.tan, lambda g, y, x: g * (1 + y * y))
defvjp(np.arcsin, lambda g, y, x: chain(g, 1 / np.sqrt(1 - x * x)))
defvjp(np.arccos, lambda g, y, x: chain(g, -1 / np.sqrt(1 - x * x)))
defvjp(np.arctan, lambda g, y, x: g / (1 + x * x))
defvjp(np.sinh, lambda g, y, x: g * np.cosh(x))
defvjp(np.cosh, lambda g, y, x: g * np.sinh(x))
defvjp(np.tanh, lambda g, y, x: g * (1 - y * y))
defvjp(np.arcsinh, lambda g, y, x: g / np.sqrt(x * x + 1))
defvjp(np.arccosh, lambda g, y, x: chain(g, 1 / np.sqrt(x * x - 1)))
defvjp(np.arctanh, lambda g, y, x: chain(g, 1 / (1 - x * x)))
for degrees in (np.degrees, np.rad2deg):
    defvjp(degrees, lambda g, y, x: g * (180 / np.pi))
for radians in (np.radians, np.deg2rad):
    defvjp(radians, lambda g, y, x: g * (np.pi / 180))

# --- elementwise: two arguments -------------------------------------------------------------


def _power_base(g: Any, y: Any, x: Any, p: Any) -> Any:
    return chain(g, p * x ** np.where(p == 0, 1, p - 1))  # x⁰ is flat, also where x = 0


def _power_exponent(g: Any, y: Any, x: Any, p: Any) -> Any:
    return chain(g, y * np.log(np.where(x == 0, 1, x)))  # 0ᵖ is flat for p > 0


def _larger(a: Any, b: Any) -> Any:
    """1 where a is larger, 0 where b is, ½ where they tie."""
    return np.where(a == b, 0.5, a > b)


def _nonzero(x: Any) -> Any:
    return np.where(x == 0, 1.0, x)


defvjp(np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
defvjp(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
defvjp(np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
defvjp(np.divide, lambda g, y, a, b: chain(g, 1 / b), lambda g, y, a, b: chain(g, -y / b))
defvjp(np.power, _power_base, _power_exponent)
defvjp(np.float_power, _power_base, _power_exponent)
defvjp(np.remainder, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.floor(a / b))
defvjp(np.fmod, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.trunc(a / b))
defvjp(np.maximum, lambda g, y, a, b: g * _larger(a, b), lambda g, y, a, b: g * _larger(b, a))
defvjp(np.minimum, lambda g, y, a, b: g * _larger(b, a), lambda g, y, a, b: g * _larger(a, b))
defvjp(np.hypot, lambda g, y, a, b: g * a / _nonzero(y), lambda g, y, a, b: g * b / _nonzero(y))
defvjp(
    np.arctan2,
    lambda g, y, a, b: g * b / _nonzero(a * a + b * b),
    lambda g, y, a, b: -g * a / _nonzero(a * a + b * b),
)
defvjp(
    np.logaddexp,
    lambda g, y, a, b: g * np.exp(a - y),
    lambda g, y, a, b: g * np.exp(b - y),
)
defvjp(
    np.logaddexp2,
    lambda g, y, a, b: g * np.exp2(a - y),
    lambda g, y, a, b: g * np.exp2(b - y),
)


@primitive
def where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


where.defvjp(
    None,
    lambda g, y, condition, a, b: np.where(condition, g, 0.0),
    lambda g, y, condition, a, b: np.where(condition, 0.0, g),
)
compose(np.where, lambda condition, *ab: where(condition, *ab) if ab else np.nonzero(condition))


@primitive
def clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    return (x >= (-np.inf if low is None else low)) & (x <= (np.inf if high is None else high))


clip.defvjp(
    lambda g, y, x, low, high: g * _inside(x, low, high),
    lambda g, y, x, low, high: g * (x < low),
    lambda g, y, x, low, high: g * (x > high),
)
compose(
    np.clip,
    lambda a, a_min=None, a_max=None, *, min=None, max=None: clip(
        a, min if a_min is None else a_min, max if a_max is None else a_max
    ),
)

# --- reductions -----------------------------------------------------------------------------


def _expand(g: Any, axis: Any, keepdims: bool) -> Any:
    """Give a reduced array the axes back that were summed away, with length 1."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _count(x: Any, axis: Any) -> int:
    """How many elements were reduced into one."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis)
    return int(np.prod([x.shape[i] for i in axes]))


def _sum(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.broadcast_to(_expand(g, axis, keepdims), x.shape)


def _mean(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _sum(g, y, x, axis, keepdims) / _count(x, axis)


def _extremum(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    chosen = x == _expand(y, axis, keepdims)  # ties share the gradient
    return _expand(g, axis, keepdims) * (chosen / np.sum(chosen, axis=axis, keepdims=True))


def _var(g: Any, y: Any, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    return _expand(g, axis, keepdims) * deviation * (2 / (_count(x, axis) - ddof))


def _std(g: Any, y: Any, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return _var(0.5 * g / _nonzero(y), y, x, axis, ddof, keepdims)


def _prod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Multiply in pairs: unlike y / x, its derivative is right where elements are 0."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(a.ndim, 1))
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    shape = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    rows = np.reshape(np.transpose(a, axes + kept), (-1, *(a.shape[i] for i in kept)))
    if len(rows) == 0:
        return np.sum(a, axis=axis, keepdims=keepdims) + 1
    while len(rows) > 1:
        half = len(rows) // 2
        rows = np.concatenate([rows[:half] * rows[half : 2 * half], rows[2 * half :]])
    return np.reshape(rows, shape if keepdims else [a.shape[i] for i in kept])


defvjp(np.sum, _sum)
defvjp(np.mean, _mean)
defvjp(np.var, _var)
defvjp(np.std, _std)
compose(np.prod, _prod, arity=1)
for extremum in (np.max, np.amax, np.min, np.amin):
    defvjp(extremum, _extremum)


def _reduce(function: Callable) -> Callable:
    return lambda a, axis=0, keepdims=False: function(a, axis=axis, keepdims=keepdims)


compose(np.add.reduce, _reduce(np.sum))
compose(np.multiply.reduce, _reduce(np.prod))
compose(np.maximum.reduce, _reduce(np.max))
compose(np.minimum.reduce, _reduce(np.min))

# --- products -------------------------------------------------------------------------------


def matmul_left(g: Any, y: Any, a: Any, b: Any, bias: Any = None) -> Any:
    """For a in a @ b, or in a @ b + bias."""
    if b.ndim == 1:
        return g[..., None] * b
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return g @ b.mT


def matmul_right(g: Any, y: Any, a: Any, b: Any, bias: Any = None) -> Any:
    """For b in a @ b, or in a @ b + bias."""
    if a.ndim == 1:
        return g * a if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 1:
        return (a.mT @ g[..., None])[..., 0]
    return a.mT @ g


def _dot(a: Any, b: Any) -> Any:
    """np.dot in terms of matmul, with the extra axes that make them agree."""
    a_ndim, b_ndim = np.ndim(a), np.ndim(b)
    if a_ndim == 0 or b_ndim == 0:
        return np.multiply(a, b)
    if b_ndim <= 2:
        return np.matmul(a, b)
    spread = np.reshape(a, (*np.shape(a)[:-1], *[1] * (b_ndim - 1), np.shape(a)[-1]))
    return np.squeeze(np.matmul(spread, b), axis=-2)


defvjp(np.matmul, matmul_left, matmul_right)
compose(np.dot, _dot)

# --- shape ----------------------------------------------------------------------------------


def _unpermuted(g: Any, y: Any, x: Any, axes: Any = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort(np.asarray(axes) % x.ndim))


defvjp(np.reshape, lambda g, y, x, shape: np.reshape(g, x.shape))
defvjp(np.ravel, lambda g, y, x: np.reshape(g, x.shape))
defvjp(np.expand_dims, lambda g, y, x, axis: np.reshape(g, x.shape))
defvjp(np.squeeze, lambda g, y, x, axis=None: np.reshape(g, x.shape))
defvjp(np.transpose, _unpermuted)
defvjp(np.swapaxes, lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
defvjp(np.broadcast_to, lambda g, y, x, shape: g)  # the sweep sums over the repeated axes


@primitive
def astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


astype.defvjp(lambda g, y, x, dtype: g)  # the sweep gives g the dtype of x
table[np.ndarray.astype] = astype

# --- joining and indexing -------------------------------------------------------------------


@primitive
def concatenate(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis)


def _part(i: int, g: Any, y: Any, *arrays: Any, axis: int = 0) -> Any:
    """The piece of g that belongs to array i."""
    start = sum(array.shape[axis] for array in arrays[:i])
    index = [slice(None)] * g.ndim
    index[axis] = slice(start, start + arrays[i].shape[axis])
    return g[tuple(index)]


def _join(arrays: Any, axis: int | None = 0) -> Any:
    if axis is None:
        return concatenate(*(np.ravel(array) for array in arrays))
    return concatenate(*arrays, axis=axis)


def _stack(arrays: Any, axis: int = 0) -> Any:
    return concatenate(*(np.expand_dims(array, axis) for array in arrays), axis=axis)


@primitive
def getitem(x: Any, index: Any) -> Any:
    return x[index]


@primitive
def scatter(g: Any, shape: tuple, index: Any) -> Any:
    """Zeros of that shape, with g added at index: an element that is indexed twice gets both."""
    out = np.zeros_like(g, shape=shape)
    np.add.at(out, index, g)
    return out


class _Parts:
    """One rule for any number of arguments, told the position of its own."""

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(_part, i)


concatenate.vjps = _Parts()
compose(np.concatenate, _join)
compose(np.stack, _stack)
getitem.defvjp(lambda g, y, x, index: scatter(g, x.shape, index))
scatter.defvjp(lambda g, y, values, shape, index: g[index])
compose(operator.getitem, lambda x, index: getitem(x, raw(index)))

# --- no gradient: piecewise constant, or about the array rather than its values -------------

no_gradient(
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
    *(
        np.sign,
        np.heaviside,
        np.floor,
        np.ceil,
        np.rint,
        np.trunc,
        np.round,
        np.around,
        np.floor_divide,
    ),
    *(np.isnan, np.isinf, np.isfinite, np.signbit, np.isclose, np.allclose, np.array_equal),
    *(np.argmax, np.argmin, np.argsort, np.argwhere, np.nonzero, np.flatnonzero),
    *(np.count_nonzero, np.any, np.all, np.unique, np.searchsorted, np.digitize, np.bincount),
    *(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj),
    *(np.zeros_like, np.ones_like, np.empty_like, np.full_like),
    *(np.shares_memory, np.may_share_memory, np.array_repr, np.array_str, np.array2string),
)
