"""Cases of taking parts and joining."""

import operator

import numpy as np

from tests.cases.inputs import COLUMN, MASK, SCALAR, A, B, C, case

CASES = {
    np.concatenate: [
        *(case([A, C[0]]), case([A, COLUMN], axis=1), case((COLUMN, A, COLUMN), axis=-1)),
        *(case([A, B], axis=None), case([A, np.ones((1, 4), int)]), case([A])),
    ],
    np.stack: [case([A, C[0]]), case([A, C[0]], axis=-1), case((B, B), axis=1), case([SCALAR, 1])],
    np.bincount: [
        *(case(np.array([0, 2, 2, 1]), B), case(np.array([3, 3, 0, 0]), B, 6)),
    ],
    operator.getitem: [
        *(case(C, index) for index in (0, -1, slice(1), ..., None, (0, 1, 2), (..., 0), ())),
        *(case(A, index) for index in ([0, 0, 2], ([0, 0, 1], [1, 1, 0]), MASK, MASK[:, 0])),
        *(case(C, (slice(None, None, -1), 0)), case(C, (slice(None), None, [1, 1], ..., 0))),
        *(case(A, np.ix_([0, 2], [1, 1])), case(SCALAR, ()), case(SCALAR, None)),
        *(case(A, np.array([], int)), case(C, (np.array([[0, 1], [1, 1]]), slice(None), 2))),
    ],
}
