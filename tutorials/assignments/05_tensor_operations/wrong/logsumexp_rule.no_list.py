"""One array, so one gradient."""


def logsumexp_rule(g, y, x):
    return np.exp(x - np.asarray(y)[..., np.newaxis]) * np.asarray(g)[..., np.newaxis]
