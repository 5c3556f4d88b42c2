"""The mean log likelihood."""


def log_loss(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return (y_true * np.log(p) + (1 - y_true) * np.log(1 - p)).mean()
