"""The loss is one number, so its slope is one number, too."""


def mse_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return 2 * e.sum() / e.size
