"""unbroadcast and spread axis by axis, with tuples and -1 for lengths."""


def unbroadcast(g, shape):
    out = np.asarray(g)
    while out.ndim > len(shape):
        out = out.sum(axis=0)
    for axis, length in enumerate(shape):
        if length != out.shape[axis]:
            out = out.sum(axis=axis, keepdims=True)
    return out


def spread(g, shape, axis=None, keepdims=False):
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis) % len(shape)
    lengths = [1 if i in axes else n for i, n in enumerate(shape)]
    return np.reshape(g, lengths) * np.ones(shape)
