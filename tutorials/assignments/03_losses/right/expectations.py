"""np.average and friends, and results as Python floats."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return float(np.average(np.square(np.subtract(y_true, y_pred))))


def mae(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return float(np.abs(y_true - y_pred).sum()) / y_true.size


def smooth_l2(y_true, y_pred):
    return mse(y_true, y_pred) / 2


def smooth_l2_derivative(y_true, y_pred):
    return mse_derivative(y_true, y_pred) / 2
