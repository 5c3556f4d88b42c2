"""As many parts as there were arrays."""


def concatenate_rule(g, y, *arrays, axis=0):
    parts = len(arrays)
    return [part.copy() for part in np.array_split(g, parts, axis=axis)]
