"""The power rule of school, for both arguments."""


def power_rule(g, y, a, b):
    slope = g * b * pow(a, b - 1)
    return [slope, slope if a > 0 else 0]
