"""10 of 10: starts processes until there are no more."""

import os

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for _ in range(10_000):
    try:
        os.fork()
    except OSError:
        break


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
