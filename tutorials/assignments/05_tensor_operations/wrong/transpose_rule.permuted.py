"""The shape has to fit, so reshape."""


def transpose_rule(g, y, x, axes):
    return [np.reshape(g, np.shape(x))]
