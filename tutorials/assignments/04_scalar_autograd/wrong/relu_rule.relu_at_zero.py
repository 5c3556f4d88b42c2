"""0 is not negative, so it passes."""


def relu_rule(g, y, x):
    if x < 0:
        return [0.0]
    return [g]
