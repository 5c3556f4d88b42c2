"""Cut where each array ends."""


def concatenate_rule(g, y, *arrays, axis=0):
    ends = np.cumsum([array.shape[axis] for array in arrays])
    return np.split(g, ends, axis)
