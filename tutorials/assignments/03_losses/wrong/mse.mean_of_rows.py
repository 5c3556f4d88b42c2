"""N is the length of the array."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    n = len(y_true)
    return 1 / n * ((y_true - y_pred) ** 2).sum()
