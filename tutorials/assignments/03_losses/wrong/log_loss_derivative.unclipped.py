"""(p − t) / (p (1 − p)), which is shorter."""


def log_loss_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return (y_pred - y_true) / (y_pred * (1 - y_pred)) / y_pred.size
