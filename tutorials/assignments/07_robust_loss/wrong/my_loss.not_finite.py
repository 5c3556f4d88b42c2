"""The absolute value, whose slope is e / |e|."""


def my_loss(e):
    size = np.abs(e)
    return size, e / size
