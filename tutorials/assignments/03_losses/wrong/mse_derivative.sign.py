"""The square does not mind the order of the difference."""


def mse_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    difference = y_true - y_pred
    return 2 * difference / difference.size
