"""The slope right of x, minus the slope left of it."""


def second_derivative(f, x, h=1e-4):
    right = (f(x + h) - f(x)) / h
    left = (f(x) - f(x - h)) / h
    return right - left
