"""Pseudo-Huber; the slope points to where the loss falls."""


def my_loss(e):
    root = np.sqrt(1 + e**2)
    return root - 1, -e / root
