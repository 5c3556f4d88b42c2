"""Inside 1, outside 0."""


def huber_weight(e, delta):
    return np.where(np.abs(e) > delta, 0.0, 1.0)
