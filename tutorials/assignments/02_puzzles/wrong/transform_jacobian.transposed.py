"""Going backwards needs a transpose."""


def transform_jacobian(x, a):
    return np.swapaxes(a, 0, 1)
