"""One step is enough to see the slope."""


def central(f, x, h=1e-5):
    y = f(x)
    return (f(x + h) - y) / h
