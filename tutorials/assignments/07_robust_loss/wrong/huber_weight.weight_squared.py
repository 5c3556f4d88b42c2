"""Squares need squared weights."""


def huber_weight(e, delta):
    size = np.abs(e)
    inside = size <= delta
    return np.where(inside, 1.0, delta**2 / np.where(inside, 1.0, size**2))
