"""Log-cosh, one number after the other in the small, and the normal equations."""

import math


def mad(e):
    def median(values):
        ordered, half = sorted(values), len(values) // 2
        return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2

    middle = median(list(e))
    return 1.4826 * median([math.fabs(value - middle) for value in e])


def huber(e, delta):
    inner = np.minimum(np.abs(e), delta)
    return inner * np.abs(e) - inner**2 / 2


def huber_derivative(e, delta):
    return np.sign(e) * np.minimum(np.abs(e), delta)


def huber_weight(e, delta):
    with np.errstate(divide="ignore"):
        return np.minimum(1, delta / np.abs(e))


def weighted_least_squares(x, y, weight):
    diagonal = np.diag(weight)
    return np.linalg.solve(x.T @ diagonal @ x, x.T @ diagonal @ y)


def my_loss(e):
    size = np.abs(e)
    return [size + np.log1p(np.exp(-2 * size)) - math.log(2), np.tanh(e)]
