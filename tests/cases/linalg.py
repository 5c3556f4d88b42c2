"""Cases of linear algebra."""

import numpy as np

from tests.cases.inputs import A, B, C, case, joined, random, via

SQUARE = random(3, 3, seed=10)
STACK = random(2, 3, 3, seed=11)
TALL, WIDE = random(4, 3, seed=12), random(3, 4, seed=13)
BATCH = random(2, 1, 4, 3, seed=14)
SINGULAR = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])  # 2nd row = 2 · 1st row
EACH = [case(SQUARE), case(STACK), case(SQUARE.T), case(np.array([[2.0]])), case(STACK[:0])]


def itself(y):
    return y


def of_symmetric(wrapper, *args, **options):
    """A case of a function that takes its argument for symmetric: it gets X + Xᵀ of the X here."""
    return args, options, wrapper, lambda x: x + np.matrix_transpose(x)


def of_positive(*args, **options):
    """The same with X Xᵀ + I, which is positive definite."""
    n = args[0].shape[-2]
    return args, options, itself, lambda x: x @ np.matrix_transpose(x) + np.eye(n, dtype=x.dtype)


def norms(x, orders, axis=None):
    both = [case(x, order, axis) for order in orders]
    return both + [case(x, ord=order, axis=axis, keepdims=True) for order in orders]


EIGEN = [(SQUARE,), (STACK, "U"), (STACK[0], "L"), (np.array([[2.0]]),)]
VECTOR_ORDERS = (None, 1, 2, np.inf, -np.inf, 3, 2.5, 1.5, -2)
MATRIX_ORDERS = (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
SOLVE = [
    *(case(SQUARE, B[:3]), case(SQUARE, TALL[:3]), case(STACK, WIDE), case(STACK, B[:3])),
    *(case(SQUARE, STACK), case(STACK[:, None], STACK), case(SQUARE, [[1], [2], [3]])),
    *(case([[3, 1], [1, 2]], B[:2]), case(STACK, random(2, 3, 1, seed=15))),
]

CASES = {
    np.linalg.inv: EACH,
    np.linalg.det: [*EACH, case(SINGULAR), case(np.zeros((2, 2))), case(np.stack([SINGULAR] * 2))],
    np.linalg.slogdet: [via(joined, *args) for args, _ in EACH],
    np.linalg.solve: SOLVE,
    np.linalg.pinv: [
        *(case(SQUARE), case(TALL), case(WIDE, 1e-10), case(BATCH, rtol=1e-12)),
    ],
    np.linalg.lstsq: [
        *(via(joined, TALL, B), via(joined, TALL, random(4, 2), rcond=None)),
        via(joined, WIDE, B[:3]),
    ],
    np.linalg.matrix_power: [
        *(case(SQUARE, n) for n in (-3, -1, 0, 1, 2, 7)),
        *(case(STACK, 3), case(STACK, n=-2)),
    ],
    np.linalg.multi_dot: [case([WIDE, TALL, SQUARE]), case([B, TALL, B[:3]]), case([A, B])],
    np.linalg.cholesky: [
        *(of_positive(SQUARE), of_positive(BATCH), of_positive(np.array([[2.0]]))),
        of_positive(SQUARE, upper=True),
    ],
    np.linalg.eigh: [of_symmetric(joined, *args) for args in EIGEN]
    + [of_symmetric(lambda y: np.tanh(y.eigenvectors), SQUARE)],
    np.linalg.eigvalsh: [of_symmetric(itself, *args) for args in EIGEN],
    np.linalg.svd: [
        *(via(joined, x, full_matrices=False) for x in (TALL, WIDE, BATCH, SQUARE)),
        *(via(joined, SQUARE), via(itself, BATCH, compute_uv=False)),
        *(via(lambda y: np.tanh(y.U), TALL, False), via(lambda y: np.tanh(y.Vh), WIDE, False)),
    ],
    np.linalg.svdvals: [case(TALL), case(WIDE), case(BATCH)],
    np.linalg.qr: [
        *(via(joined, SQUARE), via(joined, TALL), via(joined, WIDE), via(joined, BATCH)),
        *(via(itself, TALL, "r"), via(itself, WIDE, mode="r")),
    ],
    np.linalg.norm: [
        *(norms(B, VECTOR_ORDERS) + norms(C, VECTOR_ORDERS, 1)),
        *(norms(TALL, MATRIX_ORDERS) + norms(C, MATRIX_ORDERS, (2, 0))),
        *(case(C), case(C, keepdims=True), case(np.array(2.0)), case(np.zeros(0))),
    ],
    np.linalg.vector_norm: [
        *(case(C, ord=order, axis=(0, 2)) for order in VECTOR_ORDERS[1:]),
        *(case(C), case(C, axis=-1, keepdims=True), case(C, keepdims=True, ord=3)),
    ],
    np.linalg.matrix_norm: [
        *(case(C, ord=order) for order in MATRIX_ORDERS[1:]),
        *(case(C), case(C, keepdims=True)),
    ],
    np.linalg.cond: [
        *(case(STACK, p) for p in (None, 2, -2, "fro", 1, -1, np.inf)),
        case(TALL),
    ],
    np.linalg.matrix_transpose: [case(A), case(C)],
    np.linalg.diagonal: [case(A), case(C, offset=1)],
    np.linalg.trace: [case(A), case(C, offset=-1)],
}
