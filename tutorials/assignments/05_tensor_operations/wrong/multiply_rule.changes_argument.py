"""In place at the end, where g is not needed any more."""


def multiply_rule(g, y, a, b):
    second = unbroadcast(a * g, b.shape)
    g *= b
    return [unbroadcast(g, a.shape), second]
