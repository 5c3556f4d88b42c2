"""The softmax, computed once more."""


def logsumexp_rule(g, y, x):
    e = np.exp(x)
    p = e / e.sum(axis=-1)[..., None]
    return [p * np.asarray(g)[..., None]]
