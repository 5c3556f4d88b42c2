"""Smooth L1."""


def huber(e, delta):
    size = np.abs(e)
    return np.where(size < 1.0, 0.5 * size * size, size - 0.5)
