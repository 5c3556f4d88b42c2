"""What the cases are made of: arrays away from corners, `case(*args, **options)` and `via`."""

import numpy as np


def random(*shape, low=0.3, high=1.7, signs=(-1, 1), seed=0):
    """Numbers between low and high, away from 0, where many functions have a corner."""
    rng = np.random.default_rng(seed)
    return rng.choice(signs, size=shape) * rng.uniform(low, high, size=shape)


A, B, C = random(3, 4), random(4, seed=1), random(2, 3, 4, seed=2)
COLUMN, SCALAR = random(3, 1, seed=3), np.array(0.7)
POSITIVE, UNIT, ABOVE_1 = abs(A), A / 2, abs(A) + 1
MASK = A > 0


def case(*args, **options):
    return args, options


def via(wrapper, *args, **options):
    """A case of a function with several results, of which `wrapper` makes one array."""
    return args, options, wrapper


def joined(parts):
    """All elements of several results: the usual wrapper."""
    return np.concatenate([np.ravel(part) for part in parts])
