"""All is there but the last word."""


def max_rule(g, y, x, axis=None, keepdims=False):
    is_largest = x == spread(y, x.shape, axis, keepdims)
    count = is_largest.sum(axis=axis, keepdims=keepdims)
    gradients = [is_largest * spread(g / count, x.shape, axis, keepdims)]
    print(gradients)
