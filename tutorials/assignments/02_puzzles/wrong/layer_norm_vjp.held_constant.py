"""y = (x − m)/s, so the slope is 1/s."""


def layer_norm_vjp(g, x):
    deviation = np.sqrt(x.var(axis=1))
    return g / deviation[:, None]
