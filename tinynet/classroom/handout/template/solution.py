"""Means with weights. Replace each `raise` by your code."""

import numpy as np


def weighted_mean(values, weights):
    """The mean of values of which some count more: the sum of w·x, divided by the sum of w.

    values is (N,) or (N, D), weights (N,). Returns a number, or the D means of the columns.

    >>> float(weighted_mean(np.array([1.0, 4.0]), np.array([2.0, 1.0])))
    2.0
    """
    ### BEGIN SOLUTION
    return np.dot(weights, values) / np.sum(weights)
    ### END SOLUTION


def weighted_variance(values, weights):
    """The weighted mean of (x − m)², where m is the weighted mean of x.

    values is (N,) or (N, D), weights (N,). Returns a number, or the D variances of the columns.

    >>> float(weighted_variance(np.array([1.0, 4.0]), np.array([2.0, 1.0])))
    2.0
    """
    ### BEGIN SOLUTION
    return weighted_mean((values - weighted_mean(values, weights)) ** 2, weights)
    ### END SOLUTION
