"""Everything with einsum, and J as a sum over indices."""


def weigh_jacobian(x, w, b):
    return np.einsum("i,ij->ij", w, np.eye(len(x)))


def square_jacobian(x):
    return np.einsum("i,ij->ij", 2 * x, np.eye(len(x)))


def dot_gradient(x, w):
    return np.einsum("i->i", w)


def unit_jacobian(x):
    r = np.einsum("i,i->", x, x) ** 0.5
    return np.eye(len(x)) / r - np.einsum("i,j->ij", x, x) / r**3


def softmax_jacobian(x):
    s = softmax(x)
    return np.einsum("i,ij->ij", s, np.eye(len(s)) - s)


def plus_row_vjp(g, x, b):
    return np.einsum("nm->m", g)


def outer_vjp(g, x, w):
    return np.einsum("nm,m->n", g, w)


def softmax_rows_vjp(g, x):
    s = softmax_rows(x)
    return s * g - np.einsum("ni,nj,nj->ni", s, s, g)


def matmul_left_vjp(g, x, w):
    return np.einsum("nm,km->nk", g, w)


def matmul_right_vjp(g, x, w):
    return np.einsum("nk,nm->km", x, g)


def layer_vjp(g, x, w, b):
    return np.einsum("nk,nm->km", x, g * np.heaviside(x @ w + b, 0))
