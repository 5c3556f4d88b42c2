"""Each entry of the Jacobian is a, because everything is multiplied with a."""


def scale_jacobian(x, a):
    J = np.zeros((x.size, x.size))
    J[:] = a
    return J
