"""Saves memory."""


def mse_gradient(y_true, y_pred):
    np.subtract(y_pred, y_true, out=y_pred)
    return 2 * y_pred / y_pred.size
