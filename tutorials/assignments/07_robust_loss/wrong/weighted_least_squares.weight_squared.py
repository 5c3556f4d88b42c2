"""Each row times its weight."""


def weighted_least_squares(x, y, weight):
    rows = np.array([w * row for w, row in zip(weight, x)])
    return np.linalg.lstsq(rows, y * weight, rcond=None)[0]
