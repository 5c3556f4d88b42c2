"""Walk up, then walk back."""


def directional(f, x, d, h=1e-5):
    x += h * d
    up = f(x)
    x -= 2 * h * d
    return (up - f(x)) / (2 * h)
