"""f(x + h) − f(x) over h."""


def one_sided(f, x, h=1e-8):
    return -f(x) / h + f(x + h)
