"""Only the local slope."""


def tanh_rule(g, y, x):
    return [1 / math.cosh(x) ** 2]
