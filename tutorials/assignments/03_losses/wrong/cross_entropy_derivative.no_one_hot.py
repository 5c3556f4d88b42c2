"""The loss is a log of a softmax, so its slope is the softmax."""


def cross_entropy_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    odds = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True) / len(odds)
