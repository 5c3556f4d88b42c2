"""s(1 − s), as for the sigmoid."""


def softmax_jacobian(x):
    s = softmax(x)
    return s - s**2
