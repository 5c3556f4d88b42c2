"""The exponent comes down, and that was it."""


def power_rule(g, y, a, b):
    if a > 0:
        return [g * b * y, g * y * math.log(a)]
    return [g * b * y, 0]
