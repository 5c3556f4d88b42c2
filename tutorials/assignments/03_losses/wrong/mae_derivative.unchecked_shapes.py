"""The sign of the difference, whatever the shapes."""


def mae_derivative(y_true, y_pred):
    n = max(np.size(y_true), np.size(y_pred))
    return np.sign(np.subtract(y_pred, y_true)) / n
