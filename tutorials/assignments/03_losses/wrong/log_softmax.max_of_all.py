"""Subtract the largest logit, so that no exp overflows."""


def log_softmax(logits):
    z = logits - np.amax(logits)
    odds = np.exp(z)
    return np.log(odds / odds.sum(axis=1).reshape(-1, 1))
