"""The derivative of |e| is e / |e|."""


def mae_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return e / np.sqrt(e**2) / e.size
