"""gᵀ x, and the result the wrong way round."""


def matmul_right_vjp(g, x, w):
    return np.einsum("nm,nk->mk", g, x)
