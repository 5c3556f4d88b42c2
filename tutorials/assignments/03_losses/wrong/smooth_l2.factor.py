"""The mean of the squares."""


def smooth_l2(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = (y_pred - y_true).ravel()
    return e @ e / e.size
