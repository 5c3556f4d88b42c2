"""Shift the rows, then normalise."""


def log_softmax(logits):
    logits -= np.max(logits, axis=1, keepdims=True)
    return logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
