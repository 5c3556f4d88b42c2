"""Both arguments go into the result, so both get g."""


def where_rule(g, y, a, b, condition):
    return [unbroadcast(part, array.shape) for part, array in ((g, a), (g.copy(), b))]
