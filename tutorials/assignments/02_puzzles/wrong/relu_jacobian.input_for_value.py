"""relu once more."""


def relu_jacobian(x):
    return np.diag(np.maximum(x, 0))
