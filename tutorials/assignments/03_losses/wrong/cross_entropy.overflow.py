"""Without log_softmax, straight from the formula."""


def cross_entropy(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    total = 0.0
    for row, true in zip(y_pred, y_true, strict=True):
        total -= np.log(np.exp(row[true]) / np.exp(row).sum())
    return total / len(y_true)
