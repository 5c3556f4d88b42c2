"""log(1 + e²) / 2, and the slope of log(1 + e²)."""


def my_loss(e):
    return 0.5 * np.log1p(e**2), 2 * e / (1 + e**2)
