"""The ½ cancels the 2, and e remains."""


def smooth_l2_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return np.subtract(y_pred, y_true)
