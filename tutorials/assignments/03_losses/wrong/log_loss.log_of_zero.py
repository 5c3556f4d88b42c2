"""The formula as it stands."""


def log_loss(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    chances = np.where(y_true == 1, y_pred, 1 - y_pred)
    return -np.log(chances).mean()
