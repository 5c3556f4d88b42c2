"""NumPy knows what to do with the shapes."""


def mse(y_true, y_pred):
    return np.square(np.subtract(y_pred, y_true)).mean()
