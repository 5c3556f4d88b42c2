"""(x²)' = 2x, as in school."""


def square_jacobian(x):
    return x + x
