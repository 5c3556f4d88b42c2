"""Products and softmax by einsum; sums by reshaping."""


def unbroadcast(g, shape):
    lengths = (1,) * (g.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(g.ndim) if lengths[i] == 1)
    return np.add.reduce(g, axis=axes).reshape(shape) if axes else g


def matmul_rule(g, y, a, b):
    of_a = np.einsum("...nk,...mk->...nm", g, b)
    of_b = np.einsum("...nm,...nk->...mk", a, g)
    return (unbroadcast(of_a, a.shape), unbroadcast(of_b, b.shape))


def softmax_rule(g, y, x):
    return [g * y - y * np.einsum("...i,...i->...", g, y)[..., None]]


def logsumexp_rule(g, y, x):
    slope = softmax(x)
    return [np.einsum("...,...i->...i", g, slope)]
