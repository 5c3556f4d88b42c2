"""The distance of the two vectors, street by street."""


def mae(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return np.linalg.norm((y_true - y_pred).ravel(), ord=1)
