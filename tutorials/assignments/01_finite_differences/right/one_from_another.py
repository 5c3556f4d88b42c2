"""Everything by the first function."""


def slope_between(f, left, right):
    return (f(right) - f(left)) / (right - left)


def one_sided(f, x, h=1e-8):
    return slope_between(lambda t: f(x + t), 0.0, h)


def central(f, x, h=1e-5):
    return slope_between(lambda t: f(x + t), -h, h)


def second_derivative(f, x, h=1e-4):
    right = slope_between(lambda t: f(x + t), 0.0, h)
    left = slope_between(lambda t: f(x + t), -h, 0.0)
    return (right - left) / h


def directional(f, x, d, h=1e-5):
    return central(lambda t: f(x + t * d), 0.0, h)
