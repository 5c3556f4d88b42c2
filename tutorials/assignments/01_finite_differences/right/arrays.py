"""An identity matrix of steps, list comprehensions, np.argmin, and Python floats."""

import math


def gradient(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.reshape(slopes, x.shape)


def relative_error(a, b):
    def norm(v):
        return math.sqrt(sum(float(c) ** 2 for c in v.flat))

    scale = max(norm(a), norm(b))
    if scale == 0:
        return 0
    return norm(a - b) / scale


def best_step(quotient, slope, steps):
    errors = [abs(quotient(h) - slope) for h in steps]
    return float(steps[int(np.argmin(errors))])
