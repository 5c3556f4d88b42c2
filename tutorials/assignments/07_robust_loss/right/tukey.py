"""Tukey's biweight, from the least absolute deviations on."""


def residuals(x, y, w):
    return np.array([row @ w for row in x]) - y


def mad(e):
    middle = np.median(e)
    return np.median(np.abs(e - middle)) / 0.6745


def my_loss(e):
    c = 4.685
    inside = np.abs(e) < c
    rest = np.where(inside, 1 - (e / c) ** 2, 0)
    return c**2 / 6 * (1 - rest**3), e * rest**2


def fit_robust(x, y):
    w = np.linalg.lstsq(x, y, rcond=None)[0]
    for _ in range(100):
        w = weighted_least_squares(x, y, 1 / np.maximum(np.abs(x @ w - y), 1e-6))
    scale = mad(x @ w - y) + 1e-9
    for _ in range(30):
        u = (x @ w - y) / scale
        weight = np.where(np.abs(u) < 4.685, (1 - (u / 4.685) ** 2) ** 2, 0.0)
        w = weighted_least_squares(x, y, weight)
    return w
