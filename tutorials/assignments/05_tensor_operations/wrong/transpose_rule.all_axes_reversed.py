"""T undoes T."""


def transpose_rule(g, y, x, axes):
    return [np.transpose(g)]
