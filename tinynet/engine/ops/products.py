"""Products of matrices, vectors and tensors: linear in each factor.

The derivative of a product with respect to one factor is a product of the same kind,
of g and the other factors. For y = a @ b the rules are g @ bᵀ and aᵀ @ g.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..registry import OfNumPy, compose, defvjp

# --- matrices and vectors -------------------------------------------------------------------


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


def _vecdot(x1: Any, x2: Any, axis: int = -1) -> Any:
    """Rows times columns: (..., 1, n) @ (..., n, 1)."""
    row = np.expand_dims(np.moveaxis(x1, axis, -1), -2)
    column = np.expand_dims(np.moveaxis(x2, axis, -1), -1)
    return np.squeeze(np.matmul(row, column), axis=(-2, -1))


defvjp(np.matmul, matmul_left, matmul_right)
defvjp(
    np.vdot,
    lambda g, y, a, b: g * np.reshape(b, np.shape(a)),
    lambda g, y, a, b: g * np.reshape(a, np.shape(b)),
)
for outer in (np.outer, np.linalg.outer):
    defvjp(
        outer,
        lambda g, y, a, b: np.reshape(g @ np.ravel(b), np.shape(a)),
        lambda g, y, a, b: np.reshape(np.ravel(a) @ g, np.shape(b)),
    )
compose(np.dot, _dot)
compose(np.linalg.matmul, lambda x1, x2: np.matmul(x1, x2))
compose(np.vecdot, _vecdot)
compose(np.linalg.vecdot, _vecdot)
if hasattr(np, "matvec"):  # NumPy 2.2
    compose(np.matvec, lambda x1, x2: np.matmul(x1, x2[..., None])[..., 0])
    compose(np.vecmat, lambda x1, x2: np.matmul(x1[..., None, :], x2)[..., 0, :])


# --- tensors: tensordot, inner, kron, and the outer of a ufunc ------------------------------


def _summed(a: Any, b: Any, axes: Any) -> list:
    """The axes of a and of b that np.tensordot sums over."""
    if isinstance(axes, (int, np.integer)):
        axes = range(-axes, 0), range(axes)
    pairs = zip(axes, (a, b), strict=True)
    return [np.ravel(part).astype(int) % max(np.ndim(x), 1) for part, x in pairs]


def _tensordot_left(g: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum over the axes that b kept; what remains are the axes of a, which are put in order."""
    a_axes, b_axes = _summed(a, b, axes)
    b_kept = [i for i in range(np.ndim(b)) if i not in b_axes]
    kept = np.ndim(a) - len(a_axes)
    back = np.tensordot(g, b, (range(kept, np.ndim(g)), b_kept))  # a's kept axes, b's summed ones
    return np.moveaxis(back, range(kept, np.ndim(a)), a_axes[np.argsort(b_axes)])


def _tensordot_right(g: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Swap a and b: then it is the rule above."""
    a_axes, b_axes = _summed(a, b, axes)
    kept = np.ndim(a) - len(a_axes)
    swapped = np.moveaxis(g, range(kept), range(-kept, 0))
    return _tensordot_left(swapped, y, b, a, (b_axes, a_axes))


def _inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, axes=(-1, -1))


def _kron(a: Any, b: Any) -> Any:
    """Each axis of the result is a pair of axes, one of a and one of b."""
    ndim = max(np.ndim(a), np.ndim(b))
    a, b = (np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x)) for x in (a, b))
    firsts, seconds = tuple(range(0, 2 * ndim, 2)), tuple(range(1, 2 * ndim, 2))
    pairs = np.multiply(np.expand_dims(a, seconds), np.expand_dims(b, firsts))
    return np.reshape(pairs, tuple(n * m for n, m in zip(a.shape, b.shape, strict=True)))


def _outer(ufunc: np.ufunc) -> Callable:
    """Every element of a with every element of b."""
    return lambda a, b: ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


defvjp(np.tensordot, _tensordot_left, _tensordot_right)
compose(np.linalg.tensordot, lambda x1, x2, axes=2: np.tensordot(x1, x2, axes))
compose(np.inner, _inner)
compose(np.kron, _kron)
for ufunc in (
    *(np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power, np.remainder),
    *(np.fmod, np.maximum, np.minimum, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2),
):
    compose(ufunc.outer, _outer(ufunc))


# --- einsum ---------------------------------------------------------------------------------


einsum = OfNumPy(np.einsum)  # with one letter for each axis, and an output: "ij,jk->ik"
_LETTERS = string.ascii_uppercase + string.ascii_lowercase


def _einsum(*operands: Any, optimize: Any = False) -> Any:
    if isinstance(operands[0], str):
        subscripts, *arrays = operands
    else:  # np.einsum(a, [0, 1], b, [1, 2], [0, 2])
        arrays, labels = list(operands[: len(operands) // 2 * 2 : 2]), operands[1::2]
        subscripts = ",".join(map(_spelled, labels))
        if len(operands) % 2:
            subscripts += "->" + _spelled(operands[-1])
    return einsum(_explicit(subscripts.replace(" ", ""), arrays), *arrays, optimize=optimize)


def _spelled(labels: Sequence) -> str:
    return "".join("..." if label is ... else _LETTERS[label] for label in labels)


def _explicit(subscripts: str, arrays: Sequence) -> str:
    """The same, with letters for "..." and an output: "...ij,j" becomes "Aij,j->Ai"."""
    spare = "".join(letter for letter in _LETTERS if letter not in subscripts)
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(arrays):
        raise ValueError(f"einsum: {subscripts!r} is for {len(terms)} arrays, not {len(arrays)}")
    named = zip(terms, map(np.ndim, arrays), strict=True)
    widths = [ndim - len(term) + 3 if "..." in term else 0 for term, ndim in named]
    most = max(widths)
    if not arrow:
        once = [label for label in sorted(set(inputs) - {",", "."}) if inputs.count(label) == 1]
        output = "..." + "".join(once)
    if most and "..." not in output:
        raise ValueError(f'einsum: {subscripts!r} has "..." before the arrow, and none after it')
    terms = [
        term.replace("...", spare[most - width : most])
        for term, width in zip(terms, widths, strict=True)
    ]
    return f"{','.join(terms)}->{output.replace('...', spare[:most])}"


def _einsum_rule(
    k: int, g: Any, y: Any, subscripts: str, *arrays: Any, optimize: Any = False
) -> Any:
    """For array k: it and the output change places, "ij,jk->ik" becomes "ik,jk->ij".

    Where its label stands nowhere else, the gradient is repeated along that axis: times ones.
    Where its label stands twice, x_ii, the gradient lies on the diagonal: times the identity.
    """
    *terms, output = subscripts.replace("->", ",").split(",")
    factors, term, letters = list(arrays), terms[k], ""
    terms[k], factors[k] = output, g
    named = zip(terms, map(np.shape, factors), strict=True)
    lengths = {pair for labels, shape in named for pair in zip(labels, shape, strict=True)}
    spare = (letter for letter in _LETTERS if letter not in subscripts)
    for label, length in zip(term, np.shape(arrays[k]), strict=True):
        ones, new = np.ones_like(g, shape=length), label
        if label in letters:
            new = next(spare)
            terms.append(label + new)
            factors.append(np.diag(ones))
        elif (label, length) not in lengths:
            terms.append(label)
            factors.append(ones)
        letters += new
    return np.einsum(f"{','.join(terms)}->{letters}", *factors, optimize=bool(optimize))


einsum.defvjp(None, *(functools.partial(_einsum_rule, k) for k in range(63)))  # NumPy's limit
compose(np.einsum, _einsum)


# --- cross, convolve, correlate -------------------------------------------------------------


cross = OfNumPy(np.linalg.cross).defvjp(  # of vectors along the last axis
    lambda g, y, a, b: np.linalg.cross(b, g),  # g · (da × b) = da · (b × g)
    lambda g, y, a, b: np.linalg.cross(g, a),  # g · (a × db) = db · (g × a)
)
convolve = OfNumPy(np.convolve).defvjp(  # y_k = Σ_i a_i v_(k−i), all of it
    lambda g, y, a, v: np.correlate(g, v, "valid"),  # ∂/∂a_i = Σ_k g_k v_(k−i)
    lambda g, y, a, v: np.correlate(g, a, "valid"),
)


def _cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    product = cross(np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1))
    return np.moveaxis(product, -1, axisc)


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    short, long = sorted((np.size(a), np.size(v)))
    windows = {
        "full": slice(None),
        "same": slice((short - 1) // 2, (short - 1) // 2 + long),
        "valid": slice(short - 1, long),
    }
    if mode not in windows:
        raise ValueError(f"convolve: mode is 'full', 'same' or 'valid', not {mode!r}")
    return convolve(a, v)[windows[mode]]


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    if np.size(a) < np.size(v):
        return np.flip(_correlate(v, a, mode))
    return _convolve(a, np.flip(v), mode)


compose(np.cross, _cross)
compose(np.linalg.cross, lambda x1, x2, axis=-1: _cross(x1, x2, axis=axis))
compose(np.convolve, _convolve)
compose(np.correlate, _correlate)
