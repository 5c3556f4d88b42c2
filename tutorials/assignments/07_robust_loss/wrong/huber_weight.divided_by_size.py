"""The slope by the size of the error, which is never quite 0."""


def huber_weight(e, delta):
    tiny = 1e-12
    slope = np.maximum(-delta, np.minimum(delta, e))
    return slope / (np.abs(e) + tiny)
