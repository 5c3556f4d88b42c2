"""Least squares finds the best line."""


def fit_robust(x, y):
    return np.linalg.pinv(x) @ y
