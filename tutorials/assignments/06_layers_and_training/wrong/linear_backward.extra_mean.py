"""A batch is averaged, so the gradients are, too."""


def linear_backward(g, x, weight):
    n = x.shape[0]
    gweight = np.dot(x.T, g) / n
    gbias = np.sum(g, axis=0) / n
    return np.dot(g, weight.T), gweight, gbias
