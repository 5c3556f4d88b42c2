"""The slope divided by the error."""


def huber_weight(e, delta):
    return huber_derivative(e, delta) / e
