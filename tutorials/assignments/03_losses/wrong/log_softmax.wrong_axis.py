"""The sum over the classes, with the axis of the classes first."""


def log_softmax(logits):
    z = logits - np.max(logits, axis=1, keepdims=True)
    odds = np.exp(z)
    return z - np.log(np.sum(odds, axis=0))
