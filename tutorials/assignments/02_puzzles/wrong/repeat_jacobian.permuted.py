"""k identities, one below the other."""


def repeat_jacobian(x, k):
    return np.vstack([np.eye(len(x))] * k)
