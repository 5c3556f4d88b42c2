"""1/N, and N is the size."""


def mean_rule(g, y, x, axis=None, keepdims=False):
    n = 1
    for length in x.shape:
        n *= length
    return [spread(g / n, x.shape, axis, keepdims)]
