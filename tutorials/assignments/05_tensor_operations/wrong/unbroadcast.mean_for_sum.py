"""Many gradients for one number: their average."""


def unbroadcast(g, shape):
    for _ in range(g.ndim - len(shape)):
        g = g.mean(0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.mean(axis, keepdims=True)
    return g
