"""Some very small number."""


def clip(p):
    tiny = 1e-15
    return np.minimum(np.maximum(p, tiny), 1.0 - tiny)
