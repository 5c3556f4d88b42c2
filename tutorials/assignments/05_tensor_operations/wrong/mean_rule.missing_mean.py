"""A mean is a sum, more or less."""


def mean_rule(g, y, x, axis=None, keepdims=False):
    return [np.zeros_like(x) + spread(g, x.shape, axis, keepdims)]
