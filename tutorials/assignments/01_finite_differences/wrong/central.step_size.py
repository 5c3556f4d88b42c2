"""The smaller the step, the better."""


def central(f, x, h=1e-5):
    h = 1e-16
    return (f(x + h) - f(x - h)) / (2 * h)
