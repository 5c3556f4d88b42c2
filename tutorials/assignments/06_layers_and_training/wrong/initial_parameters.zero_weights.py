"""Everything starts at 0, and training does the rest."""


def initial_parameters(sizes, seed):
    result = []
    for before, after in zip(sizes, sizes[1:]):
        result += [np.zeros((before, after)), np.zeros(after)]
    return result
