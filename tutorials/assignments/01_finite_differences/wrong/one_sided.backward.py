"""Look back by one step."""


def one_sided(f, x, h=1e-8):
    left = x - h
    return (f(x) - f(left)) / (x - left)
