"""x over a number: one over that number."""


def share_jacobian(x):
    s = sum(x)
    return np.diag(np.full(len(x), 1 / s))
