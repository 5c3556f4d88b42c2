"""The line has slope 1."""


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    slopes = (y_pred - y_true) / beta
    slopes[np.abs(slopes) >= 1] = 1
    return slopes / slopes.size
