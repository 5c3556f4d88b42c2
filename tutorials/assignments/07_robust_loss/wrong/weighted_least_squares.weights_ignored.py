"""The normal equations."""


def weighted_least_squares(x, y, weight):
    return np.linalg.inv(x.T @ x) @ x.T @ y
