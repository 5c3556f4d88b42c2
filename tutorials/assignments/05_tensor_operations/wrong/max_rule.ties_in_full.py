"""g goes where the maximum is."""


def max_rule(g, y, x, axis=None, keepdims=False):
    top, down = (spread(v, x.shape, axis, keepdims) for v in (y, g))
    return [np.where(x < top, 0.0, down)]
