"""softmax as exp of a log softmax, with the axis moved to the front."""


def softmax(x):
    z = np.moveaxis(np.array(x, dtype=float), -1, 0)
    z = z - z.max(axis=0)
    z = z - np.log(np.exp(z).sum(axis=0))
    return np.moveaxis(np.exp(z), 0, -1)


def softmax_rule(g, y, x):
    p = softmax(x)
    mean = np.sum(p * g, axis=-1)[..., np.newaxis]
    return [p * (g - mean)]


def logsumexp_rule(g, y, x):
    return [np.multiply(softmax(x).T, np.transpose(g)).T]
