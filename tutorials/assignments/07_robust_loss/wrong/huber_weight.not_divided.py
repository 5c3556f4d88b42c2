"""How strongly an error pulls."""


def huber_weight(e, delta):
    return np.maximum(np.minimum(e, delta), -delta)
