"""1 − x², because the formula had a square in it."""


def tanh_rule(g, y, x):
    return [g - g * x * x]
