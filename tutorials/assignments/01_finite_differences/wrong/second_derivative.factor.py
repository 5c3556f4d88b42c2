"""The two steps are 2h long."""


def second_derivative(f, x, h=1e-4):
    bend = f(x + h) + f(x - h) - 2 * f(x)
    return bend / (2 * h**2)
