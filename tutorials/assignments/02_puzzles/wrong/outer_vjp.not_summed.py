"""Each y has the slope w."""


def outer_vjp(g, x, w):
    return np.multiply(g, w[None, :])
