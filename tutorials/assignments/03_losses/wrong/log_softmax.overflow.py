"""Softmax as in the formula, and its log."""


def log_softmax(logits):
    probabilities = np.exp(logits)
    probabilities = probabilities / np.sum(probabilities, axis=-1)[:, np.newaxis]
    return np.log(probabilities)
