"""The minus of the quotient rule got lost."""


def divide_rule(g, y, a, b):
    return [g / b, g * y / b]
