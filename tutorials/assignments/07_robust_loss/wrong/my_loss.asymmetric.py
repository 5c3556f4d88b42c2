"""A parabola up to 1, then a line."""


def my_loss(e):
    value = np.where(e < 1, e**2 / 2, e - 0.5)
    slope = np.where(e < 1, e, 1.0)
    return value, slope
