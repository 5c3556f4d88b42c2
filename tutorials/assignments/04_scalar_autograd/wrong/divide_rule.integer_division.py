"""Two slashes, as in C, to be sure that it is a division of numbers."""


def divide_rule(g, y, a, b):
    by_a = g // b
    by_b = (-g * a) // (b * b)
    return [by_a, by_b]
