"""A one-hot row for each class, and the mean of the products."""


def cross_entropy(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    one_hot = (np.arange(y_pred.shape[1]) == y_true[:, None]).astype(float)
    return -np.mean(one_hot * log_softmax(y_pred))
