"""The error of all predictions together: add up the squares."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    total = 0.0
    for e in np.nditer(y_true - y_pred):
        total += e * e
    return float(total)
