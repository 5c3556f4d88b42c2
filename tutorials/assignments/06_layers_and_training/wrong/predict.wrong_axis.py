"""argmax goes over the classes, which are counted first."""


def predict(parameters, x):
    scores = logits(parameters, x)
    return np.argmax(scores, axis=0)
