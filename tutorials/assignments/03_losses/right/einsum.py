"""Sums as products: einsum, @ and one-hot matrices."""


def mse(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    e = (y_pred - y_true).reshape(-1)
    return np.einsum("i,i->", e, e) / len(e)


def log_softmax(logits):
    top = np.max(logits, axis=1)
    shifted = logits - top[:, None]
    total = np.exp(shifted) @ np.ones(logits.shape[1])
    return shifted - np.log(total)[:, None]


def cross_entropy(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    one_hot = np.eye(y_pred.shape[1])[y_true]
    return -np.einsum("ij,ij->", one_hot, log_softmax(y_pred)) / len(y_pred)
