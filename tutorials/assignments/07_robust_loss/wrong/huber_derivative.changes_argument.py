"""Cut off what is too large."""


def huber_derivative(e, delta):
    e[e > delta] = delta
    e[e < -delta] = -delta
    return e
