"""Cases of the functions that change the shape."""

import numpy as np

from tests.cases.inputs import COLUMN, SCALAR, A, B, C, case

CASES = {
    np.reshape: [case(A, (2, 6)), case(A, -1), case(A.T, shape=(4, 3, 1)), case(SCALAR, (1, 1))],
    np.ravel: [case(A), case(A.T), case(SCALAR)],
    np.expand_dims: [case(A, 0), case(A, -1), case(A, (0, 2)), case(A, axis=1)],
    np.squeeze: [case(COLUMN), case(COLUMN, 1), case(COLUMN[None], axis=(0, -1))],
    np.transpose: [case(C), case(C, (1, 2, 0)), case(C, axes=(-1, 0, 1)), case(SCALAR)],
    np.swapaxes: [case(C, 0, 2), case(C, -1, 0)],
    np.broadcast_to: [case(B, (3, 4)), case(COLUMN, (2, 3, 4)), case(SCALAR, shape=(2,))],
    np.ndarray.astype: [case(A, np.longdouble)],
}
