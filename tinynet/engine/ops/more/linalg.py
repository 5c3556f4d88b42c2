"""Linear algebra: the functions of np.linalg.

Differentiate the equation that defines the result. From Y A = I follows
dY = −Y dA Y; then the rule is read off from ⟨g, dY⟩ = ⟨gradient, dA⟩, where ⟨a, b⟩ is Σ aᵢⱼ bᵢⱼ.
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), derives most of these rules. All of them take batches, (..., n, n).

- A function with several results is a primitive that lays them below each other, in one array;
  indexing takes them apart. So its rule sees all results, and all gradients, at once.
- `cholesky`, `eigh` and `eigvalsh` read one triangle of a matrix that they take for symmetric, and
  their gradient is symmetric: each of aᵢⱼ and aⱼᵢ gets half.
- Where eigenvalues (or singular values) are equal, their vectors have no derivative: the gradient
  through these is NaN. The gradient through the values, and through other vectors, is right.
  Second derivatives go through all vectors. A singular value of 0 has a U or a Vh like that, too,
  unless the matrix is square.
- `norm` at a zero vector: 0, and so is its second derivative; of `norm(x) ** 2` at 0 it would be
  2, which only `np.sum(x * x)` knows. `norm` with ord=0 counts elements and gives a plain array.
- `det` is right for singular matrices, too; its second derivatives near one up to 30 rows.
  `slogdet` of a singular matrix: NaN. `pinv`, `lstsq`: while the rank stays the same.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ...methods import raw
from ...registry import OfNumPy, compose, defvjp, no_gradient
from ...tensor import Tensor, primitive
from ..common import at_least_float32, nonzero

# --- inverses -------------------------------------------------------------------------------


def _pinv(g: Any, y: Any, a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    """dY = −Y dA Y + Y Yᵀ dAᵀ (I − A Y) + (I − Y A) dAᵀ Yᵀ Y (Golub and Pereyra, 1973)."""
    left, right = g.mT - a @ (y @ g.mT), g.mT - (g.mT @ y) @ a  # (I − A Y) gᵀ, gᵀ (I − Y A)
    return -y.mT @ g @ y.mT + left @ y @ y.mT + y.mT @ y @ right


def _lstsq(a: Any, b: Any, rcond: Any = None) -> tuple:
    _, residuals, rank, _ = np.linalg.lstsq(raw(a), raw(b), rcond)
    cutoff = np.finfo(residuals.dtype).eps * max(np.shape(a)) if rcond is None else rcond
    x = np.matmul(np.linalg.pinv(a, rtol=cutoff), b)
    squares = np.sum((b - np.matmul(a, x)) ** 2, axis=0)
    residuals = np.reshape(squares, residuals.shape) if residuals.size else residuals
    return x, residuals, rank, np.linalg.svdvals(a)


def _matrix_power(a: Any, n: int) -> Any:
    n = operator.index(n)
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    if n < 2:
        return a if n else 0 * a + _identity(a)
    half = _matrix_power(a, n // 2)
    return half @ half @ a if n % 2 else half @ half


def _identity(a: Any) -> Any:
    """For the columns of a, and of its kind."""
    return np.eye(a.shape[-1], dtype=a.dtype, like=raw(a))


solve = OfNumPy(np.linalg.solve).defvjp(  # with a matrix on the right: A dX = dB − dA X
    lambda g, y, a, b: -np.linalg.solve(np.matrix_transpose(a), g) @ y.mT,
    lambda g, y, a, b: np.linalg.solve(np.matrix_transpose(a), g),
)


def _solve(a: Any, b: Any) -> Any:
    return solve(a, b) if np.ndim(b) != 1 else solve(a, np.expand_dims(b, -1))[..., 0]


defvjp(np.linalg.inv, lambda g, y, a: -y.mT @ g @ y.mT)  # dY = −Y dA Y
defvjp(np.linalg.pinv, _pinv)
compose(np.linalg.solve, _solve)
compose(np.linalg.lstsq, _lstsq)
compose(np.linalg.matrix_power, _matrix_power)
compose(np.linalg.multi_dot, lambda arrays: functools.reduce(np.matmul, arrays))


# --- determinants ---------------------------------------------------------------------------


def _cofactors(a: Any, det: Any) -> Any:
    """∂det/∂A = det · A⁻ᵀ; for a singular A the determinants of A without row i and column j.

    The latter takes n⁴ numbers, and is right for derivatives of any order. Those of the former
    lose as many digits as the condition number has: no matter for the first, much for the second.
    """
    again = isinstance(a, Tensor) and a.shape[-1] <= 30  # to be differentiated, and n⁴ is little
    lossy = again and np.any(np.linalg.cond(raw(a)) > 1e8)
    if np.all(np.linalg.slogdet(raw(a)).sign) and not lossy:
        return det[..., None, None] * np.linalg.inv(a).mT
    i, j = np.indices(a.shape[-2:])
    rest = np.arange(a.shape[-1] - 1)
    rest = rest + (rest >= np.arange(a.shape[-1])[:, None])  # (n, n − 1): all but one
    minors = a[..., rest[:, None, :, None], rest[None, :, None, :]]  # (..., n, n, n − 1, n − 1)
    return (-1) ** (i + j) * np.linalg.det(minors)


@primitive
def log_abs_det(a: Any) -> Any:
    return np.linalg.slogdet(a).logabsdet


def _slogdet(a: Any) -> tuple:
    return np.linalg.slogdet(raw(a))._replace(logabsdet=log_abs_det(a))


def _log_abs_det(g: Any, y: Any, a: Any) -> Any:
    """A⁻ᵀ; of a singular matrix NaN, but 0 where g is 0."""
    singular = np.linalg.slogdet(raw(a)).sign == 0
    inverse = np.linalg.inv(np.where(singular[..., None, None], _identity(a), a))
    scale = np.where(singular, np.where(g == 0, 0.0, np.nan), g)
    return scale[..., None, None] * inverse.mT


log_abs_det.defvjp(_log_abs_det)
defvjp(np.linalg.det, lambda g, y, a: g[..., None, None] * _cofactors(a, y))
compose(np.linalg.slogdet, _slogdet)


# --- decompositions -------------------------------------------------------------------------


def _symmetric(x: Any) -> Any:
    return (x + x.mT) / 2


def _lower(x: Any) -> Any:
    """The lower triangle, with half the diagonal."""
    return np.tril(x) - x * _identity(x) / 2


def _cholesky(g: Any, y: Any, a: Any, upper: bool = False) -> Any:
    """dL = L lower(L⁻¹ dA L⁻ᵀ) (Giles 2008; Murray 2016)."""
    lower, g = (y.mT, g.mT) if upper else (y, g)
    inverse = np.linalg.inv(lower)
    return _symmetric(inverse.mT @ _lower(lower.mT @ g) @ inverse)


defvjp(np.linalg.cholesky, _cholesky)


@functools.cache
def _named(function: Callable) -> Callable:
    """NumPy's own named tuple for the results of a function."""
    return type(function(np.eye(1)))


def _inverse(x: Any, g: Any) -> Any:
    """1/x, for the columns of g; where x is 0, NaN, but 0 for a column of zeros."""
    used = np.any(raw(g) != 0, axis=-2, keepdims=True)
    divisor = np.where(x == 0, np.inf, x)
    return 1 / np.where((x == 0) & used, np.nan, divisor)


def _turns(vectors: Any, g: Any, values: Any) -> Any:
    """How the vectors turn into each other, (vᵢ · gⱼ) / (λⱼ − λᵢ); a vector has no turn to itself.

    From d(A v) = d(λ v) follows vᵢ · dvⱼ = vᵢᵀ dA vⱼ / (λⱼ − λᵢ), for symmetric A.
    """
    gaps = values[..., None, :] - values[..., :, None]
    gaps = np.where(_identity(vectors) == 1, np.inf, gaps)
    return (vectors.mT @ g) * _inverse(gaps, g)


@primitive
def eigh(a: Any, UPLO: Any = "L") -> Any:
    """The eigenvalues in the first row, and below them the eigenvectors: (..., 1 + n, n)."""
    values, vectors = np.linalg.eigh(a, UPLO)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_parts(y: Any) -> tuple:
    return y[..., 0, :], y[..., 1:, :]


def _eigh_rule(g: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    """dλᵢ = vᵢᵀ dA vᵢ, and the vectors turn (Giles 2008)."""
    (g_values, g_vectors), (values, v) = _eigh_parts(g), _eigh_parts(y)
    turns = _turns(v, g_vectors, values)
    return _symmetric((v * g_values[..., None, :] + v @ turns) @ v.mT)


def _eigh(a: Any, UPLO: str = "L") -> tuple:
    return _named(np.linalg.eigh)(*_eigh_parts(eigh(a, UPLO)))


eigh.defvjp(_eigh_rule)
compose(np.linalg.eigh, _eigh)
compose(np.linalg.eigvalsh, lambda a, UPLO="L": _eigh(a, UPLO)[0])


@primitive
def svd(a: Any) -> Any:
    """U, below it the singular values, below them V: (..., m + 1 + n, k)."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([u, s[..., None, :], vh.mT], axis=-2)


def _svd_parts(y: Any, a: Any) -> tuple:
    m = a.shape[-2]
    return y[..., :m, :], y[..., m, :], y[..., m + 1 :, :]


def _beyond(basis: Any, g: Any) -> Any:
    """The part of g that the columns of the basis do not span: nothing where it is square."""
    if basis.shape[-2] == basis.shape[-1]:
        return np.zeros_like(g)
    return g - basis @ (basis.mT @ g)


def _svd_rule(g: Any, y: Any, a: Any) -> Any:
    """As eigh, for A Aᵀ and Aᵀ A, whose eigenvalues are s² (Townsend 2016)."""
    (gu, gs, gv), (u, s, v) = _svd_parts(g, a), _svd_parts(y, a)
    row, column = s[..., None, :], s[..., :, None]
    u_turns, v_turns = _turns(u, gu, s * s), _turns(v, gv, s * s)
    inside = u * gs[..., None, :]
    inside = inside + u @ ((u_turns + u_turns.mT) * row + column * (v_turns + v_turns.mT))
    u_beyond, v_beyond = _beyond(u, gu * _inverse(row, gu)), _beyond(v, gv * _inverse(row, gv))
    return (inside + u_beyond) @ v.mT + u @ v_beyond.mT


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    if compute_uv and full_matrices and a.shape[-2] != a.shape[-1]:
        raise TypeError(
            f"svd: for shape {a.shape} the matrix does not determine all columns of the full U and"
            " Vh, so they have no derivative; pass full_matrices=False"
        )
    u, s, v = _svd_parts(svd(a), a)
    return _named(np.linalg.svd)(u, s, v.mT) if compute_uv else s


svd.defvjp(_svd_rule)
compose(np.linalg.svd, _svd)
compose(np.linalg.svdvals, lambda x: _svd(x, compute_uv=False))


@primitive
def qr(a: Any) -> Any:
    """Q, and below it Rᵀ: (..., m + n, n)."""
    q, r = np.linalg.qr(a)
    return np.concatenate([q, r.mT], axis=-2)


def _qr_parts(y: Any, a: Any) -> tuple:
    m = a.shape[-2]
    return y[..., :m, :], y[..., m:, :].mT


def _qr_rule(g: Any, y: Any, a: Any) -> Any:
    """(gQ + Q (lower(M) + lower(M)ᵀ)) R⁻ᵀ for M = R gRᵀ − gQᵀ Q (Walter and Lehmann 2010)."""
    (gq, gr), (q, r) = _qr_parts(g, a), _qr_parts(y, a)
    lower = _lower(r @ gr.mT - gq.mT @ q)
    return (gq + q @ (lower + lower.mT)) @ np.linalg.inv(r).mT


def _qr(a: Any, mode: str = "reduced") -> Any:
    rows = a.shape[-2]
    if mode not in ("reduced", "r"):
        raise TypeError(
            f"qr: there is no derivative with mode={mode!r}; 'reduced' and 'r' have one"
        )
    q, r = _qr_parts(qr(a[..., :rows]), a)
    if rows < a.shape[-1]:  # R of the other columns
        r = np.concatenate([r, q.mT @ a[..., rows:]], axis=-1)
    return r if mode == "r" else _named(np.linalg.qr)(q, r)


qr.defvjp(_qr_rule)
compose(np.linalg.qr, _qr)


# --- norms ----------------------------------------------------------------------------------


@primitive
def p_norm(x: Any, p: float, axis: Any, keepdims: bool) -> Any:
    """(Σ |x|ᵖ)^(1/p)."""
    return np.linalg.vector_norm(x, ord=p, axis=axis, keepdims=keepdims)


def _p_norm(g: Any, y: Any, x: Any, p: float, axis: Any, keepdims: bool) -> Any:
    """∂y/∂x = x |x|ᵖ⁻² / yᵖ⁻¹, of x over its maximum, so that no power is too large or small."""
    if not keepdims and axis is not None:
        g = np.expand_dims(g, axis)
    largest = np.max(np.absolute(raw(x)), axis=axis, keepdims=True, initial=0)
    unit = x / nonzero(largest).astype(at_least_float32(x))
    length = nonzero(p_norm(unit, p, axis, True))
    if p == 2:
        return g * (unit / length)
    return g * np.sign(unit) * (nonzero(np.absolute(unit)) / length) ** (p - 1)


p_norm.defvjp(_p_norm)


def _vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    if ord == 0:
        return np.linalg.vector_norm(raw(x), ord=0, axis=axis, keepdims=keepdims)
    simple: dict[Any, Callable] = {1: np.sum, np.inf: np.max, -np.inf: np.min}
    if ord in simple:
        return simple[ord](np.absolute(x), axis=axis, keepdims=keepdims)
    return p_norm(x, 2 if ord is None else ord, axis, keepdims)


_MATRIX_NORMS: dict[Any, Callable] = {
    None: lambda x: p_norm(x, 2, (-2, -1), False),
    "fro": lambda x: p_norm(x, 2, (-2, -1), False),
    "nuc": lambda x: np.sum(np.linalg.svdvals(x), axis=-1),
    2: lambda x: np.linalg.svdvals(x)[..., 0],
    -2: lambda x: np.linalg.svdvals(x)[..., -1],
    1: lambda x: np.max(np.sum(np.absolute(x), axis=-2), axis=-1),  # of the columns
    -1: lambda x: np.min(np.sum(np.absolute(x), axis=-2), axis=-1),
    np.inf: lambda x: np.max(np.sum(np.absolute(x), axis=-1), axis=-1),  # of the rows
    -np.inf: lambda x: np.min(np.sum(np.absolute(x), axis=-1), axis=-1),
}


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis) % x.ndim)
    if len(axes) == 1 or (ord is None and axis is None):
        return _vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)
    if len(axes) != 2 or ord not in _MATRIX_NORMS:
        raise ValueError(
            f"norm: no ord={ord!r} over {len(axes)} axes; a vector norm has one axis, a matrix norm"
            f" two, and ord is one of {list(_MATRIX_NORMS)}"
        )
    norm = _MATRIX_NORMS[ord](np.moveaxis(x, axes, (-2, -1)))
    return np.expand_dims(norm, axes) if keepdims else norm


def _cond(x: Any, p: Any = None) -> Any:
    """‖A‖ · ‖A⁻¹‖."""
    if p in (None, 2, -2):
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    norm = functools.partial(_norm, ord=p, axis=(-2, -1))
    return norm(x) * norm(np.linalg.inv(x))


compose(np.linalg.norm, _norm)
compose(np.linalg.vector_norm, _vector_norm)
compose(
    np.linalg.matrix_norm,
    lambda x, *, keepdims=False, ord="fro": _norm(x, ord, (-2, -1), keepdims),
)
compose(np.linalg.cond, _cond)


# --- what stands in np, too -----------------------------------------------------------------

compose(np.linalg.matrix_transpose, lambda x: np.matrix_transpose(x))
compose(np.linalg.diagonal, lambda x, *, offset=0: np.diagonal(x, offset, -2, -1))
compose(np.linalg.trace, lambda x, *, offset=0: np.trace(x, offset, -2, -1))
no_gradient(np.linalg.matrix_rank)
