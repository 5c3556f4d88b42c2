"""Indexing is undone by indexing."""


def take_rule(g, y, x, index):
    return [np.take(g, index, axis=0)]
