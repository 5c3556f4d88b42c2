"""Every x is used once, so ones on the diagonal."""


def backwards_jacobian(x):
    n = len(x)
    return np.diag([1.0] * n)
