"""The root of 1 + e²."""


def my_loss(e):
    root = np.sqrt(1 + e**2)
    return root, e / root
