"""A mean is the sum, divided by how many there are."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    squares = np.power(y_true - y_pred, 2)
    return squares.sum() // squares.size
