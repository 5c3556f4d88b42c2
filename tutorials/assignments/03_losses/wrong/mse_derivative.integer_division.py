"""An array like y_pred, filled one by one."""


def mse_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    slopes = np.zeros_like(y_pred)
    for place in np.ndindex(y_pred.shape):
        slopes[place] = 2 * (y_pred[place] - y_true[place]) / y_pred.size
    return slopes
