"""The network's answer is its largest output."""


def predict(parameters, x):
    return np.array([max(row) for row in logits(parameters, x)])
