"""Sum along the row."""


def plus_row_vjp(g, x, b):
    return np.einsum("ij->i", g)
