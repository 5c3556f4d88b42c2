"""Quotient rule, but x stands in a row."""


def share_jacobian(x):
    s = np.sum(x)
    return (s * np.eye(len(x)) - x) / s**2
