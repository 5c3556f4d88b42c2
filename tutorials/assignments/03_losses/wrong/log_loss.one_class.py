"""−t log p, as in cross-entropy."""


def log_loss(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return np.mean(np.multiply(y_true, -np.log(clip(y_pred))))
