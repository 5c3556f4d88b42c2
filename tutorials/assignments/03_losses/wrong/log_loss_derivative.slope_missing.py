"""The derivative of log x is 1/x, twice."""


def log_loss_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    yes = y_true / p
    no = (1.0 - y_true) / (1.0 - p)
    return -(yes + no) / y_true.size
