"""The derivative is all that a rule has to know; g was left out."""


def multiply_rule(g, y, a, b):
    slopes = {"a": b, "b": a}
    return [slopes["a"], slopes["b"]]
