"""relu is a line, and a line has the slope 1."""


def relu_rule(g, y, x):
    slope = 1
    return [slope * g]
