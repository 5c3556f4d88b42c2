"""Derivatives by central differences: slow, simple, and independent of the engine they judge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinynet import Tensor


def numerical_gradient(f: Callable, x: np.ndarray) -> np.ndarray:
    """(f(x + h) − f(x − h)) / 2h for each element of x, with a step that suits its size."""
    x = np.asarray(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = 6e-6 * max(1.0, abs(x[i]))  # about eps ** (1/3), where both errors are small
        above, below = x.copy(), x.copy()
        above[i] += step
        below[i] -= step
        gradient[i] = (f(above) - f(below)) / (above[i] - below[i])
    return gradient


def tensors(arrays: tuple) -> list[Tensor]:
    """A leaf that wants a gradient from each array."""
    return [Tensor(np.array(array), requires_grad=True) for array in arrays]


def gradients(f: Callable, xs: list[Tensor], upstream: np.ndarray, create_graph=False) -> list:
    """The gradients of Σ upstream · f(*xs), always as a list."""
    found = f(*xs).gradient(*xs, gradient=upstream, create_graph=create_graph)
    return found if isinstance(found, list) else [found]


def check_derivatives(
    f: Callable, *arrays: np.ndarray, rtol=1e-6, atol=1e-7, orders: int = 2
) -> None:
    """First and second derivatives of f in every array, for random upstream gradients."""
    rng = np.random.default_rng(0)
    upstream = rng.normal(size=np.shape(f(*arrays)))
    directions = [rng.normal(size=np.shape(x)) for x in arrays]

    def value(*arrays):  # Σ u · f, on plain arrays
        return np.sum(upstream * f(*arrays))

    def slope(*arrays):  # Σ v · ∂(Σ u · f)/∂x, the first derivative along the directions
        found = gradients(f, tensors(arrays), upstream)
        return sum(np.sum(v * g) for v, g in zip(directions, found, strict=True))

    xs = tensors(arrays)
    first = gradients(f, xs, upstream)
    recorded = gradients(f, xs, upstream, create_graph=True)
    along = sum(np.sum(v * g) for v, g in zip(directions, recorded, strict=True))
    second = [along.gradient(x) if along.requires_grad else np.zeros(x.shape) for x in xs]
    for i, x in enumerate(arrays):

        def at(changed, i=i):
            return (*arrays[:i], changed, *arrays[i + 1 :])

        close = {"rtol": rtol, "atol": atol}
        np.testing.assert_allclose(recorded[i].data, first[i], rtol=1e-12, atol=1e-12)
        expected = numerical_gradient(lambda z, at=at: value(*at(z)), x)
        np.testing.assert_allclose(first[i], expected, **close, err_msg=f"first, argument {i}")
        if orders < 2:
            continue
        expected = numerical_gradient(lambda z, at=at: slope(*at(z)), x)
        np.testing.assert_allclose(second[i], expected, **close, err_msg=f"second, argument {i}")
