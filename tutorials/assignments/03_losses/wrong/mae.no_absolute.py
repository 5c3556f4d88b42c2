"""The mean error."""


def mae(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return abs(y_pred.mean() - y_true.mean())
