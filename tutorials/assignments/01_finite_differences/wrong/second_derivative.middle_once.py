"""Both neighbours minus the middle."""


def second_derivative(f, x, h=1e-4):
    neighbours = f(x - h) + f(x + h)
    return (neighbours - f(x)) / (h * h)
