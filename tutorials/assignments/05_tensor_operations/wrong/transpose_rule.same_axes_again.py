"""What was exchanged is exchanged once more."""


def transpose_rule(g, y, x, axes):
    return [np.transpose(g, tuple(axes))]
