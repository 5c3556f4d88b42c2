"""A loss is the mean over the errors."""


def my_loss(e):
    root = np.sqrt(1 + e**2)
    return (root - 1).mean(), e / root / e.size
