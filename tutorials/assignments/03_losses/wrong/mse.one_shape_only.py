"""A dot product is the sum of the squares, and faster."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return np.dot(e, e) / len(e)
