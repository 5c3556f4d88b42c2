"""Instruments: what is measured of a training step, from derivatives of first and second order.

They take any function of arrays, such as the one that `function_of` makes of a model and its loss.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...engine.methods import raw
from ...engine.transforms import hvp, jvp
from ...layers import Module
from ...optimizers import Optimizer

__all__ = [
    "function_of",
    "lost_updates",
    "noise_scale",
    "overshoot",
    "sharpness",
    "stability_limit",
]


def function_of(model: Module, loss: Callable, x: Any, y: Any) -> tuple[Callable, list[np.ndarray]]:
    """The loss on (x, y) as a function of the model's parameters, and their values.

    >>> import tinynet as tn
    >>> model = tn.layers.Linear(1, 1, rng=0)
    >>> f, parameters = function_of(model, tn.losses.mse, np.ones((4, 1)), np.zeros((4, 1)))
    >>> float(f(np.array([[2.0]]), np.array([1.0])))                      # (2 · 1 + 1 − 0)²
    9.0
    """
    parameters = model.parameters()

    def f(*values: Any) -> Any:
        memo = {id(p): value for p, value in zip(parameters, values, strict=True)}
        return loss(y, copy.deepcopy(model, memo)(x))

    return f, [np.copy(parameter.data) for parameter in parameters]


def sharpness(
    f: Callable,
    args: Sequence,
    *,
    start: Sequence | None = None,
    iterations: int = 100,
    tolerance: float = 1e-4,
    rng: Any = 0,
) -> tuple[float, list[np.ndarray]]:
    """The eigenvalue of the Hessian of f that is largest in size, and its eigenvector.

    By power iteration v ← H v / |H v|, each an `hvp`; the value is the Rayleigh quotient v · H v,
    so a curve that bends down gives a negative one. Gradient descent with the rate lr is stable on
    a quadratic below 2 / lr, and on networks hovers just there, at the edge of stability (Cohen et
    al. 2021, arXiv:2103.00065).

    Parameters
    ----------
    start : sequence of arrays, optional
        Where to begin, shaped like `args`, such as the vector found the last time; random without.
    tolerance : float
        Ends when an iteration changes the value by less than this fraction of it.

    >>> value, (vector,) = sharpness(lambda w: w[0] ** 2 + 3 * w[1] ** 2, [np.array([1.0, 1.0])])
    >>> round(value, 3), np.abs(vector).round(2).tolist()
    (6.0, [0.0, 1.0])
    """
    rng = np.random.default_rng(rng)
    drawn = [rng.normal(size=np.shape(a)) for a in args] if start is None else start
    vector = _unit([np.asarray(v, np.asarray(a).dtype) for v, a in zip(drawn, args, strict=True)])
    value = math.nan
    for _ in range(iterations):
        product = [raw(each) for each in hvp(f, args, vector)]
        before, value = value, _dot(vector, product)
        vector = _unit(product)
        if abs(value - before) <= tolerance * abs(value) or not math.isfinite(value):
            break
    return value, vector


def stability_limit(optimizer: Optimizer) -> float:
    """The sharpness above which a step of gradient descent overshoots further each time.

    2 (1 + β) / lr with momentum β, less by 1 + 2 β with Nesterov's (Cohen et al. 2021, equation 1);
    NaN for optimizers that scale each weight on its own, whose steps it does not describe.

    >>> import tinynet as tn
    >>> model = tn.layers.Linear(1, 1, rng=0)
    >>> stability_limit(tn.optimizers.SGD(model.parameters(), lr=0.5))
    4.0
    """
    if type(optimizer).__name__ != "SGD" or optimizer.lr == 0:
        return math.nan
    momentum = getattr(optimizer, "momentum", 0.0)
    nesterov = 1 + 2 * momentum if getattr(optimizer, "nesterov", False) else 1.0
    return 2 * (1 + momentum) / (optimizer.lr * nesterov)


def overshoot(f: Callable, args: Sequence, step: Sequence) -> float:
    """Where a step ends in the valley that it crosses: −1 at its start, 0 at the lowest point, 1 as
    high on the other side, above 1 higher than it began.

    The α of Cockpit (Schneider et al. 2021, arXiv:2102.06604), of the parabola through the slopes
    at both ends: α = −f′(w + Δ) / f′(w) along Δ, each a `jvp`. Infinite where the step goes uphill
    from its start, as with too much momentum; NaN where f is flat there.

    >>> parabola = lambda w: w ** 2
    >>> [overshoot(parabola, [1.0], [step]) for step in (-0.5, -1.5, -2.0)]
    [-0.5, 0.5, 1.0]
    """
    ends = [args, [a + d for a, d in zip(args, step, strict=True)]]
    return alpha(*(float(jvp(f, end, step)[1]) for end in ends))


def alpha(slope_before: float, slope_after: float) -> float:
    """The overshoot from the slopes along the step."""
    if slope_before < 0:
        return -slope_after / slope_before
    return math.inf if slope_before > 0 else math.nan


def noise_scale(gradients: Sequence[np.ndarray], batch_size: int) -> float:
    """The batch size at which the noise of a gradient is as large as the gradient itself.

    tr Σ / |G|² (McCandlish et al. 2018, arXiv:1812.06162), where Σ is the covariance of the
    gradient of one row and G its mean; both without bias, from the gradients of several batches
    of `batch_size` rows. Infinite where nothing but noise is seen, NaN for a single gradient.

    >>> noise_scale([np.array([1.0, 0.5]), np.array([1.0, -0.5])], batch_size=8)
    5.333333333333333
    """
    g = np.stack([np.ravel(each) for each in gradients]).astype(float)
    mean = g.mean(axis=0)
    if len(g) < 2:
        return math.nan
    of_batch = float(np.sum((g - mean) ** 2)) / (len(g) - 1)  # tr Σ / batch_size
    signal = float(mean @ mean) - of_batch / len(g)
    return batch_size * of_batch / signal if signal > 0 else math.inf


def lost_updates(before: np.ndarray, after: np.ndarray, gradient: np.ndarray) -> float:
    """How much of the gradient, as a fraction of |g|², moved no weight: w + Δ was rounded to w.

    >>> lost_updates(np.float16([1, 1]), np.float16([1, 1.001]), np.float16([2, 2]))
    0.5
    """
    squares = gradient.astype(float) ** 2
    total = float(squares.sum())
    return float(squares[before == after].sum()) / total if total else 0.0


def _dot(us: Sequence, vs: Sequence) -> float:
    pairs = zip(us, vs, strict=True)
    return float(sum(np.vdot(u.astype(float), v.astype(float)) for u, v in pairs))


def _unit(vectors: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The vectors, together of length 1; those of length 0 as they are."""
    norm = math.sqrt(_dot(vectors, vectors))
    return [v / v.dtype.type(norm) if norm > 0 else v for v in vectors]
