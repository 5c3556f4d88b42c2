"""a has the full shape anyway, and b will be like it."""


def multiply_rule(g, y, a, b):
    return [unbroadcast(g * b, a.shape), np.multiply(a, g)]
