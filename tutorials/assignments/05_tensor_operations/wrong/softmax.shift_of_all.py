"""The largest number becomes 0."""


def softmax(x):
    e = np.exp(x - np.amax(x))
    total = e.sum(-1)
    return (e.T / total.T).T
