"""Divided by how many numbers there are."""


def cross_entropy_gradient(x, ids):
    hot = (ids[:, None] == np.arange(x.shape[1])) * 1.0
    return (softmax_rows(x) - hot) / np.prod(x.shape)
