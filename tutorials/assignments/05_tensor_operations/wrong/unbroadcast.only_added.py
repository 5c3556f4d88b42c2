"""Broadcasting adds axes in front, so these are summed until the number of axes fits."""


def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    return g
