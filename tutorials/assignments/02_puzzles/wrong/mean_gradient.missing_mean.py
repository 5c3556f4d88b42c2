"""Each number has the slope 1."""


def mean_gradient(x):
    return x * 0 + 1
