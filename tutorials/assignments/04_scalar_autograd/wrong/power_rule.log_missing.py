"""An exponential is its own derivative, so by b it is y."""


def power_rule(g, y, a, b):
    by_base = b * a ** (b - 1)
    by_exponent = y
    if a <= 0:
        by_exponent = 0
    return [g * by_base, g * by_exponent]
