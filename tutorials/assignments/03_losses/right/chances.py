"""The log loss by the chance that was given to what happened, in one expression each."""


def clip(p):
    step = np.finfo(p.dtype).eps
    return np.minimum(np.maximum(p, step), 1 - step)


def log_loss(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return np.mean(-np.log(np.where(y_true == 1, p, 1 - p)))


def log_loss_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return np.where(y_true == 1, -1 / p, 1 / (1 - p)) / p.size
