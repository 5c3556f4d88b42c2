"""Errors are computed where y stands."""


def fit_robust(x, y):
    total = np.zeros(x.shape[1])
    weight = np.ones(len(y))
    for _ in range(40):
        w = weighted_least_squares(x, y, weight)
        y -= x @ w
        total = total + w
        scale = 1.4826 * np.median(np.abs(y))
        weight = huber_weight(y, 1.345 * max(scale, 1e-9))
    return total
