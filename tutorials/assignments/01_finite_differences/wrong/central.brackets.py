"""Divided by two h."""


def central(f, x, h=1e-5):
    return 0.5 * (f(x + h) - f(x - h)) * h
