"""Multiply back with w."""


def matmul_left_vjp(g, x, w):
    return np.matmul(g, w)
