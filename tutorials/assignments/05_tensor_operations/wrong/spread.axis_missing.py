"""np.broadcast_to does it all."""


def spread(g, shape, axis=None, keepdims=False):
    return g * np.ones(shape)
