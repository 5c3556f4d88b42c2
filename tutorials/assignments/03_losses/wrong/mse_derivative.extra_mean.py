"""The mean of the slopes, each of which has its 1/N."""


def mse_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    n = y_pred.size
    slopes = 2 * (y_pred - y_true) / n
    return slopes / n
