"""No need for a new array: y_pred is not used any more."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    y_pred -= y_true
    y_pred *= y_pred
    return y_pred.mean()
