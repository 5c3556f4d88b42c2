"""+ passes g on to both sides."""


def plus_row_vjp(g, x, b):
    return 1 * g
