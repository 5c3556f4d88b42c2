"""1 − x², from the table."""


def tanh_jacobian(x):
    return np.eye(x.size) * ((1 - x) * (1 + x))
