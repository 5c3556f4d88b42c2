"""Cases of the functions that change the shape."""

import numpy as np

from tests.cases.inputs import COLUMN, SCALAR, A, B, C, case, joined, via
from tinynet import Tensor

CASES = {
    np.reshape: [case(A, (2, 6)), case(A, -1), case(A.T, (4, 3, 1)), case(SCALAR, (1, 1))]
    + [case(C, (4, -1), order="F")],
    np.ravel: [case(A), case(A.T), case(SCALAR), case(A, "F")],
    np.expand_dims: [case(A, 0), case(A, -1), case(A, (0, 2)), case(A, axis=1)],
    np.squeeze: [case(COLUMN), case(COLUMN, 1), case(COLUMN[None], axis=(0, -1))],
    np.transpose: [case(C), case(C, (1, 2, 0)), case(C, axes=(-1, 0, 1)), case(SCALAR)],
    np.swapaxes: [case(C, 0, 2), case(C, -1, 0)],
    np.broadcast_to: [case(B, (3, 4)), case(COLUMN, (2, 3, 4)), case(SCALAR, shape=(2,))],
    np.moveaxis: [case(C, 0, -1), case(C, (0, 1), (2, 0)), case(C, [0, 2], destination=[1, 0])],
    np.matrix_transpose: [case(A), case(C)],
    np.flip: [case(A), case(C, 1), case(C, axis=(0, -1)), case(SCALAR), case(np.zeros((0, 2)))],
    **dict.fromkeys((np.fliplr, np.flipud), [case(A), case(C)]),
    np.roll: [case(A, 1), case(A, -2, 1), case(C, (1, 2), axis=(0, 2)), case(C, 3, (0, 1))],
    np.rot90: [case(A), case(A, 2), case(A, k=-1), case(C, 1, (2, 0))],
    **dict.fromkeys((np.tril, np.triu), [case(A), case(C, 1), case(A, k=-1), case(B)]),
    np.trace: [case(A), case(A, 1), case(C), case(C, axis1=1, axis2=2)],
    **dict.fromkeys(
        (np.atleast_1d, np.atleast_2d, np.atleast_3d),
        [case(SCALAR), case(B), case(A), case(C), via(joined, SCALAR, A), via(joined, 2.0, B)],
    ),
    np.broadcast_arrays: [via(joined, COLUMN, B), via(joined, A, SCALAR), via(joined, 1, B)],
    np.full_like: [case(Tensor(np.ones((2, 4))), x) for x in (SCALAR, B)],
    np.hstack: [case([A, COLUMN]), case((B, B[:2])), case([SCALAR, B]), case([C, C])],
    np.vstack: [case([A, B]), case((B, B)), case([C, C[:1]])],
    np.dstack: [case([B, B]), case([A, A]), case((C, C[..., :1]))],
    np.column_stack: [case([B, B]), case([A, COLUMN[:, 0]]), case([A, np.ones((3, 2), int)])],
    np.append: [case(A, B), case(A, A, axis=0), case(B, SCALAR), case(A, [[1], [2], [3]], 1)],
    np.ndarray.astype: [case(A, np.longdouble)],
    np.astype: [case(A, np.longdouble)],
}
