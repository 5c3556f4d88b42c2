"""Both sides, per step."""


def central(f, x, h=1e-5):
    right, left = f(x + h), f(x - h)
    return (right - left) * (1 / h)
