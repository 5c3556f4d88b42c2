"""Two small functions, so that hostile submissions are graded quickly."""

import numpy as np


def total(x):
    """The sum of all numbers."""
    ### BEGIN SOLUTION
    return np.sum(x)  # the judge's secret: xyzzy-solution
    ### END SOLUTION


def scaled(x, by):
    """Each number times one."""
    ### BEGIN SOLUTION
    if np.ndim(by):
        raise ValueError("by is one number")
    return x * by
    ### END SOLUTION
