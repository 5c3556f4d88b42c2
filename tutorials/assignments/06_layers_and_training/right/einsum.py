"""einsum, np.where, and lists instead of arrays."""


def linear(x, weight, bias):
    return np.einsum("nd,dm->nm", x, weight) + bias[None, :]


def linear_backward(g, x, weight):
    return [
        np.einsum("nm,dm->nd", g, weight),
        np.einsum("nd,nm->dm", x, g),
        np.einsum("nm->m", g),
    ]


def relu_backward(g, x):
    return np.where(x > 0, g, 0)


def predict(parameters, x):
    return [int(np.argmax(row)) for row in logits(parameters, x)]


def minibatches(count, size, seed):
    order = np.arange(count)
    np.random.default_rng(seed).shuffle(order)
    return [order[k : k + size].tolist() for k in range(0, count, size)]
