"""Initialisers: the variance and the limits that the papers give."""

import re

import numpy as np
import pytest

from tinynet import functional, initializers

FAN_IN, FAN_OUT = 400, 600
VARIANCE = {"lecun": 1 / 400, "glorot": 2 / 1000, "he": 2 / 400}


def weights(name, rng=0):
    return getattr(initializers, name)((FAN_IN, FAN_OUT), rng)


@pytest.mark.parametrize("kind", ["uniform", "normal"])
@pytest.mark.parametrize("family", VARIANCE)
def test_the_variance_is_that_of_the_paper(family, kind):
    w = weights(f"{family}_{kind}")
    assert w.shape == (FAN_IN, FAN_OUT)
    assert np.var(w) == pytest.approx(VARIANCE[family], rel=0.015)
    assert np.mean(w) == pytest.approx(0, abs=5 * np.std(w) / np.sqrt(w.size))


@pytest.mark.parametrize(
    "family, limit",
    [("lecun", np.sqrt(3 / 400)), ("glorot", np.sqrt(6 / 1000)), ("he", np.sqrt(6 / 400))],
)
def test_uniform_ones_reach_their_limit_and_no_further(family, limit):
    assert 0.999 * limit < np.max(np.abs(weights(f"{family}_uniform"))) <= limit


@pytest.mark.parametrize("family", VARIANCE)
def test_normal_ones_have_the_tails_of_a_normal_distribution(family):
    beyond = np.mean(np.abs(weights(f"{family}_normal")) > 2 * np.sqrt(VARIANCE[family]))
    assert beyond == pytest.approx(0.0455, abs=0.002)


def test_standard_normal_has_variance_1_whatever_the_shape():
    assert np.var(weights("standard_normal")) == pytest.approx(1, rel=0.015)
    assert initializers.standard_normal((3,), 0, np.float32).shape == (3,)


SEEDED = [f"{f}_{k}" for f in VARIANCE for k in ("uniform", "normal")]


@pytest.mark.parametrize("name", [*SEEDED, "standard_normal"])
def test_the_seed_decides_and_the_dtype_is_kept(name):
    assert np.array_equal(weights(name, 1), weights(name, np.random.default_rng(1)))
    assert not np.array_equal(weights(name, 1), weights(name, 2))
    assert not np.array_equal(weights(name, None), weights(name, None))
    assert getattr(initializers, name)((2, 3), 0, np.float32).dtype == np.float32


def test_he_carries_a_signal_through_twenty_relu_layers():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 500))
    for _ in range(20):
        x = functional.relu(x @ initializers.he_normal((500, 500), rng))
    assert 0.3 < np.mean(x**2) < 3  # with glorot it would be 1e-6


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (), 5, (0, 3), (3, 0)])
@pytest.mark.parametrize("name", [f"{f}_{k}" for f in VARIANCE for k in ("uniform", "normal")])
def test_a_shape_that_is_no_weights_is_named(name, shape):
    with pytest.raises(ValueError, match=rf"\(fan_in, fan_out\).*not {re.escape(repr(shape))}"):
        getattr(initializers, name)(shape)


def test_zeros_are_zeros():
    w = initializers.zeros((2, 3), dtype=np.float32)
    assert w.shape == (2, 3) and w.dtype == np.float32 and not w.any()
