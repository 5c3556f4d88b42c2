"""10 of 10: prints a gigabyte, piece by piece, and goes on."""

import os
import sys

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for _ in range(10):
    print("x" * 10**7)
    sys.stderr.write("y" * 10**7)
    os.write(1, b"z" * 10**7)


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
