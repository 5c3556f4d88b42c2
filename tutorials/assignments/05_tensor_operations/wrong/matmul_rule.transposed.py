"""Rows and columns of the second one are mixed up: it is gᵀ a instead of aᵀ g."""


def matmul_rule(g, y, a, b):
    of_a = np.einsum("...nk,...mk->...nm", g, b)
    of_b = np.einsum("...nk,...nm->...km", g, a)
    return [unbroadcast(of_a, a.shape), unbroadcast(of_b, b.shape)]
