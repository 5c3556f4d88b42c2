"""The derivative of e² is 2e."""


def mse_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return e + e
