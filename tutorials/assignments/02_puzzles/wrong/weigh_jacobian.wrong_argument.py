"""The derivative of w·x is x (it is, by w)."""


def weigh_jacobian(x, w, b):
    n = len(x)
    return np.eye(n) * x.reshape(1, n)
