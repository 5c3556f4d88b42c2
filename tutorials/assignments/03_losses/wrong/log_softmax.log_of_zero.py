"""First a stable softmax, then the log of it."""


def log_softmax(logits):
    odds = np.exp(logits.T - logits.max(axis=1)).T
    softmax = odds / odds.sum(axis=1, keepdims=True)
    return np.log(softmax)
