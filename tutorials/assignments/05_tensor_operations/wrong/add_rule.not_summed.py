"""A sum passes g on to both."""


def add_rule(g, y, a, b):
    return [g * 1.0, g * 1.0]
