"""Random models of all layers, for what must hold of any: exports, files."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinynet.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    Dropout,
    Flatten,
    LayerNorm,
    LeakyReLU,
    Linear,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    tensors,
)

SIMPLE = [ReLU, LeakyReLU, ELU, GELU, SiLU, Sigmoid, Tanh, Softplus, Softmax, Flatten]
SIMPLE += [lambda: Dropout(0.3, rng=0), lambda: LeakyReLU(0.2), lambda: ELU(0.7)]
SIMPLE += [lambda: np.tanh, lambda: np.sin, lambda: np.cos]


@st.composite
def models(draw, dtype=np.float64, columns=3, out=2):
    """Layers between a first and a last Linear, with numbers as after some training."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    width = draw(st.integers(1, 5))

    def layer(depth=0):
        kind = draw(st.integers(0, 5 if depth < 2 else 4))
        if kind == 0:
            return Linear(width, width, bias=draw(st.booleans()), rng=rng, dtype=dtype)
        if kind == 1:
            return LayerNorm(width, eps=draw(st.sampled_from([1e-5, 0.1])), dtype=dtype)
        if kind == 2:
            return BatchNorm1d(width, momentum=draw(st.sampled_from([0.1, 0.5])), dtype=dtype)
        if kind == 5:
            return Residual(*(layer(depth + 1) for _ in range(draw(st.integers(0, 3)))))
        return draw(st.sampled_from(SIMPLE))()

    inner = [layer() for _ in range(draw(st.integers(0, 5)))]
    first, last = (
        Linear(columns, width, rng=rng, dtype=dtype),
        Linear(width, out, rng=rng, dtype=dtype),
    )
    return trained(Sequential(first, Sequential(*inner), last), rng)


def trained(model, rng):
    """The model with numbers that are not what they start as; variances stay positive."""
    for path, tensor in tensors(model).items():
        if tensor.requires_grad or "running" in path:
            new = rng.uniform(0.5, 1.5, tensor.shape) * (
                1 if "var" in path else rng.choice([-1, 1])
            )
            tensor.data[...] = new
    return model


def few_and_many(few, strategy, holds):
    """Two tests of what holds of random models: a few of them always, and 400 as a slow test."""

    def test(model, tmp_path_factory):
        holds(model, tmp_path_factory)

    def ready(examples):
        return settings(max_examples=examples, deadline=None)(given(model=strategy)(test))

    return ready(few), pytest.mark.slow(ready(400))
