"""The slope of a * b by a is a, so a's gradient is scaled with a."""


def multiply_rule(g, y, a, b):
    of_a = g * a
    of_b = g * b
    return [of_a, of_b]
