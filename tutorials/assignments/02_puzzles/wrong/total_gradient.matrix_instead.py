"""A Jacobian is a matrix, and each slope is 1."""


def total_gradient(x):
    return np.identity(x.shape[0])
