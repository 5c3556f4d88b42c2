"""The axis was summed away, so it is put back; keepdims is not looked at."""


def spread(g, shape, axis=None, keepdims=False):
    if axis is None:
        return np.ones(shape) * np.reshape(g, (1,) * len(shape))
    return np.ones(shape) * np.expand_dims(g, axis)
