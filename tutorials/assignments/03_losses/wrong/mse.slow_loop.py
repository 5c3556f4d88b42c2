"""One prediction after the other."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    total = 0.0
    for place in np.ndindex(y_pred.shape):
        total += (y_pred[place] - y_true[place]) ** 2
    return total / y_pred.size
