"""1 through x, with the wrong stroke."""


def logarithm_jacobian(x):
    return np.diag(np.floor_divide(1, x))
