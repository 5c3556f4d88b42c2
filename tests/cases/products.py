"""Cases of the products."""

import numpy as np

from tests.cases.inputs import SCALAR, A, case, random


def products(*shapes):
    return [case(random(*a, seed=4), random(*b, seed=5)) for a, b in shapes]


CASES = {
    np.matmul: products(
        *(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4))),
        *(((5, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,))),
        *(((0, 3), (3, 2)), ((2, 0), (0, 3))),
    ),
    np.dot: products(
        *(((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4))),
        *(((2, 2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 3), (5, 3, 4)), ((3,), (5, 3, 4))),
    )
    + [case(A, SCALAR)],
}
