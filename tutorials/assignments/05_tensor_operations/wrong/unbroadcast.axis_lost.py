"""All axes along which something was repeated are summed, from the last to the first."""


def unbroadcast(g, shape):
    padded = (1,) * (np.ndim(g) - len(shape)) + tuple(shape)
    for axis in reversed(range(len(padded))):
        if padded[axis] == 1:
            g = np.sum(g, axis=axis)
    return g
