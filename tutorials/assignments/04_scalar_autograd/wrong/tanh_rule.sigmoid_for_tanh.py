"""The formula that everybody knows by heart, which is another function's."""


def tanh_rule(g, y, x):
    return [g * (y - y**2)]
