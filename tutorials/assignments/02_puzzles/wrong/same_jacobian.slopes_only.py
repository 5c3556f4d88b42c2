"""The derivative of x is 1, so it is a vector of ones."""


def same_jacobian(x):
    return np.ones_like(x)
