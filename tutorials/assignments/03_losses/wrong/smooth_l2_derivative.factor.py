"""Half of the slope of the half."""


def smooth_l2_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return 0.5 * (y_pred - y_true) / y_true.size
