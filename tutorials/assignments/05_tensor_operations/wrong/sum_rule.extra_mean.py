"""Each number has its share of g."""


def sum_rule(g, y, x, axis=None, keepdims=False):
    everyone = spread(g, x.shape, axis, keepdims)
    share = np.size(g) / everyone.size
    return [share * everyone]
