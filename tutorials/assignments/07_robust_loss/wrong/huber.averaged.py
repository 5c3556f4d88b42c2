"""A loss is one number."""


def huber(e, delta):
    size = np.abs(e)
    small = np.minimum(size, delta)
    return (small * (size - small / 2)).mean()
