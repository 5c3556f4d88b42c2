"""The mean log probability of the true class."""


def cross_entropy(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    logp = log_softmax(y_pred)
    return np.mean([logp[i, c] for i, c in enumerate(y_true)])
