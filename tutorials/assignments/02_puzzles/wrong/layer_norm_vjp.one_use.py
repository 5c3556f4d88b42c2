"""The mean moves, too; the deviation is a number."""


def layer_norm_vjp(g, x):
    centred = g - np.mean(g, axis=1)[:, None]
    return centred / np.std(x, axis=1)[:, None]
