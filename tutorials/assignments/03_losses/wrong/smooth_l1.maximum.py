"""Whichever is larger counts."""


def smooth_l1(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return np.maximum(0.5 * e**2 / beta, np.abs(e) - 0.5 * beta).mean()
