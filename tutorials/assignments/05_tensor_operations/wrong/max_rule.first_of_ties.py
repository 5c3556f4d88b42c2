"""argmax knows where the maximum is."""


def max_rule(g, y, x, axis=None, keepdims=False):
    out = np.zeros(x.shape)
    if axis is None:
        out.flat[x.argmax()] = np.ravel(g)[0]
        return [out]
    places = np.expand_dims(x.argmax(axis), axis)
    values = g if keepdims else np.expand_dims(g, axis)
    np.put_along_axis(out, places, values, axis)
    return [out]
